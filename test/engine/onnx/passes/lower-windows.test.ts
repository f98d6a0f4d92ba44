/** Window operators against sums and maxima taken one by one, for many geometries. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/core/random.js';
import {
  rowConv,
  rowConvFilterGradient,
  rowFactorGradient,
  rowGather,
  rowMaxPool,
  rowMaxPoolGradient,
  rowWeightedSum,
  type WindowTable,
} from '../../../../src/engine/onnx/graph/operators/macro.js';
import {
  turnRound,
  type WindowGeometry,
  windowTable,
} from '../../../../src/engine/onnx/graph/window-table.js';
import { built, differenceOf, runGraph } from '../run-graph.js';

type Pair = readonly [number, number];
interface Case extends Partial<Omit<WindowGeometry, 'input' | 'output'>> {
  readonly input: Pair;
  readonly output: Pair;
  readonly n?: number;
  readonly c?: number;
  readonly o?: number;
}

const cases: Readonly<Record<string, Case>> = {
  'a window of one': { input: [3, 4], output: [3, 4], kernel: [1, 1] },
  'no padding': { input: [5, 4], output: [3, 2], kernel: [3, 3] },
  'padding all round': { input: [4, 5], output: [4, 5], kernel: [3, 3], before: [1, 1] },
  'one channel': { input: [5, 5], output: [5, 5], kernel: [3, 3], before: [1, 1], c: 1, o: 4 },
  'strides with overlap': { input: [7, 7], output: [3, 3], kernel: [3, 3], strides: [2, 2] },
  'strides without overlap': { input: [6, 4], output: [3, 2], kernel: [2, 2], strides: [2, 2] },
  'strides that leave rows out': { input: [7, 8], output: [2, 3], kernel: [2, 2], strides: [4, 3] },
  'strides and padding to one side': { input: [6, 6], output: [3, 3], kernel: [3, 3], strides: [2, 2] },
  dilation: { input: [7, 6], output: [3, 2], kernel: [3, 3], dilations: [2, 2] },
  'dilation and padding': { input: [5, 5], output: [5, 5], kernel: [3, 3], dilations: [2, 2], before: [2, 2] },
  'sides that differ': { input: [5, 9], output: [5, 4], kernel: [1, 3], strides: [1, 2], before: [0, 0] },
  'one image, one filter': { input: [4, 4], output: [2, 2], kernel: [3, 3], n: 1, c: 2, o: 1 },
  'a window that never is inside': { input: [2, 2], output: [3, 3], kernel: [2, 2], before: [2, 2] },
}; // prettier-ignore

for (const [name, changes] of Object.entries(cases)) {
  const { input, output, n = 2, c = 3, o = 2 } = changes;
  const geometry = {
    kernel: [2, 2],
    strides: [1, 1],
    dilations: [1, 1],
    before: [0, 0],
    ...changes,
  } as const;
  const table = windowTable({ ...geometry, input, output });
  const k = table.window;
  const places = output[0] * output[1];
  const imageShape = [input[0], input[1], n, c];
  const random = new RandomStream(1, name);
  const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const x = draw(input[0] * input[1] * n * c);
  const dyOf = (channels: number): Float32Array => draw(places * n * channels);

  /** Every element that a window sees: output place, window element, input row, image. */
  const each = (see: (p: number, j: number, row: number, image: number) => void): void => {
    for (let p = 0; p < places; p++)
      for (let j = 0; j < k; j++)
        for (let image = 0; image < n; image++) see(p, j, table.rows[p * k + j]!, image);
  };

  describe(`windows with ${name}`, () => {
    it('RowConv and its gradients', async () => {
      const filter = draw(k * c * o);
      const dy = dyOf(o);
      const back = turnRound(table, input);
      const graph = built((b) => {
        const [image, gradient] = [b.input('x', 'float32', imageShape), b.input('dy', 'float32', [...output, n, o])];
        return {
          y: rowConv(b, image, b.input('filter', 'float32', [k, c, o]), table),
          df: rowConvFilterGradient(b, image, gradient, table),
          dx: rowConv(b, gradient, b.input('turned', 'float32', [k, o, c]), back),
        };
      }); // prettier-ignore
      const turned = new Float32Array(filter.length);
      const [y, df, dx] = [
        new Float32Array(dy.length),
        new Float32Array(filter.length),
        new Float32Array(x.length),
      ];
      for (let j = 0; j < k; j++)
        for (let ci = 0; ci < c; ci++)
          for (let oi = 0; oi < o; oi++) turned[(j * o + oi) * c + ci] = filter[(j * c + ci) * o + oi]!;
      each((p, j, row, image) => {
        if (row < 0) return;
        for (let ci = 0; ci < c; ci++) {
          for (let oi = 0; oi < o; oi++) {
            const [at, from, to] = [
              (j * c + ci) * o + oi,
              (row * n + image) * c + ci,
              (p * n + image) * o + oi,
            ];
            y[to]! += x[from]! * filter[at]!;
            df[at]! += x[from]! * dy[to]!;
            dx[from]! += filter[at]! * dy[to]!;
          }
        }
      });
      const found = await runGraph(graph, { x, filter, dy, turned });
      expect(differenceOf(found['y']!.data, y)).toBeLessThan(1e-5);
      expect(differenceOf(found['df']!.data, df)).toBeLessThan(1e-5);
      expect(differenceOf(found['dx']!.data, dx)).toBeLessThan(1e-5);
    });

    it('RowWeightedSum, for each channel and for all, and its gradient', async () => {
      const [perChannel, shared] = [draw(k * c), draw(k)];
      const dy = dyOf(c);
      const graph = built((b) => {
        const image = b.input('x', 'float32', imageShape);
        return {
          perChannel: rowWeightedSum(b, image, b.input('perChannelFactors', 'float32', [k, c]), table),
          shared: rowWeightedSum(b, image, b.input('sharedFactors', 'float32', [k, 1]), table),
          uniform: rowWeightedSum(b, image, b.splat(0.5, [k, 1], 'float32'), table),
          gradient: rowFactorGradient(b, image, b.input('dy', 'float32', [...output, n, c]), table),
        };
      });
      const make = (): Float32Array => new Float32Array(dy.length);
      const expected = {
        perChannel: make(),
        shared: make(),
        uniform: make(),
        gradient: new Float32Array(k * c),
      };
      each((p, j, row, image) => {
        if (row < 0) return;
        for (let ci = 0; ci < c; ci++) {
          const [from, to] = [x[(row * n + image) * c + ci]!, (p * n + image) * c + ci];
          expected.perChannel[to]! += from * perChannel[j * c + ci]!;
          expected.shared[to]! += from * shared[j]!;
          expected.uniform[to]! += from * 0.5;
          expected.gradient[j * c + ci]! += from * dy[to]!;
        }
      });
      const found = await runGraph(graph, { x, dy, perChannelFactors: perChannel, sharedFactors: shared });
      for (const [what, numbers] of Object.entries(expected))
        expect(differenceOf(found[what]!.data, numbers), what).toBeLessThan(1e-5);
    });

    it('RowMaxPool and its gradient, of equal numbers to the first', async () => {
      // Few different numbers, so that windows hold equal ones; every window of these sees the image somewhere.
      const few = x.map((number) => Math.round(number) + 0);
      const dy = dyOf(c);
      const graph = built((b) => {
        const image = b.input('x', 'float32', imageShape);
        return {
          y: rowMaxPool(b, image, table),
          dx: rowMaxPoolGradient(b, image, b.input('dy', 'float32', [...output, n, c]), table),
        };
      });
      const y = new Float32Array(dy.length).fill(-3.4028234663852886e38);
      const winners = new Int32Array(dy.length).fill(-1);
      each((p, _j, row, image) => {
        for (let ci = 0; ci < c && row >= 0; ci++) {
          const [from, to] = [(row * n + image) * c + ci, (p * n + image) * c + ci];
          if (few[from]! > y[to]!) [y[to], winners[to]] = [few[from]!, from];
        }
      });
      const dx = new Float32Array(x.length);
      winners.forEach((from, to) => (from < 0 ? undefined : (dx[from]! += dy[to]!)));
      const found = await runGraph(graph, { x: few, dy });
      expect(found['y']!.data).toEqual(y);
      expect(differenceOf(found['dx']!.data, dx)).toBeLessThan(1e-5);
    });

    it('RowGather', async () => {
      const rows = Int32Array.from({ length: 4 }, (_, i) => (i === 2 ? -1 : (i * 5) % (input[0] * input[1])));
      const graph = built((b) => ({ y: rowGather(b, b.input('x', 'float32', imageShape), rows, [2, 2]) }));
      const { y } = await runGraph(graph, { x });
      const width = n * c;
      expect(y!.dims).toEqual([2, 2, n, c]);
      rows.forEach((row, i) => {
        const expected = row < 0 ? new Float32Array(width) : x.subarray(row * width, (row + 1) * width);
        expect((y!.data as Float32Array).slice(i * width, (i + 1) * width)).toEqual(expected.slice());
      });
    });
  });
}

it('turnRound refuses a table in which a window sees a row twice by one element', () => {
  const twice: WindowTable = { rows: Int32Array.of(0, 0), window: 1, places: [1, 2] };
  expect(() => turnRound(twice, [1, 1])).toThrow('two windows look at one row by the same element');
});
