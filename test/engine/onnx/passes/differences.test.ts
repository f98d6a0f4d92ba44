/** Blocks that a max-pool's gradient is made of are told by what they are differences of. */
import { expect, it } from 'vitest';
import { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import { mul, sub } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { concat, reshape } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { differencesOf } from '../../../../src/engine/onnx/passes/differences.js';

it('four blocks of which two are differences are told by four terms', () => {
  const b = new GraphBuilder();
  const [whole, mask] = [b.input('whole', 'float32', [2, 6]), b.input('mask', 'float32', [2, 6])];
  const right = mul(b, whole, mask);
  const left = sub(b, whole, right);
  const [second, fourth] = [mul(b, left, mask), mul(b, right, mask)];
  const joined = concat(b, [sub(b, left, second), second, sub(b, right, fourth), fourth], 0);
  const { terms, matrix } = differencesOf(b, reshape(b, joined, [1, 8, 2, 3]), 4)!;
  expect(terms).toEqual([whole, right, second, fourth]);
  expect([...matrix.values]).toEqual([1, -1, -1, 0, 0, 0, 1, 0, 0, 1, 0, -1, 0, 0, 0, 1]);
});

it('blocks that are no differences, or were not joined, are left', () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 2, 2, 3]);
  expect(differencesOf(b, x, 2)).toBeUndefined();
  const joined = concat(b, [x, mul(b, x, x)], 0);
  expect(differencesOf(b, reshape(b, joined, [1, 4, 2, 3]), 2)).toBeUndefined();
});
