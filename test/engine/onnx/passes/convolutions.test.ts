/**
 * Convolutions, their gradients and pools after them are right however they are lowered: in whatever order of rows, by
 * tiles or not. Numbers are whole and small, so that every way of adding them up gives the same, to the last bit.
 */
import { expect, it } from 'vitest';
import { type Graph, sizeOf, type Value } from '../../../../src/engine/onnx/graph/graph.js';
import { GraphBuilder } from '../../../../src/engine/onnx/graph/graph-builder.js';
import { mul } from '../../../../src/engine/onnx/graph/operators/elementwise.js';
import {
  rowConv,
  rowConvFilterGradient,
  rowMaxPool,
  rowMaxPoolGradient,
  type WindowTable,
} from '../../../../src/engine/onnx/graph/operators/macro.js';
import { transpose } from '../../../../src/engine/onnx/graph/operators/shape.js';
import { turnRound, windowTable } from '../../../../src/engine/onnx/graph/window-table.js';
import { lowerWindows } from '../../../../src/engine/onnx/passes/lower-windows.js';
import { orderRows } from '../../../../src/engine/onnx/passes/order-rows.js';
import { RandomStream } from '../../../../src/core/random.js';
import { runGraph } from '../run-graph.js';

interface Case {
  readonly side: number;
  readonly channels: readonly [number, number];
  readonly same?: boolean;
  readonly stride?: number;
  readonly dilation?: number;
  readonly pool?: boolean;
}
const n = 2;

function numbersFor(name: string, length: number): Float32Array {
  const random = new RandomStream(7, name);
  return Float32Array.from({ length }, () => random.integer(9) - 4);
}

function tablesOf({ side, same = false, stride = 1, dilation = 1, pool = false }: Case) {
  const reach = 2 * dilation;
  const out = same ? Math.ceil(side / stride) : Math.floor((side - reach - 1) / stride) + 1;
  const before = same ? Math.floor(Math.max(0, (out - 1) * stride + reach + 1 - side) / 2) : 0;
  const table = windowTable({
    input: [side, side],
    output: [out, out],
    kernel: [3, 3],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    before: [before, before],
  });
  const half = Math.floor(out / 2);
  const size = { input: [out, out], output: [half, half] } as const;
  const steps = { kernel: [2, 2], strides: [2, 2], dilations: [1, 1], before: [0, 0] } as const;
  return { table, poolTable: pool ? windowTable({ ...size, ...steps }) : undefined };
}

/** Images x, a convolution, perhaps a pool, and the gradients of x and the filter for a gradient dy that comes back. */
function graphOf(given: Case): Graph {
  const { side, channels } = given;
  const { table, poolTable } = tablesOf(given);
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [side, side, n, channels[0]]);
  const filter = b.input('filter', 'float32', [9, ...channels]);
  const dy = b.input('dy', 'float32', [...(poolTable ?? table).places, n, channels[1]]);
  const z = rowConv(b, x, filter, table);
  const dz: Value =
    poolTable === undefined ? mul(b, dy, b.scalar(1)) : rowMaxPoolGradient(b, z, dy, poolTable);
  return b.build([
    { name: 'y', value: poolTable === undefined ? z : rowMaxPool(b, z, poolTable) },
    { name: 'dx', value: rowConv(b, dz, transpose(b, filter, [0, 2, 1]), turnRound(table, [side, side])) },
    { name: 'dfilter', value: rowConvFilterGradient(b, x, dz, table) },
  ]);
}

function plainly(given: Case): Readonly<Record<string, Float32Array>> {
  const { side, channels } = given;
  const [c, o] = channels;
  const { table, poolTable } = tablesOf(given);
  const outputs = table.rows.length / 9;
  const x = numbersFor('x', side * side * n * c);
  const filter = numbersFor('filter', 9 * c * o);
  /** Calls with the places of an element of x, of the filter and of z, for all products there are. */
  const eachProduct = (visit: (x: number, filter: number, z: number) => void): void => {
    table.rows.forEach((row, i) => {
      if (row < 0) return;
      for (let k = 0; k < n * c * o; k++) {
        const [image, channel, out] = [Math.floor(k / (c * o)), Math.floor(k / o) % c, k % o];
        const place = Math.floor(i / 9);
        visit(
          (row * n + image) * c + channel,
          ((i % 9) * c + channel) * o + out,
          (place * n + image) * o + out,
        );
      }
    });
  };
  const z = new Float32Array(outputs * n * o);
  eachProduct((i, j, k) => (z[k]! += x[i]! * filter[j]!));
  const [y, dz] = poolTable === undefined ? [z, numbersFor('dy', z.length)] : pool(z, poolTable, n * o);
  const [dx, dfilter] = [new Float32Array(x.length), new Float32Array(filter.length)];
  eachProduct((i, j, k) => {
    dx[i]! += dz[k]! * filter[j]!;
    dfilter[j]! += dz[k]! * x[i]!;
  });
  return { y, dx, dfilter };
}

function pool(z: Float32Array, { rows, window }: WindowTable, size: number): [Float32Array, Float32Array] {
  const y = new Float32Array((rows.length / window) * size).fill(-Infinity);
  const winners = new Int32Array(y.length);
  rows.forEach((row, i) => {
    for (let k = 0; k < size; k++) {
      const at = Math.floor(i / window) * size + k;
      if (z[row * size + k]! > y[at]!) [y[at], winners[at]] = [z[row * size + k]!, row * size + k];
    }
  });
  const dz = new Float32Array(z.length);
  numbersFor('dy', y.length).forEach((number, at) => (dz[winners[at]!] = number));
  return [y, dz];
}

const cases: readonly Case[] = [
  { side: 8, channels: [8, 8] },
  { side: 9, channels: [8, 16] },
  { side: 8, channels: [16, 8], same: true },
  { side: 7, channels: [8, 8], same: true },
  { side: 10, channels: [8, 8], same: true, dilation: 2 },
  { side: 9, channels: [8, 8], same: true, stride: 2 },
  { side: 13, channels: [8, 12], pool: true },
  { side: 10, channels: [8, 8], same: true, pool: true },
  { side: 9, channels: [1, 8], pool: true },
  { side: 8, channels: [3, 8], same: true, pool: true },
  { side: 8, channels: [1, 8] },
  { side: 6, channels: [5, 6], pool: true },
];
it.each(cases)(
  '$side × $side, channels $channels, same $same, stride $stride, dilation $dilation, pool $pool',
  async (given) => {
    const graph = graphOf(given);
    const expected = plainly(given);
    const inputs = Object.fromEntries(
      graph.inputs.map(({ name, value }) => [name, numbersFor(name, sizeOf(value.shape))]),
    );
    for (const way of [lowerWindows, (other: Graph) => lowerWindows(orderRows(other))]) {
      const found = await runGraph(way(graph), inputs);
      for (const name of ['y', 'dx', 'dfilter']) expect(found[name]!.data, name).toEqual(expected[name]);
    }
  },
);

it('computes those rows alone that a pool looks at, in its order', () => {
  const [conv] = orderRows(graphOf({ side: 13, channels: [8, 8], pool: true })).nodes;
  expect(conv!.op).toBe('RowConv');
  expect(conv!.outputs[0]!.shape).toEqual([1, 100, n, 8]);
  expect([...(conv!.inputs[2]!.constant as { values: Int32Array }).values.slice(0, 18)]).toEqual([
    0, 1, 2, 13, 14, 15, 26, 27, 28, 2, 3, 4, 15, 16, 17, 28, 29, 30,
  ]);
});
