/** Bias and activation move behind a max-pool, forward and back, and give the same numbers. */
import { expect, it } from 'vitest';
import type { Graph, Value } from '../../../../src/engine/onnx/graph/graph.js';
import { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import {
  add,
  binary,
  cast,
  clip,
  mul,
  unary,
} from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { reduce } from '../../../../src/engine/onnx/graph/operators/linear.js';
import { rowMaxPool, rowMaxPoolGradient } from '../../../../src/engine/onnx/graph/operators/macro.js';
import { printGraph } from '../../../../src/engine/onnx/graph/print-graph.js';
import { windowTable } from '../../../../src/engine/onnx/graph/window-table.js';
import { behindMaxPool } from '../../../../src/engine/onnx/passes/behind-max-pool.js';
import { removeDeadNodes } from '../../../../src/engine/onnx/passes/remove-dead-nodes.js';
import { shareCommonSubexpressions } from '../../../../src/engine/onnx/passes/share-common-subexpressions.js';
import { expectSameNumbers } from '../run-graph.js';

const table = windowTable({
  input: [5, 5],
  output: [2, 2],
  kernel: [2, 2],
  strides: [2, 2],
  dilations: [1, 1],
  before: [0, 0],
});

type Activation = (b: GraphBuilder, z: Value) => { readonly y: Value; readonly factor: (y: Value) => Value };

/** A pooled activation of x + bias, and the gradients of x and the bias. */
function graphOf(activation: Activation): Graph {
  const b = new GraphBuilder();
  const z = add(b, b.input('x', 'float32', [5, 5, 3, 4]), b.input('bias', 'float32', [1, 1, 1, 4]));
  const { y, factor } = activation(b, z);
  const dy = b.input('dy', 'float32', [2, 2, 3, 4]);
  const gradient = mul(b, rowMaxPoolGradient(b, y, dy, table), factor(y));
  return b.build([
    { name: 'pooled', value: rowMaxPool(b, y, table) },
    { name: 'gradient', value: gradient },
    { name: 'bias gradient', value: reduce(b, 'ReduceSum', gradient, [0, 1, 2], false) },
  ]);
}
const run = (graph: Graph): Graph => removeDeadNodes(shareCommonSubexpressions(behindMaxPool(graph)));
const large = (graph: Graph): number =>
  graph.nodes.filter(({ outputs }) => outputs[0]!.shape[0] === 5).length;

it('moves a bias, a relu and the gradients of both', async () => {
  const before = graphOf((b, z) => ({
    y: unary(b, 'Relu', z),
    factor: () => cast(b, binary(b, 'Greater', z, b.scalar(0)), 'float32'),
  }));
  const after = run(before);
  await expectSameNumbers(before, after, 1e-6);
  expect(`\n${printGraph(after)}`).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[5,5,3,4]
    %1 = input bias : float32[1,1,1,4]
    %2 = input dy : float32[2,2,3,4]
    %3 = assay.RowMaxPool(%0, int64[4,4]#6cd028be) : float32[2,2,3,4]
    %4 = Add(%3, %1) : float32[2,2,3,4]
    %5 = Greater(%4, 0) : bool[2,2,3,4]
    %6 = Cast(%5) {to=1} : float32[2,2,3,4]
    %7 = Mul(%2, %6) : float32[2,2,3,4]
    %8 = assay.RowMaxPoolGradient(%0, %7, int64[4,4]#6cd028be) : float32[5,5,3,4]
    %9 = Relu(%4) : float32[2,2,3,4]
    %10 = ReduceSum(%7, [0,1,2]) {keepdims=0} : float32[4]
    output pooled = %9
    output gradient = %8
    output bias gradient = %10
    "
  `);
});

const activations: Readonly<Record<string, Activation>> = {
  tanh: (b, z) => {
    const y = unary(b, 'Tanh', z);
    return { y, factor: () => binary(b, 'Sub', b.scalar(1), mul(b, y, y)) };
  },
  'leaky relu': (b, z) => ({
    y: unary(b, 'LeakyRelu', z, { alpha: { float: 0.25 } }),
    factor: () => b.add('Where', [binary(b, 'Greater', z, b.scalar(0)), b.scalar(1), b.scalar(0.25)], z),
  }),
  relu6: (b, z) => {
    const inside = (op: 'Greater' | 'Less', bound: number) =>
      cast(b, binary(b, op, z, b.scalar(bound)), 'float32');
    return { y: clip(b, z, 0, 6), factor: () => mul(b, inside('Greater', 0), inside('Less', 6)) };
  },
};
it.each(Object.entries(activations))('moves %s', async (_name, activation) => {
  const before = graphOf(activation);
  const after = run(before);
  expect(large(after)).toBe(1);
  await expectSameNumbers(before, after, 1e-6);
});

it('leaves a relu where the factor is not its gradient', async () => {
  const before = graphOf((b, z) => ({
    y: unary(b, 'Relu', z),
    factor: () => cast(b, binary(b, 'Less', z, b.scalar(0)), 'float32'),
  }));
  const after = run(before);
  expect(large(after)).toBeGreaterThan(1);
  await expectSameNumbers(before, after, 1e-6);
});
