/**
 * TensorFlow.js as the rest of Assay imports it: `tf` (tensors, operations, training) and `tfLayers` (tf.layers). The
 * one file that names the packages, so that another backend can be slipped in behind it. It loads about 140 ms of code:
 * only what really computes may import it at run time. Tensors have no chained methods here (`tf.sum(x)`, not `x.sum()`):
 * only the umbrella package adds them. Owns the plain JavaScript backend; native ones are the engines'.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfLayers from '@tensorflow/tfjs-layers';
import { RandomStream } from '../core/random.js';
import { teachDepthwiseDilation } from './dilated-depthwise.js';
import { orthogonalMatrix } from './orthogonal-matrix.js';

export { tf, tfLayers };

// tfjs-layers 4.22 can't draw an orthogonal matrix by itself: it calls chained tensor methods that only the umbrella
// package registers, so every recurrent layer would fail. Ours needs no backend, and no seconds for a large matrix.
const orthogonal = Object.getPrototypeOf(tfLayers.initializers.orthogonal({})) as {
  apply(this: { gain: number; seed?: number }, shape: number[]): tf.Tensor;
};
orthogonal.apply = function (shape) {
  if (shape.length < 2) throw new Error('Shape must be at least 2D.');
  const columns = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, side) => product * side, 1);
  const random = new RandomStream(this.seed ?? Math.random(), 'orthogonal');
  const { gain } = this;
  return tf.tensor(
    Float32Array.from(orthogonalMatrix(rows, columns, random), (value) => value * gain),
    shape,
  );
};

teachDepthwiseDilation(tf, tfLayers);

/**
 * Loads the plain JavaScript backend, without the notice that tfjs prints on its first use under Node (it recommends a
 * package that is not the user's to choose here).
 */
async function loadCpuBackend(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  const backend = tf.findBackend('cpu') as { firstUse?: boolean } | null;
  if (backend === null) throw new Error('@tensorflow/tfjs-backend-cpu did not register its backend');
  backend.firstUse = false;
}

/** Makes the plain JavaScript backend the current one. */
export async function useCpuBackend(): Promise<void> {
  await loadCpuBackend();
  await tf.setBackend('cpu');
}

/**
 * Runs synchronous `work` on the plain JavaScript backend and makes the backend from before current again. Tensors that
 * it leaves behind stay readable: tfjs moves them to whichever backend uses them next.
 */
export async function onCpuBackend<T>(work: () => T): Promise<T> {
  await loadCpuBackend();
  const before = tf.engine().backendName as string | undefined;
  // Both switches act before they return: a backend that has been opened once is switched to without waiting.
  void tf.setBackend('cpu');
  try {
    return work();
  } finally {
    if (before !== undefined) void tf.setBackend(before);
  }
}
