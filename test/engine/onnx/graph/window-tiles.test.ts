/** Tiles of four outputs are found in a table of windows, in whatever order its rows and places are. */
import { describe, expect, it } from 'vitest';
import { windowTable } from '../../../../src/engine/onnx/graph/window-table.js';
import { tilesOf } from '../../../../src/engine/onnx/graph/window-tiles.js';

const tableOf = (input: number, output: number, stride = 1, dilation = 1, before = 0) =>
  windowTable({
    input: [input, input],
    output: [output, output],
    kernel: [3, 3],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    before: [before, before],
  });

describe('tiles', () => {
  it('cover an even image without rest', () => {
    const tiles = tilesOf(tableOf(6, 4))!;
    expect(tiles.count).toBe(4);
    expect([...tiles.outputs]).toEqual([0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15]);
    const second = Array.from({ length: 16 }, (_, i) => tiles.patches[i * 4 + 1]);
    expect(second).toEqual([2, 3, 4, 5, 8, 9, 10, 11, 14, 15, 16, 17, 20, 21, 22, 23]);
  });

  it('look beyond the edge of a padded one', () => {
    const tiles = tilesOf(tableOf(4, 4, 1, 1, 1))!;
    const first = Array.from({ length: 16 }, (_, i) => tiles.patches[i * 4]);
    expect(first).toEqual([-1, -1, -1, -1, -1, 0, 1, 2, -1, 4, 5, 6, -1, 8, 9, 10]);
  });

  it('are found again when rows and places change their order', () => {
    const { rows, window } = tableOf(7, 5);
    const places = Array.from({ length: 25 }, (_, p) => (p * 7) % 25);
    const mixed = Int32Array.from(
      places.flatMap((p) => [...rows.subarray(p * 9, p * 9 + 9)]),
      (row) => (row * 10) % 49,
    );
    const [plain, tiles] = [tilesOf({ rows, window })!, tilesOf({ rows: mixed, window })!];
    expect(tiles.count).toBe(9);
    const cornersOf = (outputs: Int32Array, count: number) =>
      Array.from(outputs, (at) => Math.floor(at / count));
    const expected = cornersOf(plain.outputs, 9);
    expect(cornersOf(tiles.outputs, 9)).toEqual(places.map((p) => expected[p]));
  });

  it('of a dilated convolution lie between one another', () => {
    expect(tilesOf(tableOf(8, 8, 1, 2, 2))!.count).toBe(16);
  });

  it('have one output each where windows jump', () => {
    expect(tilesOf(tableOf(9, 4, 2))!.count).toBe(16);
  });

  it('are not there for other windows', () => {
    expect(tilesOf({ rows: Int32Array.of(0, 1, 2, 3), window: 4 })).toBeUndefined();
    const { rows } = tableOf(6, 4);
    [rows[0], rows[1]] = [rows[1]!, rows[0]!];
    expect(tilesOf({ rows, window: 9 })).toBeUndefined();
  });
});
