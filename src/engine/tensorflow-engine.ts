/**
 * The engine `tensorflow`: tfjs operations computed by libtensorflow through @tensorflow/tfjs-node. Loads native code;
 * `tensorflow-provider.ts` is the light half, which says where the package lies.
 */
import { createRequire } from 'node:module';
import { tf } from '../models/tfjs.js';
import type { Engine, EngineIdentity } from './engine.js';
import { putDepthwiseStandIns } from './layer-stand-ins/depthwise-stand-ins.js';
import { TfjsEngine } from './tfjs-engine.js';

const require = createRequire(import.meta.url);

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed: put back, as it was. */
function restoreIsNullOrUndefined(): void {
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/**
 * Loads the package, which registers its backend with the tfjs-core that all of tfjs shares, by a global. With it comes
 * the whole of tfjs, whose plain JavaScript kernels would take the place of those that the engine `reference` put there:
 * they are put back. What tfjs says about registering twice is kept from the terminal.
 */
function loadPackage(packageFolder: string): void {
  const before = tf.getKernelsForBackend('cpu');
  const production = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    require(packageFolder);
    for (const kernel of before) {
      tf.unregisterKernel(kernel.kernelName, 'cpu');
      tf.registerKernel(kernel);
    }
  } finally {
    tf.env().set('PROD', production);
  }
}

let threadsInUse: number | undefined;

/** libtensorflow makes its threads once for a process, as many as the environment says. */
function setThreads(threads: number): void {
  if (threadsInUse !== undefined && threadsInUse !== threads)
    throw new Error(
      `it computes with ${threadsInUse} threads in this process and can't change to ${threads}`,
    );
  threadsInUse = threads;
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
}

/** @throws whatever the package throws when its native part does not load. */
export async function openTensorflowEngine(
  packageFolder: string,
  identity: EngineIdentity,
  threads: number,
): Promise<Engine> {
  setThreads(threads);
  // Notes about the processor, which libtensorflow prints when it starts, are nobody's concern here.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  restoreIsNullOrUndefined();
  loadPackage(packageFolder);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('tfjs-node registered no working backend');
  return new TfjsEngine(identity, 'tensorflow', putDepthwiseStandIns);
}
