/** Passes that take single nodes or whole sums: dead nodes, common subexpressions, sums of products, Gemm's extras. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../src/engine/onnx/graph/graph.js';
import type { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import {
  add,
  binary,
  cast,
  mul,
  sum,
  unary,
} from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { gemm, reduce } from '../../../../src/engine/onnx/graph/operators/linear.js';
import { reshape, transpose } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { digest, printGraph } from '../../../../src/engine/onnx/graph/print-graph.js';
import { fuseProducts } from '../../../../src/engine/onnx/passes/fuse-products.js';
import { joinSums } from '../../../../src/engine/onnx/passes/join-sums.js';
import { maskByOutput } from '../../../../src/engine/onnx/passes/mask-by-output.js';
import { multiplyToSum } from '../../../../src/engine/onnx/passes/multiply-to-sum.js';
import { optimize, passes } from '../../../../src/engine/onnx/passes/optimize.js';
import { removeDeadNodes } from '../../../../src/engine/onnx/passes/remove-dead-nodes.js';
import { rewrite } from '../../../../src/engine/onnx/passes/rewrite.js';
import { untilStable } from '../../../../src/engine/onnx/passes/rules.js';
import { shareCommonSubexpressions } from '../../../../src/engine/onnx/passes/share-common-subexpressions.js';
import { artifactOf, networkNames } from '../../support.js';
import { built, countOperators, expectSameNumbers } from '../run-graph.js';
import { tracedStep } from '../traced-step.js';

const matrix = (b: GraphBuilder, name: string, ...shape: number[]): Value => b.input(name, 'float32', shape);

describe('rewrite', () => {
  const graph = built((b) => ({ out: unary(b, 'Relu', unary(b, 'Neg', matrix(b, 'x', 2))) }));

  it('puts what a rule makes in the place of a node, and counts who reads it', () => {
    const seen: number[] = [];
    const result = rewrite(graph, (node, { b, uses }) => {
      if (node.op === 'Relu') seen.push(uses(node.inputs[0]!));
      return node.op === 'Neg' ? [mul(b, node.inputs[0]!, b.scalar(-1))] : undefined;
    });
    expect(countOperators(result)).toEqual({ Mul: 1, Relu: 1 });
    expect(seen).toEqual([1]);
  });

  it('refuses a value of another shape', () => {
    expect(() => rewrite(graph, ({ op }, { b }) => (op === 'Neg' ? [b.scalar(0)] : undefined))).toThrow(
      "a rule made float32[] of Neg's float32[2]",
    );
  });
});

it('removeDeadNodes keeps what outputs depend on, and all inputs', () => {
  const graph = built((b) => {
    const x = matrix(b, 'x', 2);
    unary(b, 'Exp', unary(b, 'Neg', matrix(b, 'unread', 2)));
    const [first] = b.addMany('Split', [x], [{ dtype: 'float32', shape: [1] }, { dtype: 'float32', shape: [1] }], {
      axis: 0,
      num_outputs: 2,
    }); // prettier-ignore
    return { out: first! };
  });
  const result = removeDeadNodes(graph);
  expect(countOperators(result)).toEqual({ Split: 1 });
  expect(result.inputs.map(({ name }) => name)).toEqual(['x', 'unread']);
});

describe('shareCommonSubexpressions', () => {
  it('computes once what is equal, in whichever order operands stand', async () => {
    const graph = built((b) => {
      const [x, y] = [matrix(b, 'x', 2, 3), matrix(b, 'y', 3)];
      const long = (): Value =>
        b.constant(Float32Array.from({ length: 300 }, Math.sqrt), [100, 3], 'float32');
      const wide = (): Value => b.input('w', 'float32', [100, 3]);
      const w = wide();
      return {
        first: mul(b, add(b, x, y), b.scalar(0.1)),
        second: mul(b, add(b, y, x), b.scalar(Math.fround(0.1))),
        third: add(b, w, long()),
        fourth: add(b, w, long()),
      };
    });
    const result = shareCommonSubexpressions(graph);
    expect(countOperators(result)).toEqual({ Add: 2, Mul: 1 });
    await expectSameNumbers(graph, result);
  });

  it('tells operators, attributes, types and constants apart', () => {
    const graph = built((b) => {
      const x = matrix(b, 'x', 2, 2);
      return {
        leak: unary(b, 'LeakyRelu', x, { alpha: { float: 0.1 } }),
        more: unary(b, 'LeakyRelu', x, { alpha: { float: 0.2 } }),
        less: binary(b, 'Sub', x, b.constant(Float32Array.of(1, 2), [2], 'float32')),
        turned: binary(b, 'Sub', b.constant(Float32Array.of(1, 2), [2], 'float32'), x),
        column: binary(b, 'Sub', x, b.constant(Float32Array.of(1, 2), [2, 1], 'float32')),
        whole: cast(b, x, 'int32'),
        truth: cast(b, x, 'bool'),
      };
    });
    expect(shareCommonSubexpressions(graph).nodes).toHaveLength(7);
  });

  it('tells long constants apart that have one digest', async () => {
    const first = Int32Array.from({ length: 100 }, (_, i) => i);
    const second = first.slice();
    second[50] = 1000;
    // The number after it makes up for that: FNV-1a over 32-bit words, as print-graph.ts has it.
    const mix = (hash: number): number => (hash >>> 15) ^ hash;
    const after = (values: Int32Array): number =>
      values.subarray(0, 51).reduce((hash, word) => Math.imul(mix(hash) ^ word, 0x01000193), 0x811c9dc5);
    second[51] = mix(after(first)) ^ 51 ^ mix(after(second));
    expect(digest(second)).toBe(digest(first));
    const graph = built((b) => {
      const x = b.input('x', 'int32', [100]);
      const plus = (values: Int32Array) => add(b, x, b.constant(values, [100], 'int32'));
      return { first: plus(first), second: plus(second), again: plus(first.slice()) };
    });
    const result = shareCommonSubexpressions(graph);
    expect(countOperators(result)).toEqual({ Add: 2 });
    await expectSameNumbers(graph, result);
  });
});

describe('joinSums', () => {
  it('makes one product of a sum of products, and adds the rest', async () => {
    const graph = built((b) => {
      const terms = [0, 1, 2, 3].map((i) =>
        gemm(b, matrix(b, `x${i}`, 5, 2), matrix(b, `y${i}`, 5, 3), true),
      );
      const others = [0, 1, 2].map((i) =>
        gemm(b, matrix(b, `p${i}`, 2, 4), matrix(b, `q${i}`, 3, 4), false, true),
      );
      return { out: sum(b, [...terms, matrix(b, 'z', 2, 3), ...others]) };
    });
    const result = removeDeadNodes(joinSums(graph));
    expect(countOperators(result)).toEqual({ Concat: 4, Gemm: 2, Add: 2 });
    await expectSameNumbers(graph, result);
  });

  it('adds up rows at once', async () => {
    const graph = built((b) => ({
      out: sum(b, [0, 1, 2].map((i) => reduce(b, 'ReduceSum', matrix(b, `x${i}`, 5, 3), [0], false))), // prettier-ignore
    }));
    const result = removeDeadNodes(joinSums(graph));
    expect(countOperators(result)).toEqual({ Concat: 1, ReduceSum: 1 });
    await expectSameNumbers(graph, result);
  });

  it('leaves products that are read besides, and sums of two', () => {
    const graph = built((b) => {
      const terms = [0, 1, 2].map((i) => gemm(b, matrix(b, `x${i}`, 2, 2), matrix(b, `y${i}`, 2, 2)));
      return { out: sum(b, terms), besides: unary(b, 'Relu', terms[0]!) };
    });
    expect(countOperators(joinSums(graph))).toEqual({ Gemm: 3, Add: 2, Relu: 1 });
  });
});

describe('fuseProducts', () => {
  it('takes transposes, a factor and a bias into Gemm', async () => {
    const graph = built((b) => {
      const x = mul(b, cast(b, b.input('pixels', 'uint8', [4, 2, 3]), 'float32'), b.scalar(1 / 255));
      const w = transpose(b, matrix(b, 'w', 5, 6), [1, 0]);
      return { out: add(b, matrix(b, 'bias', 5), gemm(b, reshape(b, x, [4, 6]), w)) };
    });
    const result = untilStable(graph, () => fuseProducts);
    expect(printGraph(result)).toMatchInlineSnapshot(`
      "%0 = input pixels : uint8[4,2,3]
      %1 = input w : float32[5,6]
      %2 = input bias : float32[5]
      %3 = Cast(%0) {to=1} : float32[4,2,3]
      %4 = Reshape(%3, [4,6]) : float32[4,6]
      %5 = Gemm(%4, %1, %2) {transA=0, transB=1, alpha=0.00392156862745098} : float32[4,5]
      output out = %5
      "
    `);
    await expectSameNumbers(graph, result);
  });

  it('adds the bias behind a Reshape that keeps the rows, and leaves other addends', async () => {
    const graph = built((b) => {
      const product = (): Value => reshape(b, gemm(b, matrix(b, 'x', 6, 2), matrix(b, 'w', 2, 5)), [2, 3, 5]);
      return { rows: add(b, product(), matrix(b, 'bias', 5)) };
    });
    const result = untilStable(graph, () => fuseProducts);
    expect(countOperators(result)).toEqual({ Gemm: 1, Reshape: 1 });
    await expectSameNumbers(graph, result);
    const column = built((b) => ({
      out: add(b, gemm(b, matrix(b, 'x', 5, 2), matrix(b, 'w', 2, 5)), matrix(b, 'bias', 5, 1)),
    }));
    expect(countOperators(untilStable(column, () => fuseProducts))).toEqual({ Gemm: 1, Add: 1 });
  });
});

describe('multiplyToSum', () => {
  const sums = (shape: readonly number[], axes: readonly number[], keepDims = false) =>
    built((b) => ({ out: reduce(b, 'ReduceSum', matrix(b, 'x', ...shape), axes, keepDims) }));

  it.each([
    [[40, 5], [0]],
    [
      [4, 5, 6, 7],
      [1, 0, 2],
    ],
    [[20, 3, 4], [0]],
  ])(
    // prettier-ignore
    'sums %j over the leading axes %j by a product',
    async (shape, axes) => {
      for (const keepDims of [true, false]) {
        const graph = sums(shape, axes, keepDims);
        const result = rewrite(graph, multiplyToSum);
        expect(countOperators(result)).toMatchObject({ MatMul: 1 });
        await expectSameNumbers(graph, result);
      }
    },
  );

  it('leaves other axes, and sums of few', () => {
    for (const [shape, axes] of [
      [[40, 5], [1]],
      [
        [40, 5, 6],
        [0, 2],
      ],
      [[8, 50], [0]],
      [[40, 2], [0]],
    ] as const)
      expect(countOperators(rewrite(sums(shape, axes), multiplyToSum))).toEqual({ ReduceSum: 1 });
  });
});

it("maskByOutput reads relu's output in the place of its input", async () => {
  const graph = built((b) => {
    const x = matrix(b, 'x', 2, 3);
    const y = unary(b, 'Relu', x);
    return { y, mask: cast(b, binary(b, 'Greater', x, b.scalar(0)), 'float32') };
  });
  const result = rewrite(graph, maskByOutput);
  expect(printGraph(result)).toMatchInlineSnapshot(`
    "%0 = input x : float32[2,3]
    %1 = Relu(%0) : float32[2,3]
    %2 = Greater(%1, 0) : bool[2,3]
    %3 = Cast(%2) {to=1} : float32[2,3]
    output y = %1
    output mask = %3
    "
  `);
  await expectSameNumbers(graph, result);
});

describe('optimize', () => {
  it.each(networkNames)('leaves the numbers of a training step of "%s", pass by pass', async (name) => {
    let graph = await tracedStep(await artifactOf(name), { clipping: { globalNorm: 1 } });
    const traced = graph;
    for (const pass of passes) graph = pass.run(graph);
    await expectSameNumbers(traced, graph, 1e-4);
    expect(graph.nodes.length).toBe(optimize(traced).nodes.length);
  });
});
