/**
 * tfjs's JavaScript backend with tfjs's own kernels, under a name of its own: opening the engine `reference` puts other
 * kernels into the backend `cpu`. Three gradients are ours here too, for tfjs's are wrong (`gradient-kernels.ts`); finite
 * differences tell. To be called before an engine is opened.
 */
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  averagePoolGradient,
  bilinearGradient,
  nearestGradient,
} from '../../../src/engine/cpu-kernels/gradient-kernels.js';
import { tf, useCpuBackend } from '../../../src/models/tfjs.js';

export const plainBackend = 'plain';

const repaired = {
  AvgPoolGrad: averagePoolGradient,
  ResizeBilinearGrad: bilinearGradient,
  ResizeNearestNeighborGrad: nearestGradient,
};

export async function loadPlainBackend(): Promise<void> {
  await useCpuBackend();
  tf.registerBackend(plainBackend, () => Object.assign(new MathBackendCPU(), { firstUse: false }), 0);
  tf.copyRegisteredKernels('cpu', plainBackend);
  for (const [kernelName, kernel] of Object.entries(repaired)) {
    tf.unregisterKernel(kernelName, plainBackend);
    tf.registerKernel({ kernelName, backendName: plainBackend, kernelFunc: kernel as never });
  }
  await tf.setBackend(plainBackend);
  await useCpuBackend();
}
