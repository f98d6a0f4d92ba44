/** How a kernel of ours reads and writes tensors of the plain JavaScript backend. */
import type { tf } from '../../models/tfjs.js';

/** What tfjs hands a kernel, as far as ours look at it. */
export interface KernelArguments {
  readonly inputs: Readonly<Record<string, tf.TensorInfo | null | undefined>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: tf.KernelBackend;
}

/** The numbers of a float32 tensor, not copied. */
export function valuesOf(backend: tf.KernelBackend, tensor: tf.TensorInfo): Float32Array {
  return backend.readSync(tensor.dataId) as Float32Array;
}

/** A new float32 tensor, which takes `values` over. */
export function makeTensor(
  backend: tf.KernelBackend,
  shape: readonly number[],
  values: Float32Array,
): tf.TensorInfo {
  const ownShape = [...shape];
  return {
    dataId: backend.write(values, ownShape, 'float32'),
    shape: ownShape,
    dtype: 'float32',
  };
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);
