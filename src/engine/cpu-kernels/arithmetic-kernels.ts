/**
 * tfjs's sums, differences, products and quotients of tensors that broadcast, one element as tfjs computes it but in
 * loops that V8 makes good code of: tfjs's take remainders and call a function for each element, and allocate for each
 * when it broadcasts in earnest. Float32 only; the rest stays tfjs's.
 */
import { tf } from '../../models/tfjs.js';
import { makeTensor, sizeOf, valuesOf, type KernelArguments } from './tensor-access.js';

/** Elements side by side: `aStep` and `bStep` are 1, or 0 for the same element all along. */
type Run = (
  out: Float32Array,
  at: number,
  length: number,
  a: Float32Array,
  aAt: number,
  aStep: number,
  b: Float32Array,
  bAt: number,
  bStep: number,
) => void;

// One loop for each, spelled out: with the operation as a parameter V8 would call it for each element.
const addRun: Run = (out, at, length, a, aAt, aStep, b, bAt, bStep) => {
  for (const end = at + length; at < end; at++, aAt += aStep, bAt += bStep) out[at] = a[aAt]! + b[bAt]!;
};
const subRun: Run = (out, at, length, a, aAt, aStep, b, bAt, bStep) => {
  for (const end = at + length; at < end; at++, aAt += aStep, bAt += bStep) out[at] = a[aAt]! - b[bAt]!;
};
const multiplyRun: Run = (out, at, length, a, aAt, aStep, b, bAt, bStep) => {
  for (const end = at + length; at < end; at++, aAt += aStep, bAt += bStep) out[at] = a[aAt]! * b[bAt]!;
};
const divideRun: Run = (out, at, length, a, aAt, aStep, b, bAt, bStep) => {
  for (const end = at + length; at < end; at++, aAt += aStep, bAt += bStep) out[at] = a[aAt]! / b[bAt]!;
};

export const add = kernelOf(addRun);
export const subtract = kernelOf(subRun);
export const multiplyElements = kernelOf(multiplyRun);
export const divide = kernelOf(divideRun);

function kernelOf(run: Run): (call: KernelArguments) => tf.TensorInfo | undefined {
  return ({ inputs, backend }) => {
    const a = inputs['a']!;
    const b = inputs['b']!;
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const out = new Float32Array(sizeOf(shape));
    if (out.length > 0)
      runAll(run, out, mergedDimensions(shape, a.shape, b.shape), valuesOf(backend, a), valuesOf(backend, b));
    return makeTensor(backend, shape, out);
  };
}

/** A dimension of the result, and how far its next place lies from one in each operand (0: the same element). */
interface Dimension {
  readonly size: number;
  readonly aStride: number;
  readonly bStride: number;
}

/** The dimensions from the innermost outwards; those that both operands walk through in one go are made one. */
function mergedDimensions(shape: readonly number[], a: readonly number[], b: readonly number[]): Dimension[] {
  const merged: Dimension[] = [];
  let aLength = 1;
  let bLength = 1;
  for (let i = 1; i <= shape.length; i++) {
    const size = shape[shape.length - i]!;
    const aSize = a[a.length - i] ?? 1;
    const bSize = b[b.length - i] ?? 1;
    if (size === 1) continue;
    const next = { size, aStride: aSize === 1 ? 0 : aLength, bStride: bSize === 1 ? 0 : bLength };
    const last = merged.at(-1);
    const joins =
      last !== undefined &&
      next.aStride === last.aStride * last.size &&
      next.bStride === last.bStride * last.size;
    if (joins) merged[merged.length - 1] = { ...last, size: last.size * size };
    else merged.push(next);
    aLength *= aSize;
    bLength *= bSize;
  }
  return merged;
}

function runAll(
  run: Run,
  out: Float32Array,
  [inner = { size: 1, aStride: 0, bStride: 0 }, ...outer]: readonly Dimension[],
  a: Float32Array,
  b: Float32Array,
): void {
  const place = new Int32Array(outer.length);
  let aAt = 0;
  let bAt = 0;
  for (let at = 0; at < out.length; at += inner.size) {
    run(out, at, inner.size, a, aAt, inner.aStride, b, bAt, inner.bStride);
    for (let d = 0; d < outer.length; d++) {
      const { size, aStride, bStride } = outer[d]!;
      aAt += aStride;
      bAt += bStride;
      if (++place[d]! < size) break;
      place[d] = 0;
      aAt -= aStride * size;
      bAt -= bStride * size;
    }
  }
}
