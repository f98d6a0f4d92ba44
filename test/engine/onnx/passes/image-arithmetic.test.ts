/** What is done with images element by element is done where it costs least: on the filter, or on whole rows. */
import { expect, it } from 'vitest';
import { add, mul, unary } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { rowConv, rowConvFilterGradient } from '../../../../src/engine/onnx/graph/operators/macro.js';
import { reshape } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { printGraph } from '../../../../src/engine/onnx/graph/print-graph.js';
import { windowTable } from '../../../../src/engine/onnx/graph/window-table.js';
import { removeDeadNodes } from '../../../../src/engine/onnx/passes/remove-dead-nodes.js';
import { rewrite } from '../../../../src/engine/onnx/passes/rewrite.js';
import { firstOf, untilStable } from '../../../../src/engine/onnx/passes/rules.js';
import { scaleFilters } from '../../../../src/engine/onnx/passes/scale-filters.js';
import { simplifyShapes } from '../../../../src/engine/onnx/passes/simplify-shapes.js';
import { widenBroadcasts } from '../../../../src/engine/onnx/passes/widen-broadcasts.js';
import { built, expectSameNumbers } from '../run-graph.js';

it('scaleFilters multiplies filters in the place of images, and their gradients', async () => {
  const table = windowTable({
    input: [4, 4],
    output: [2, 2],
    kernel: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    before: [0, 0],
  });
  const graph = built((b) => {
    const x = mul(b, b.input('x', 'float32', [4, 4, 2, 1]), b.scalar(0.5));
    const dy = b.input('dy', 'float32', [2, 2, 2, 3]);
    return {
      y: rowConv(b, x, b.input('filter', 'float32', [9, 1, 3]), table),
      gradient: rowConvFilterGradient(b, x, dy, table),
    };
  });
  const result = removeDeadNodes(rewrite(graph, scaleFilters));
  expect(`\n${printGraph(result)}`).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[4,4,2,1]
    %1 = input dy : float32[2,2,2,3]
    %2 = input filter : float32[9,1,3]
    %3 = Mul(%2, 0.5) : float32[9,1,3]
    %4 = assay.RowConv(%0, %3, int64[4,9]#bee643d0) : float32[2,2,2,3]
    %5 = assay.RowConvFilterGradient(%0, %1, int64[4,9]#bee643d0) : float32[9,1,3]
    %6 = Mul(%5, 0.5) : float32[9,1,3]
    output y = %4
    output gradient = %6
    "
  `);
  await expectSameNumbers(graph, result);
});

const widen = firstOf(simplifyShapes, widenBroadcasts);

it('widenBroadcasts repeats a bias for all images of a row, and leaves rows as they were made', async () => {
  const graph = built((b) => {
    const x = reshape(b, unary(b, 'Neg', b.input('x', 'float32', [12, 10])), [3, 4, 2, 5]);
    const y = unary(b, 'Relu', add(b, x, b.input('bias', 'float32', [5])));
    return { y: unary(b, 'Exp', reshape(b, y, [12, 10])) };
  });
  const result = untilStable(graph, () => widen);
  expect(`\n${printGraph(result)}`).toMatchInlineSnapshot(`
    "
    %0 = input x : float32[12,10]
    %1 = input bias : float32[5]
    %2 = Neg(%0) : float32[12,10]
    %3 = Expand(%1, [2,5]) : float32[2,5]
    %4 = Reshape(%3, [10]) : float32[10]
    %5 = Add(%2, %4) : float32[12,10]
    %6 = Relu(%5) : float32[12,10]
    %7 = Exp(%6) : float32[12,10]
    output y = %7
    "
  `);
  await expectSameNumbers(graph, result);
});

it('widenBroadcasts leaves a number for each place', () => {
  const graph = built((b) => ({
    y: mul(b, b.input('x', 'float32', [3, 4, 2, 5]), b.input('shares', 'float32', [3, 4, 1, 1])),
  }));
  expect(printGraph(untilStable(graph, () => widen))).toBe(printGraph(graph));
});
