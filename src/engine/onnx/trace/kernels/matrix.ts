/** tfjs kernels that are matrix products. */
import { sizeOf, type Value } from '../../graph/graph.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { add } from '../../graph/operators/elementwise.js';
import { gemm, matMul } from '../../graph/operators/linear.js';
import { reshape, transpose } from '../../graph/operators/shape.js';
import type { Lowerings } from '../lowering.js';
import { activate } from './elementwise.js';

/** Swaps the last two axes. */
function swap(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return transpose(b, x, perm);
}

/** Products of matrices; one of a single matrix, whatever its rank, becomes a Gemm. */
function product(b: GraphBuilder, x: Value, y: Value, transX: boolean, transY: boolean): Value {
  const batches = (v: Value): number => sizeOf(v.shape.slice(0, -2));
  if (batches(x) === 1 && batches(y) === 1) {
    const flat = gemm(b, reshape(b, x, x.shape.slice(-2)), reshape(b, y, y.shape.slice(-2)), transX, transY);
    const rank = Math.max(x.shape.length, y.shape.length);
    return reshape(b, flat, [...new Array<number>(rank - 2).fill(1), ...flat.shape]);
  }
  return matMul(b, transX ? swap(b, x) : x, transY ? swap(b, y) : y);
}

export const matrixKernels: Lowerings = {
  BatchMatMul: ({ b, input, attrs }) =>
    product(b, input('a'), input('b'), attrs['transposeA'] as boolean, attrs['transposeB'] as boolean),
  _FusedMatMul: ({ b, input, optionalInput, attrs }) => {
    const out = product(
      b,
      input('a'),
      input('b'),
      attrs['transposeA'] as boolean,
      attrs['transposeB'] as boolean,
    );
    const bias = optionalInput('bias');
    const sum = bias === undefined ? out : add(b, out, bias);
    const leak = (attrs['leakyreluAlpha'] as number | undefined) ?? 0.2;
    return activate(b, sum, attrs['activation'] as string, optionalInput('preluActivationWeights'), leak);
  },
};
