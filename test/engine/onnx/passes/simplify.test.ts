/** The rules of algebra: what each makes of a graph, and that the numbers stay. */
import { describe, expect, it } from 'vitest';
import type { Graph, Value } from '../../../../src/engine/onnx/graph/graph.js';
import type { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import {
  add,
  binary,
  cast,
  clip,
  div,
  mul,
  sub,
  unary,
  where,
} from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { reduce } from '../../../../src/engine/onnx/graph/operators/linear.js';
import { expand, reshape, tile, transpose } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { printGraph } from '../../../../src/engine/onnx/graph/print-graph.js';
import { foldConstants } from '../../../../src/engine/onnx/passes/fold-constants.js';
import { gatherFactors } from '../../../../src/engine/onnx/passes/gather-factors.js';
import { hoistFromReductions } from '../../../../src/engine/onnx/passes/hoist-from-reductions.js';
import type { Rule } from '../../../../src/engine/onnx/passes/rewrite.js';
import { firstOf, untilStable } from '../../../../src/engine/onnx/passes/rules.js';
import { simplify } from '../../../../src/engine/onnx/passes/simplify.js';
import { simplifyArithmetic } from '../../../../src/engine/onnx/passes/simplify-arithmetic.js';
import { simplifyShapes } from '../../../../src/engine/onnx/passes/simplify-shapes.js';
import { sinkExpands } from '../../../../src/engine/onnx/passes/sink-expands.js';
import { artifactOf, networkNames } from '../../support.js';
import { built, countOperators, expectSameNumbers } from '../run-graph.js';
import { tracedStep } from '../traced-step.js';

/** Applies rules until they are done, checks the numbers, and prints the nodes alone. */
async function after(graph: Graph, ...rules: readonly Rule[]): Promise<string> {
  const result = rules.length === 0 ? simplify(graph) : untilStable(graph, () => firstOf(...rules));
  await expectSameNumbers(graph, result);
  return printGraph(result);
}
const of = (work: (b: GraphBuilder, x: Value) => Value, shape: readonly number[] = [2, 3]): Graph =>
  built((b) => ({ out: work(b, b.input('x', 'float32', shape)) }));
const row = (b: GraphBuilder, ...numbers: number[]): Value =>
  b.constant(Float32Array.from(numbers), [numbers.length], 'float32');

describe('foldConstants', () => {
  it('works out arithmetic, casts and shapes', async () => {
    const graph = of((b, x) => {
      const sum = add(b, row(b, 1, 2, 3), unary(b, 'Sqrt', b.splat(16, [2, 1], 'float32')));
      const whole = cast(b, div(b, sum, b.scalar(2)), 'int32');
      const turned = transpose(b, reshape(b, cast(b, whole, 'float32'), [3, 2]), [1, 0]);
      return add(b, x, turned);
    });
    expect(await after(graph, foldConstants)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = Add(%0, [2,3,3,3,2,3]) : float32[2,3]
      output out = %1
      "
    `);
  });

  it('works out equal numbers at any size, and leaves long lists of others', async () => {
    const graph = of(
      (b, x) => {
        const many = mul(b, b.splat(2, [300, 200], 'float32'), b.scalar(4));
        const row = b.constant(Float32Array.from({ length: 200 }, (_, i) => i), [200], 'float32'); // prettier-ignore
        return add(b, x, add(b, many, row));
      },
      [300, 200],
    );
    expect(await after(graph, foldConstants)).toMatchInlineSnapshot(`
      "%0 = input x : float32[300,200]
      %1 = Add(8:float32[300,200], float32[200]#15c10bd8) : float32[300,200]
      %2 = Add(%0, %1) : float32[300,200]
      output out = %2
      "
    `);
  });
});

describe('simplifyArithmetic', () => {
  it('drops neutral elements', async () => {
    const graph = of((b, x) => {
      const [one, zero] = [b.scalar(1), b.scalar(0)];
      return add(b, zero, sub(b, div(b, mul(b, one, mul(b, x, one)), one), zero));
    });
    expect(await after(graph, simplifyArithmetic)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      output out = %0
      "
    `);
  });

  it('carries signs into sums, and divides by constants as a product', async () => {
    const graph = of((b, x) => {
      const y = b.input('y', 'float32', [2, 3]);
      const minus = unary(b, 'Neg', y);
      return add(b, sub(b, x, minus), add(b, minus, div(b, x, b.scalar(4))));
    });
    expect(await after(graph, simplifyArithmetic)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = input y : float32[2,3]
      %2 = Add(%0, %1) : float32[2,3]
      %3 = Mul(%0, 0.25) : float32[2,3]
      %4 = Sub(%3, %1) : float32[2,3]
      %5 = Add(%2, %4) : float32[2,3]
      output out = %5
      "
    `);
  });

  it('checks bounds by what clipping changed', async () => {
    const graph = of((b, x) => {
      const clipped = clip(b, x, 0, 1);
      const above = binary(b, 'GreaterOrEqual', x, b.scalar(0));
      const inside = binary(b, 'And', above, binary(b, 'LessOrEqual', x, b.scalar(1)));
      return where(b, inside, clipped, b.scalar(7));
    });
    expect(await after(graph, simplifyArithmetic)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = Clip(%0, 0, 1) : float32[2,3]
      %2 = Equal(%0, %1) : bool[2,3]
      %3 = Where(%2, %1, 7) : float32[2,3]
      output out = %3
      "
    `);
  });
});

describe('simplifyShapes', () => {
  it('joins Reshapes, Casts and Expands, and lets broadcasting put ones in front', async () => {
    const graph = of((b, x) => {
      const flat = reshape(b, reshape(b, x, [3, 2]), [6]);
      const again = reshape(b, flat, [2, 3]);
      const hot = binary(b, 'Greater', again, b.scalar(0));
      const mask = cast(b, cast(b, hot, 'int32'), 'float32');
      const c = reshape(b, b.input('c', 'float32', [3]), [1, 3]);
      return add(b, mul(b, mask, c), tile(b, expand(b, c, [1, 3]), [2, 1]));
    });
    expect(await after(graph, simplifyShapes)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = input c : float32[3]
      %2 = Greater(%0, 0) : bool[2,3]
      %3 = Cast(%2) {to=1} : float32[2,3]
      %4 = Reshape(%1, [1,3]) : float32[1,3]
      %5 = Mul(%3, %1) : float32[2,3]
      %6 = Expand(%4, [2,3]) : float32[2,3]
      %7 = Add(%5, %6) : float32[2,3]
      output out = %7
      "
    `);
  });

  it('leaves Casts that lose something', async () => {
    const graph = of((b, x) => cast(b, cast(b, x, 'int32'), 'float32'));
    expect(await after(graph, simplifyShapes)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = Cast(%0) {to=6} : int32[2,3]
      %2 = Cast(%1) {to=1} : float32[2,3]
      output out = %2
      "
    `);
  });
});

describe('sinkExpands', () => {
  it('leaves it to the reader to spread out', async () => {
    const graph = of((b, x) => {
      const total = reduce(b, 'ReduceSum', x, [1], true);
      const spread = mul(b, total, b.splat(1, [2, 3], 'float32'));
      return mul(b, x, unary(b, 'Neg', spread));
    });
    expect(await after(graph, sinkExpands)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = ReduceSum(%0, [1]) {keepdims=1} : float32[2,1]
      %2 = Mul(%1, 1) : float32[2,1]
      %3 = Neg(%2) : float32[2,1]
      %4 = Mul(%0, %3) : float32[2,3]
      output out = %4
      "
    `);
    expect(await after(graph)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = ReduceSum(%0, [1]) {keepdims=1} : float32[2,1]
      %2 = Mul(%1, -1) : float32[2,1]
      %3 = Mul(%0, %2) : float32[2,3]
      output out = %3
      "
    `);
  });

  it('spreads out at the end where nothing has the shape', async () => {
    const graph = of((b, x) => {
      const wide = expand(b, reduce(b, 'ReduceSum', x, [1], true), [2, 3]);
      return add(b, wide, b.splat(2, [2, 3], 'float32'));
    });
    expect(await after(graph)).toMatchInlineSnapshot(`
      "%0 = input x : float32[2,3]
      %1 = ReduceSum(%0, [1]) {keepdims=1} : float32[2,1]
      %2 = Add(%1, 2) : float32[2,1]
      %3 = Expand(%2, [2,3]) : float32[2,3]
      output out = %3
      "
    `);
  });
});

describe('gatherFactors', () => {
  const wide = [64, 8, 8];
  it('lets few elements meet one another first', async () => {
    const graph = of((b, x) => {
      const [c, share] = [b.input('c', 'float32', [8]), b.input('share', 'float32', [])];
      return mul(b, div(b, mul(b, mul(b, c, x), share), c), b.scalar(3));
    }, wide);
    expect(await after(graph, gatherFactors)).toMatchInlineSnapshot(`
      "%0 = input x : float32[64,8,8]
      %1 = input c : float32[8]
      %2 = input share : float32[]
      %3 = Mul(%1, %2) : float32[8]
      %4 = Reciprocal(%1) : float32[8]
      %5 = Mul(%4, 3) : float32[8]
      %6 = Mul(%3, %5) : float32[8]
      %7 = Mul(%0, %6) : float32[64,8,8]
      output out = %7
      "
    `);
  });

  it('leaves factors that would grow together', () => {
    const graph = of((b, x) => {
      const [p, q] = [b.input('p', 'float32', [64, 1, 1]), b.input('q', 'float32', [8, 1])];
      return mul(b, mul(b, x, p), q);
    }, wide);
    expect(countOperators(untilStable(graph, () => gatherFactors))).toEqual({ Mul: 2 });
  });
});

describe('hoistFromReductions', () => {
  const wide = [64, 8, 8];
  it('multiplies by what is the same for every term afterwards, and takes means as sums', async () => {
    const graph = of((b, x) => {
      const c = b.input('c', 'float32', [8]);
      return reduce(b, 'ReduceMean', mul(b, x, c), [0, 1], false);
    }, wide);
    expect(await after(graph, hoistFromReductions)).toMatchInlineSnapshot(`
      "%0 = input x : float32[64,8,8]
      %1 = input c : float32[8]
      %2 = ReduceSum(%0, [0,1]) {keepdims=0} : float32[8]
      %3 = Mul(%2, %1) : float32[8]
      %4 = Mul(%3, 0.001953125) : float32[8]
      output out = %4
      "
    `);
  });

  it('takes factors out of products of two tensors, so that these are shared', async () => {
    const graph = built((b) => {
      const [x, y] = [b.input('x', 'float32', wide), b.input('y', 'float32', wide)];
      const [c, d] = [b.input('c', 'float32', [8]), b.input('d', 'float32', [1, 1, 8])];
      return {
        first: reduce(b, 'ReduceSum', mul(b, mul(b, x, c), mul(b, y, d)), [0, 1], false),
        second: reduce(b, 'ReduceSum', mul(b, y, x), [0, 1], true),
      };
    });
    expect(countOperators(simplify(graph))).toEqual({ Mul: 3, ReduceSum: 2, Reshape: 1 });
    await expectSameNumbers(graph, simplify(graph), 1e-4);
  });

  it('knows that deviations from the mean add up to nothing', async () => {
    const graph = of((b, x) => {
      const mean = reduce(b, 'ReduceMean', x, [0, 1], false);
      return reduce(b, 'ReduceSum', sub(b, x, mean), [0, 1], false);
    }, wide);
    const result = simplify(graph);
    expect(printGraph(result)).toMatchInlineSnapshot(`
      "%0 = input x : float32[64,8,8]
      output out = 0:float32[8]
      "
    `);
    await expectSameNumbers(graph, result, 1e-3);
  });

  it('adds up what was spread out by counting, and sums of sums at once', async () => {
    const graph = of((b, x) => {
      const rows = reduce(b, 'ReduceSum', x, [1], false);
      const spread = expand(b, reshape(b, rows, [64, 1, 8]), wide);
      return add(b, reduce(b, 'ReduceSum', spread, [1], false), reduce(b, 'ReduceSum', rows, [0], true));
    }, wide);
    expect(await after(graph)).toMatchInlineSnapshot(`
      "%0 = input x : float32[64,8,8]
      %1 = ReduceSum(%0, [1]) {keepdims=0} : float32[64,8]
      %2 = Mul(%1, 8) : float32[64,8]
      %3 = ReduceSum(%1, [0]) {keepdims=1} : float32[1,8]
      %4 = Add(%2, %3) : float32[64,8]
      output out = %4
      "
    `);
  });

  it('leaves factors that vary along the axes', () => {
    const graph = of(
      (b, x) => reduce(b, 'ReduceSum', mul(b, x, b.input('c', 'float32', [8])), [2], false),
      wide,
    );
    expect(countOperators(simplify(graph))).toEqual({ Mul: 1, ReduceSum: 1 });
  });
});

it('untilStable tells rules that undo one another', () => {
  const graph = of((b, x) => add(b, x, x));
  expect(() =>
    untilStable(graph, () => (node, { b }) => [b.add('Add', node.inputs, node.outputs[0]!)]),
  ).toThrow('rules were not done after 30 rounds');
});

it.each(networkNames)('simplify leaves the numbers of a training step of "%s"', async (name) => {
  const graph = await tracedStep(await artifactOf(name));
  const result = simplify(graph);
  expect(result.nodes.length).toBeLessThan(graph.nodes.length);
  await expectSameNumbers(graph, result, 1e-4);
});
