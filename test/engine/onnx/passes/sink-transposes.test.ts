/** Transposes between window operators go away, and what lies between them stays [h, w, n, c]. */
import { expect, it } from 'vitest';
import type { Graph, Value } from '../../../../src/engine/onnx/graph/graph.js';
import { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import { add, cast, mul, unary } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { reduce } from '../../../../src/engine/onnx/graph/operators/linear.js';
import { concat, pad, reshape, slice, transpose } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { printGraph } from '../../../../src/engine/onnx/graph/print-graph.js';
import { removeDeadNodes } from '../../../../src/engine/onnx/passes/remove-dead-nodes.js';
import { sinkTransposes } from '../../../../src/engine/onnx/passes/sink-transposes.js';

/** The graph of what is done with an image [2, 3, 4, 5] that a Transpose of x [3, 4, 2, 5] gives. */
function graphOf(make: (b: GraphBuilder, image: Value) => Value): Graph {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [3, 4, 2, 5]);
  return b.build([{ name: 'y', value: make(b, transpose(b, x, [2, 0, 1, 3])) }]);
}
const sunk = (graph: Graph): string => `\n${printGraph(removeDeadNodes(sinkTransposes(graph)))}`;

it('goes behind element-wise operators, operands of lower rank too, and cancels', () => {
  const graph = graphOf((b, image) => {
    const bias = b.input('bias', 'float32', [5]);
    const sum = unary(b, 'Relu', add(b, image, bias));
    return transpose(b, mul(b, sum, b.scalar(2)), [1, 2, 0, 3]);
  });
  expect(sunk(graph)).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[3,4,2,5]
    %1 = input bias : float32[5]
    %2 = Reshape(%1, [1,1,1,5]) : float32[1,1,1,5]
    %3 = Add(%0, %2) : float32[3,4,2,5]
    %4 = Relu(%3) : float32[3,4,2,5]
    %5 = Mul(%4, 2) : float32[3,4,2,5]
    output y = %5
    "
  `);
});

it('goes behind Concat, Pad, Slice and reductions with other axes', () => {
  const graph = graphOf((b, image) => {
    const padded = pad(b, concat(b, [image, image], 3), [0, 1, 0, 0], [0, 0, 2, 0]);
    const cut = slice(b, padded, [{ axis: 1, start: 1, count: 2 }]);
    return reduce(b, 'ReduceSum', cut, [1, 2], false);
  });
  expect(sunk(graph)).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[3,4,2,5]
    %1 = Concat(%0, %0) {axis=3} : float32[3,4,2,10]
    %2 = Pad(%1, [1,0,0,0,0,2,0,0], 0) {mode=constant} : float32[4,6,2,10]
    %3 = Slice(%2, [1], [3], [0]) : float32[2,6,2,10]
    %4 = ReduceSum(%3, [0,1]) {keepdims=0} : float32[2,10]
    output y = %4
    "
  `);
});

it('goes behind a Reshape that keeps the axes apart, not behind one that mixes them', () => {
  const joined = graphOf((b, image) => reshape(b, image, [2, 12, 5, 1]));
  expect(sunk(joined)).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[3,4,2,5]
    %1 = Reshape(%0, [12,2,5,1]) : float32[12,2,5,1]
    %2 = Transpose(%1) {perm=[1,0,2,3]} : float32[2,12,5,1]
    output y = %2
    "
  `);
  const flattened = graphOf((b, image) => reshape(b, image, [2, 60]));
  expect(sunk(flattened)).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[3,4,2,5]
    %1 = Transpose(%0) {perm=[2,0,1,3]} : float32[2,3,4,5]
    %2 = Reshape(%1, [2,60]) : float32[2,60]
    output y = %2
    "
  `);
});

it('is a Reshape where only sides of 1 change places', () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 1, 2, 5]);
  const flat = reshape(b, transpose(b, x, [2, 0, 1, 3]), [2, 5]);
  expect(sunk(b.build([{ name: 'y', value: flat }]))).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[1,1,2,5]
    %1 = Reshape(%0, [2,1,1,5]) : float32[2,1,1,5]
    %2 = Reshape(%1, [2,5]) : float32[2,5]
    output y = %2
    "
  `);
});

it('goes up to pixels while they are bytes', () => {
  const b = new GraphBuilder();
  const pixels = b.input('pixels', 'uint8', [2, 3, 4, 1]);
  const image = transpose(b, mul(b, cast(b, pixels, 'float32'), b.scalar(0.5)), [1, 2, 0, 3]);
  expect(sunk(b.build([{ name: 'y', value: image }]))).toMatchInlineSnapshot(`
    "
    %0 = input pixels : uint8[2,3,4,1]
    %1 = Transpose(%0) {perm=[1,2,0,3]} : uint8[3,4,2,1]
    %2 = Cast(%1) {to=1} : float32[3,4,2,1]
    %3 = Mul(%2, 0.5) : float32[3,4,2,1]
    output y = %3
    "
  `);
});
