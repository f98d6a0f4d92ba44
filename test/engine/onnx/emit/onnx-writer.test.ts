/** Models that ONNX Runtime reads as they were meant. */
import { describe, expect, it } from 'vitest';
import { writeOnnx } from '../../../../src/engine/onnx/emit/onnx-writer.js';
import { add, cast, unary } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import { rowGather } from '../../../../src/engine/onnx/graph/operators/macro.js';
import { pad, reshape, slice, transpose } from '../../../../src/engine/onnx/graph/operators/shape.js';
import type { DType } from '../../../../src/engine/onnx/graph/graph.js';
import { built, runGraph } from '../run-graph.js';

const x = Float32Array.of(-2, -1, 0, 1, 2, 3);

describe('writeOnnx', () => {
  it('writes attributes of each kind', async () => {
    const graph = built((b) => {
      const input = b.input('x', 'float32', [2, 3]);
      return {
        whole: b.add('Softmax', [input], input, { axis: -1 }),
        real: unary(b, 'LeakyRelu', input, { alpha: { float: 0.5 } }),
        list: transpose(b, input, [1, 0]),
        text: pad(b, input, [0, 1], [0, 1], 0, 'reflect'),
      };
    });
    const { whole, real, list, text } = await runGraph(graph, { x });
    expect([...(whole!.data as Float32Array)].reduce((sum, share) => sum + share)).toBeCloseTo(2, 6);
    expect(real).toMatchObject({ dims: [2, 3], data: Float32Array.of(-1, -0.5, 0, 1, 2, 3) });
    expect(list).toMatchObject({ dims: [3, 2], data: Float32Array.of(-2, 1, -1, 2, 0, 3) });
    expect(text).toMatchObject({ dims: [2, 5], data: Float32Array.of(-1, -2, -1, 0, -1, 2, 1, 2, 3, 2) });
  });

  it('writes constants of each type, of equal numbers at any size, and numbers below zero', async () => {
    const types: Readonly<Record<Exclude<DType, 'float32'>, ArrayLike<number> & { length: number }>> = {
      int32: Int32Array.of(-7, 8),
      int64: Int32Array.of(-9, 1 << 30),
      uint8: Uint8Array.of(0, 255),
      bool: Uint8Array.of(0, 1),
    };
    const graph = built((b) => ({
      ...Object.fromEntries(
        Object.entries(types).map(([dtype, values]) => [
          dtype,
          cast(b, b.constant(values as Int32Array, [2], dtype as DType), 'float32'),
        ]),
      ),
      float: add(b, b.input('x', 'float32', [2, 3]), b.constant(Float32Array.of(0.5, -0.5, 1e-30), [3], 'float32')),
      few: b.splat(-2, [2, 2], 'float32'),
      many: b.splat(3, [5, 20], 'float32'),
      none: b.constant(new Float32Array(0), [0], 'float32'),
    })); // prettier-ignore
    const found = await runGraph(graph, { x });
    for (const [dtype, values] of Object.entries(types)) {
      expect([...found[dtype]!.data], dtype).toEqual(Array.from(values));
    }
    expect(found['float']!.data).toEqual(x.map((number, i) => number + [0.5, -0.5, 1e-30][i % 3]!));
    expect(found['few']).toMatchObject({ dims: [2, 2], data: new Float32Array(4).fill(-2) });
    expect(found['many']).toMatchObject({ dims: [5, 20], data: new Float32Array(100).fill(3) });
    expect(found['none']).toMatchObject({ dims: [0], data: new Float32Array(0) });
  });

  it('gives out an input as it is, a value twice, and takes inputs that nothing reads', async () => {
    const graph = built((b) => {
      const input = b.input('x', 'float32', [6]);
      b.input('unread', 'uint8', [3]);
      const doubled = add(b, input, input);
      return { same: input, doubled, again: doubled, back: slice(b, input, [{ axis: 0, start: 5, count: 6, step: -1 }]) };
    }); // prettier-ignore
    const { same, doubled, again, back } = await runGraph(graph, { x });
    expect(same!.data).toEqual(x);
    expect(doubled!.data).toEqual(x.map((number) => 2 * number));
    expect(again!.data).toEqual(doubled!.data);
    expect(back!.data).toEqual(x.toReversed());
  });

  it('leaves out optional inputs, and names the operators of ONNX Runtime by their domain', async () => {
    const graph = built((b) => {
      const input = b.input('x', 'float32', [2, 3]);
      const square = reshape(b, slice(b, input, [{ axis: 1, start: 0, count: 2 }]), [2, 2]);
      return {
        capped: b.add('Clip', [input, undefined, b.scalar(1)], input),
        fused: b.add('FusedMatMul', [square, square], square, { transA: 1 }, 'com.microsoft'),
      };
    });
    const { capped, fused } = await runGraph(graph, { x });
    expect(capped!.data).toEqual(Float32Array.of(-2, -1, 0, 1, 1, 1));
    expect(fused!.data).toEqual(Float32Array.of(5, 4, 4, 5));
  });

  it('refuses an operator that no pass lowered', () => {
    const graph = built((b) => ({
      rows: rowGather(b, b.input('x', 'float32', [1, 1, 2, 3]), Int32Array.of(0), [1, 1]),
    }));
    expect(() => writeOnnx(graph)).toThrow('an operator of our own was not lowered');
  });
});
