/** Slices and contours: what is drawn between the runs. */
import { describe, expect, it } from 'vitest';
import { contourOf } from '../../../src/report/comparison/statistics/contour.js';
import { sliceOf } from '../../../src/report/comparison/statistics/slice.js';
import type { VaryingSetting } from '../../../src/report/comparison/statistics/varying-settings.js';

function setting(
  values: readonly (number | null)[],
  kind: VaryingSetting['kind'] = 'number',
): VaryingSetting {
  return { path: 'x', kind, inSpace: true, values, categories: [] };
}
function categories(names: readonly string[], values: readonly (number | null)[]): VaryingSetting {
  return { path: 'c', kind: 'category', inSpace: true, values, categories: names };
}
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a slice', () => {
  it('follows a line, and runs that went wrong altogether do not bend it', () => {
    const x = range(101);
    const { line, points } = sliceOf(
      setting(x),
      x.map((at) => (at % 10 === 5 ? 1e6 : 2 * at)),
    );
    expect(points).toHaveLength(101);
    expect(line).toHaveLength(25);
    expect([line[0]!.x, line.at(-1)!.x]).toEqual([0, 100]);
    for (const { x: at, y } of line.slice(6, -6)) expect(Math.abs(y - 2 * at)).toBeLessThan(8);
    for (const { y } of line) expect(y).toBeLessThanOrEqual(200);
  });

  it('looks at all runs that share a value', () => {
    const shared = range(100).map((i) => (i < 50 ? 1 : 2));
    const { line } = sliceOf(setting(shared), range(100));
    expect(line[0]!.y).toBeCloseTo(24.5, 9);
    expect(line.at(-1)!.y).toBeCloseTo(74.5, 9);
  });

  it('is evenly spaced by the logarithm where the setting is', () => {
    const { line } = sliceOf(
      setting(
        range(21).map((i) => 10 ** (i / 10)),
        'log-number',
      ),
      range(21),
    );
    expect(line[12]!.x).toBeCloseTo(10, 10);
    expect(line[12]!.y).toBeCloseTo(10, 1);
  });

  it('has quartiles for each category, and leaves out runs without the setting or a result', () => {
    const slice = sliceOf(categories(['a', 'b', 'none'], [0, 0, 0, 0, 1, null, 1]), [4, 1, 3, 2, 7, 9, null]);
    expect(slice.points.map(({ run }) => run)).toEqual([0, 1, 2, 3, 4]);
    expect(slice.categories).toEqual([
      { name: 'a', count: 4, quartiles: [1.5, 2.5, 3.5] },
      { name: 'b', count: 1, quartiles: [7, 7, 7] },
    ]);
    expect(slice.line).toEqual([]);
  });

  it('has no line through too few points, or through one place', () => {
    expect(sliceOf(setting([1, 2, 3]), [1, 2, 3]).line).toEqual([]);
    expect(sliceOf(setting(range(9).map(() => 2)), range(9)).line).toEqual([]);
  });
});

describe('a contour', () => {
  const grid = range(400);
  const x = grid.map((i) => (i % 20) / 19);
  const y = grid.map((i) => Math.floor(i / 20) / 19);

  it('comes near the function that the runs were drawn from', () => {
    const bowl = (a: number, b: number): number => (a - 0.5) ** 2 + (b - 0.5) ** 2;
    const found = contourOf(
      setting(x),
      setting(y),
      grid.map((i) => bowl(x[i]!, y[i]!)),
      11,
    )!;
    expect(found.x.places).toHaveLength(11);
    expect(found.values).toHaveLength(121);
    const at = (column: number, row: number): number => found.values[row * 11 + column]!;
    expect(at(5, 5)).toBeLessThan(0.05);
    expect(Math.min(at(0, 0), at(10, 0), at(0, 10), at(10, 10))).toBeGreaterThan(0.3);
    // Rows are y, columns are x.
    const sloped = contourOf(setting(x), setting(y), x, 3)!;
    expect(sloped.values[2]! - sloped.values[0]!).toBeGreaterThan(0.6);
    expect(Math.abs(sloped.values[6]! - sloped.values[0]!)).toBeLessThan(1e-9);
  });

  it('never leaves the range of what was measured, and is empty where no run lies near', () => {
    const corner = contourOf(setting([0, 0.05, 0, 1]), setting([0, 0, 0.05, 1]), [1, 2, 3, 9], 11)!;
    expect(corner.values[10]).toBeNull();
    const filled = corner.values.filter((value) => value !== null);
    expect(filled.length).toBeGreaterThan(5);
    expect(Math.min(...filled)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...filled)).toBeLessThanOrEqual(9);
    expect(corner.values[120]).toBeCloseTo(9, 3);
  });

  it('does not smooth over categories', () => {
    const found = contourOf(
      categories(['a', 'b', 'c'], [0, 0, 1, 1]),
      setting([1, 2, 1, 2]),
      [5, 5, 8, 8],
      2,
    )!;
    const rows = [found.values.slice(0, 3), found.values.slice(3)];
    for (const [a, b, c] of rows) {
      expect([a, b]).toEqual([expect.closeTo(5, 9), expect.closeTo(8, 9)]);
      expect(c).toBeNull();
    }
    expect(found.y.places).toEqual([1, 2]);
  });

  it('needs three runs that have both settings and a result', () => {
    expect(contourOf(setting([1, 2, 3, null]), setting([1, 2, null, 3]), [1, 2, 3, 4])).toBeUndefined();
  });
});
