import { describe, expect, it } from 'vitest';
import { Augmenter } from '../../src/data/augmentation.js';
import { createBatchSource } from '../../src/data/batches.js';
import type { LabelledImages } from '../../src/data/image-batch.js';

/** Ten images of 4 × 4, each of one brightness: 10 times its label. */
const ten: LabelledImages = {
  count: 10,
  shape: [4, 4, 1],
  pixels: Uint8Array.from({ length: 160 }, (_, i) => 10 * Math.floor(i / 16)),
  labels: Int32Array.from({ length: 10 }, (_, i) => i),
};
const source = (seed = 1) => createBatchSource(ten, { batchSize: 4, seed, augmentation: null });
const labelsOf = (epoch: number, seed = 1) =>
  [0, 1, 2].flatMap((step) => [...source(seed).batch(epoch, step).labels]);

describe('batches', () => {
  it('hand out each image once in an epoch, with its own label, the last batch smaller', () => {
    const batches = source();
    expect(batches.stepsPerEpoch).toBe(3);
    const counts = [];
    for (let step = 0; step < 3; step++) {
      const batch = batches.batch(0, step);
      counts.push(batch.count);
      expect([batch.labels.length, batch.pixels.length]).toEqual([batch.count, batch.count * 16]);
      batch.labels.forEach((label, i) => {
        expect([...batch.pixels.subarray(i * 16, i * 16 + 16)]).toEqual(Array(16).fill(10 * label));
      });
    }
    expect(counts).toEqual([4, 4, 2]);
    expect(labelsOf(0).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('come in another order each epoch and for each seed, and in the same order again', () => {
    expect(labelsOf(0)).toEqual(labelsOf(0));
    expect(labelsOf(0)).not.toEqual(labelsOf(1));
    expect(labelsOf(0)).not.toEqual(labelsOf(0, 2));
  });

  it('can be begun anywhere: a step drawn alone is the step drawn in turn', () => {
    const options = {
      batchSize: 4,
      seed: 3,
      augmentation: { shift: 1, rotate: 20, elastic: { alpha: 8, sigma: 1.5 } },
    };
    const inTurn = createBatchSource(ten, options);
    const seen: { pixels: Uint8Array; labels: Int32Array }[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      for (let step = 0; step < 3; step++) {
        const { pixels, labels } = inTurn.batch(epoch, step);
        seen.push({ pixels: pixels.slice(), labels: labels.slice() });
      }
    }
    for (const place of [8, 4, 0, 7]) {
      const alone = createBatchSource(ten, options).batch(Math.floor(place / 3), place % 3);
      expect({ pixels: alone.pixels, labels: alone.labels }).toEqual(seen[place]);
    }
  });

  it('of more than all images are one batch; steps beyond the epoch are a bug', () => {
    const all = createBatchSource(ten, { batchSize: 64, seed: 1, augmentation: null });
    expect([all.stepsPerEpoch, all.batch(0, 0).count]).toEqual([1, 10]);
    expect(() => all.batch(0, 1)).toThrow(RangeError);
    expect(() => createBatchSource(ten, { batchSize: 0, seed: 1, augmentation: null })).toThrow(RangeError);
  });
});

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
