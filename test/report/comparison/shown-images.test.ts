import { describe, expect, it } from 'vitest';
import { chooseImages } from '../../../src/report/comparison/shown-images.js';

/** Predictions that are right (class 0) but for these images. */
function wrongAt(count: number, ...wrong: readonly number[]): number[] {
  return Array.from({ length: count }, (_, image) => (wrong.includes(image) ? 1 : 0));
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('the images that a comparison shows', () => {
  it('are those that all get wrong and those on which runs disagree, none that all get right', () => {
    const labels = wrongAt(10);
    expect(chooseImages([wrongAt(10, 2, 5), wrongAt(10, 2, 7), wrongAt(10, 2)], labels)).toEqual([2, 5, 7]);
    expect(chooseImages([wrongAt(10, 4)], labels)).toEqual([4]);
    expect(chooseImages([], labels)).toEqual([]);
  });

  it('are no more than a page has room for, and have some of each kind', () => {
    const count = 1000;
    const labels = wrongAt(count);
    const allWrong = range(0, 200);
    const best = wrongAt(count, ...allWrong, ...range(200, 400));
    const second = wrongAt(count, ...allWrong, ...range(400, 900));
    const shown = chooseImages([best, second], labels);
    expect(shown).toHaveLength(160);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    const inside = (from: number, to: number): number => shown.filter((i) => i >= from && i < to).length;
    expect(inside(0, 200)).toBe(48);
    expect(inside(200, 400)).toBeGreaterThanOrEqual(12);
    expect(inside(400, 900)).toBeGreaterThanOrEqual(12);
    expect(inside(900, 1000)).toBe(0);
  });
});
