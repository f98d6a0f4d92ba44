import { describe, expect, it } from 'vitest';
import { Augmenter } from '../../src/data/augmentation.js';
import { DisplacementField } from '../../src/data/displacement-field.js';
import { IndexedRandom } from '../../src/core/indexed-random.js';

/** One bright 3 × 3 square in the middle of 21 × 21. */
const square = new Uint8Array(441);
for (const y of [9, 10, 11]) for (const x of [9, 10, 11]) square[y * 21 + x] = 200;

function distort(
  settings: ConstructorParameters<typeof Augmenter>[0],
  epoch = 0,
  index = 0,
  seed = 1,
): Uint8Array {
  const target = new Uint8Array(441);
  new Augmenter(settings, [21, 21, 1], seed).distort(square, 0, target, 0, epoch, index);
  return target;
}
/** Where the brightness lies, and how much there is. */
function centre(image: Uint8Array): { x: number; y: number; sum: number; spread: number } {
  let [sum, x, y] = [0, 0, 0];
  image.forEach((value, i) => {
    sum += value;
    x += value * (i % 21);
    y += value * Math.floor(i / 21);
  });
  let spread = 0;
  image.forEach((value, i) => {
    spread += (value / sum) * ((i % 21) - x / sum) ** 2;
  });
  return { x: x / sum, y: y / sum, sum, spread };
}
const draws = Array.from({ length: 200 }, (_, index) => index);

describe('augmentation', () => {
  it('without any distortion leaves every pixel as it was', () => {
    expect(distort({})).toEqual(square);
    expect(distort({ shift: 0, rotate: 0, zoom: 0, elastic: { alpha: 0, sigma: 4 } })).toEqual(square);
  });

  it('depends on the seed, the epoch and the index alone', () => {
    const settings = { shift: 2, rotate: 10, zoom: 0.1, elastic: { alpha: 20, sigma: 3 } };
    const augmenter = new Augmenter(settings, [21, 21, 1], 1);
    const target = new Uint8Array(900);
    augmenter.distort(square, 0, target, 0, 5, 6);
    augmenter.distort(square, 0, target, 100, 0, 3);
    expect(target.subarray(100, 541)).toEqual(distort(settings, 0, 3));
    const others = [distort(settings, 1, 3), distort(settings, 0, 4), distort(settings, 0, 3, 2)];
    for (const other of others) expect(other).not.toEqual(distort(settings, 0, 3));
  });

  it('shifts by up to so many pixels each way, and keeps the brightness', () => {
    const centres = draws.map((index) => centre(distort({ shift: 3 }, 0, index)));
    const xs = centres.map(({ x }) => x - 10);
    const ys = centres.map(({ y }) => y - 10);
    for (const values of [xs, ys]) {
      expect(Math.max(...values)).toBeLessThan(3.05);
      expect(Math.max(...values)).toBeGreaterThan(2.5);
      expect(Math.min(...values)).toBeGreaterThan(-3.05);
      expect(Math.min(...values)).toBeLessThan(-2.5);
    }
    for (const { sum } of centres) expect(Math.abs(sum / 1800 - 1)).toBeLessThan(0.02);
  });

  it('turns about the middle', () => {
    // A bar to the right of the middle: turned by up to 90° it goes up or down by up to its distance.
    const bar = new Uint8Array(441);
    for (const x of [15, 16, 17]) bar[10 * 21 + x] = 200;
    const augmenter = new Augmenter({ rotate: 90 }, [21, 21, 1], 1);
    const places = draws.map((index) => {
      const target = new Uint8Array(441);
      augmenter.distort(bar, 0, target, 0, 0, index);
      return centre(target);
    });
    for (const { x, y } of places) expect(Math.abs(Math.hypot(x - 10, y - 10) - 6)).toBeLessThan(0.5);
    expect(Math.min(...places.map(({ y }) => y))).toBeLessThan(4.5);
    expect(Math.max(...places.map(({ y }) => y))).toBeGreaterThan(15.5);
    expect(Math.min(...places.map(({ x }) => x))).toBeGreaterThan(9.5);
  });

  it('enlarges and shrinks about the middle', () => {
    const sums = draws.map((index) => centre(distort({ zoom: 0.5 }, 0, index)));
    // Its area goes with the square of the factor, 0.5 to 1.5.
    expect(Math.max(...sums.map(({ sum }) => sum / 1800))).toBeGreaterThan(1.9);
    expect(Math.min(...sums.map(({ sum }) => sum / 1800))).toBeLessThan(0.4);
    for (const { x, y } of sums) expect(Math.hypot(x - 10, y - 10)).toBeLessThan(0.2);
  });

  it('bends each part another way', () => {
    const spreads = draws.map(
      (index) => centre(distort({ elastic: { alpha: 30, sigma: 2 } }, 0, index)).spread,
    );
    expect(Math.max(...spreads)).toBeGreaterThan(1.3 * centre(square).spread);
    expect(Math.min(...spreads)).toBeLessThan(0.8 * centre(square).spread);
  });

  it('stretches across only', () => {
    const widths = draws.map((index) => centre(distort({ stretch: 0.5 }, 0, index)));
    // Its area goes with the factor, 0.5 to 1.5; column 10 is as high as ever.
    const areas = widths.map(({ sum }) => sum / 1800);
    expect(Math.max(...areas)).toBeGreaterThan(1.4);
    expect(Math.max(...areas)).toBeLessThan(1.6);
    expect(Math.min(...areas)).toBeLessThan(0.7);
    for (const index of draws) {
      const image = distort({ stretch: 0.5 }, 0, index);
      expect([8, 9, 10, 11, 12].map((y) => image[y * 21 + 10])).toEqual([0, 200, 200, 200, 0]);
    }
  });

  it('leans: what is above the middle goes one way and what is below the other', () => {
    const bars = new Uint8Array(441);
    for (const y of [4, 16]) for (const x of [9, 10, 11]) bars[y * 21 + x] = 200;
    const augmenter = new Augmenter({ shear: 30 }, [21, 21, 1], 1);
    const leans = draws.map((index) => {
      const target = new Uint8Array(441);
      augmenter.distort(bars, 0, target, 0, 0, index);
      const half = (from: number): number =>
        centre(target.map((value, i) => (i >= from * 21 && i < (from + 7) * 21 ? value : 0))).x - 10;
      expect(Math.abs(half(1) + half(13))).toBeLessThan(0.05);
      return half(1);
    });
    // Six rows from the middle: 6 tan 30° = 3.46.
    expect(Math.max(...leans)).toBeGreaterThan(3.2);
    expect(Math.max(...leans)).toBeLessThan(3.5);
    expect(Math.min(...leans)).toBeLessThan(-3.2);
  });

  it('erases a square of up to so many pixels a side, anywhere, in the colour of the corner', () => {
    const white = new Uint8Array(441 * 2).fill(90);
    white.set([7, 8]);
    const augmenter = new Augmenter({ erase: 5 }, [21, 21, 2], 1);
    const times = new Int32Array(441);
    const sizes = Array.from({ length: 2000 }, (_, index) => {
      const target = new Uint8Array(882);
      augmenter.distort(white, 0, target, 0, 0, index);
      let size = 0;
      for (let i = 1; i < 441; i++) {
        const colour = [target[2 * i], target[2 * i + 1]];
        if (colour[0] === 90) continue;
        expect(colour).toEqual([7, 8]);
        times[i]!++;
        size++;
      }
      return size;
    });
    expect(Math.max(...sizes)).toBe(25);
    expect(Math.min(...sizes)).toBe(0);
    expect(new Set(sizes)).toContain(16);
    // 2000 squares of (0 + 1 + 4 + 9 + 16 + 25) / 6 pixels in the mean, over 441 places: 42 each, at the edge too.
    const row = (y: number): number => times.subarray(y * 21 + 5, y * 21 + 16).reduce((a, b) => a + b) / 11;
    expect(Math.abs(row(10) - 42)).toBeLessThan(12);
    expect(row(20)).toBeGreaterThan(15);
  });

  it('goes on with the edge outside of the image, so that a white background stays white', () => {
    const white = new Uint8Array(25).fill(255);
    const target = new Uint8Array(25);
    new Augmenter({ shift: 4, rotate: 180, zoom: 0.5 }, [5, 5, 1], 1).distort(white, 0, target, 0, 0, 0);
    expect(target).toEqual(white);
  });

  it('moves all channels together', () => {
    const colours = Uint8Array.from({ length: 75 }, (_, i) => 10 * (i % 3) + Math.floor(i / 3));
    const target = new Uint8Array(75);
    new Augmenter({ shift: 2, elastic: { alpha: 5, sigma: 1 } }, [5, 5, 3], 1).distort(
      colours,
      0,
      target,
      0,
      0,
      1,
    );
    for (let i = 0; i < 75; i += 3) {
      expect([target[i + 1]! - target[i]!, target[i + 2]! - target[i]!]).toEqual([10, 20]);
    }
    expect(target).not.toEqual(colours);
  });
});

describe('a field of displacements', () => {
  const [alpha, sigma, size, count] = [34, 4, 28, 4000];
  const spacing = 2;
  const knots = 15;
  const field = new DisplacementField({ alpha, sigma }, [size, size], spacing, [knots, knots]);
  const random = new IndexedRandom(1, 'field');
  const bits = new Int32Array(field.draws);
  const [xs, ys] = [new Float64Array(knots * knots), new Float64Array(knots * knots)];
  /** Second moments at the middle, right of it by 2 sigma, and in the middle of the left edge. */
  const sums = { middle: 0, other: 0, apart: 0, edge: 0, cross: 0, mean: 0 };
  for (let index = 0; index < count; index++) {
    random.fill(index, bits);
    field.evaluate(bits, 0, xs, ys);
    const middle = 7 * knots + 5;
    const apart = middle + (2 * sigma) / spacing;
    sums.mean += xs[middle]! / count;
    sums.middle += xs[middle]! ** 2 / count;
    sums.other += ys[apart]! ** 2 / count;
    sums.apart += (xs[middle]! * xs[apart]!) / count;
    sums.edge += xs[7 * knots]! ** 2 / count;
    sums.cross += (xs[middle]! * ys[middle]!) / count;
  }
  // Noise uniform on [-1, 1] has the variance 1/3; a Gaussian's square sums to 1 / (4 π sigma²).
  const variance = (alpha ** 2 * (1 / 3)) / (4 * Math.PI * sigma ** 2);

  it("spreads as Simard's does, in both directions, independently", () => {
    expect(field.draws).toBe(49);
    expect(sums.middle / variance).toBeGreaterThan(0.93);
    expect(sums.middle / variance).toBeLessThan(1.07);
    expect(sums.other / variance).toBeGreaterThan(0.93);
    expect(sums.other / variance).toBeLessThan(1.07);
    expect(Math.abs(sums.cross / variance)).toBeLessThan(0.07);
    expect(Math.abs(sums.mean / Math.sqrt(variance))).toBeLessThan(0.07);
  });

  it('is as smooth: 2 sigma apart, displacements correlate by 1/e', () => {
    expect(Math.abs(sums.apart / sums.middle - Math.exp(-1))).toBeLessThan(0.06);
  });

  it('fades towards the edge, where half of the noise is missing', () => {
    expect(Math.abs(sums.edge / variance - 0.5)).toBeLessThan(0.1);
  });

  it('may be rougher than a pixel and smoother than the image', () => {
    for (const rough of [0.5, 1, 3, 40]) {
      const other = new DisplacementField({ alpha: 1, sigma: rough }, [5, 9], 1, [5, 9]);
      const drawn = new Int32Array(other.draws);
      random.fill(1, drawn);
      const [x, y] = [new Float64Array(45), new Float64Array(45)];
      other.evaluate(drawn, 0, x, y);
      expect([...x, ...y].every((value) => Number.isFinite(value) && Math.abs(value) < 2)).toBe(true);
      // One cell for all of it is as wide at the left as at the right.
      expect(new Set(x).size).toBe(rough === 40 ? 13 : 45);
    }
  });
});

describe('random bits by place', () => {
  const bits = (index: number, seed = 1, count = 4): number[] => {
    const filled = new Int32Array(count);
    new IndexedRandom(seed, 'test').fill(index, filled);
    return [...filled];
  };

  it('depend on the place and the name alone, however many are drawn', () => {
    expect(bits(7)).toEqual(bits(7, 1, 9).slice(0, 4));
    const all = [bits(7), bits(8), bits(7, 2), bits(-1), bits(0)].flat();
    expect(new Set(all).size).toBe(20);
  });

  it('are uniform over places: each bit is set half of the time, and neighbours have nothing in common', () => {
    const count = 20_000;
    const ones = new Int32Array(64);
    const same = new Int32Array(32);
    let before = bits(0, 1, 2);
    for (let index = 1; index <= count; index++) {
      const now = bits(index, 1, 2);
      for (let bit = 0; bit < 64; bit++) ones[bit]! += (now[bit >> 5]! >>> (bit & 31)) & 1;
      for (let bit = 0; bit < 32; bit++) same[bit]! += ((now[0]! ^ before[0]!) >>> bit) & 1;
      before = now;
    }
    // Five standard deviations of a fair coin.
    for (const set of [...ones, ...same])
      expect(Math.abs(set - count / 2)).toBeLessThan(2.5 * Math.sqrt(count));
  });
});
