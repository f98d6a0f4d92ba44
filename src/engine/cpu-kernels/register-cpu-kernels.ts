/**
 * Puts our kernels in place of tfjs's on its plain JavaScript backend. Each takes the calls that it can and leaves the
 * rest to the kernel it replaced.
 */
import { tf } from '../../models/tfjs.js';
import { add, divide, multiplyElements, subtract } from './arithmetic-kernels.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './convolution-kernels.js';
import { averagePoolGradient, bilinearGradient, nearestGradient } from './gradient-kernels.js';
import { batchMatMul, fusedMatMul } from './mat-mul-kernels.js';
import type { KernelArguments } from './tensor-access.js';

/** Returns nothing for a call that it leaves to tfjs. */
type Kernel = (call: KernelArguments) => tf.TensorInfo | undefined;

const kernels: Readonly<Record<string, Kernel>> = {
  Add: add,
  Sub: subtract,
  Multiply: multiplyElements,
  RealDiv: divide,
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Conv2D: conv2d,
  FusedConv2D: fusedConv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  AvgPoolGrad: averagePoolGradient,
  ResizeNearestNeighborGrad: nearestGradient,
  ResizeBilinearGrad: bilinearGradient,
};

let registered = false;

/** The backend must be loaded. Calling again changes nothing. */
export function registerCpuKernels(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const replaced = tf.getKernel(kernelName, 'cpu');
    tf.unregisterKernel(kernelName, 'cpu');
    tf.registerKernel({
      ...replaced,
      kernelFunc: (call) => kernel(call as unknown as KernelArguments) ?? replaced.kernelFunc(call),
    });
  }
}
