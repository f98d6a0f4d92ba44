/** What is drawn for dropout and noise: the right shares and moments, the same each time, another in each place. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { drawStream, fillKeepMask, fillNormal } from '../../src/engine/layer-stand-ins/draws.js';

const mask = (
  probability: number,
  size: number,
  [seed, step, ordinal] = [7, 0, 0] as readonly [number, number, number],
): Uint8Array => {
  const into = new Uint8Array(size).fill(9);
  const stream = drawStream(seed, step, ordinal);
  fillKeepMask({ kind: 'keep', shape: [size], probability }, stream, into);
  return into;
};
const normal = (mean: number, standardDeviation: number, size: number): Float32Array => {
  const into = new Float32Array(size);
  fillNormal({ kind: 'normal', shape: [size], mean, standardDeviation }, drawStream(7, 0, 0), into);
  return into;
};
const meanOf = (values: Iterable<number>): number => {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
};

describe('a mask', () => {
  // Three standard errors of a share; 1/1024 and 0.8 need more than the first 8 bits.
  it.each([0, 1 / 1024, 0.25, 0.5, 0.8, 0.999, 1])('keeps a share of %f', (probability) => {
    const size = 200_001;
    const drawn = mask(probability, size);
    expect(drawn.every((kept) => kept === 0 || kept === 1)).toBe(true);
    const error = Math.sqrt((probability * (1 - probability)) / size);
    expect(Math.abs(meanOf(drawn) - probability)).toBeLessThanOrEqual(3 * error);
  });

  it('keeps each place with the same share, whatever its neighbours', () => {
    const drawn = mask(0.5, 400_000);
    for (let place = 0; place < 4; place++) {
      expect(meanOf(drawn.filter((_, i) => i % 4 === place))).toBeCloseTo(0.5, 2);
      expect(meanOf(drawn.filter((_, i) => i % 4 === place && drawn[i - 1] === 1))).toBeCloseTo(0.5, 2);
    }
  });

  it('depends on seed, step and ordinal, and on nothing else', () => {
    expect(mask(0.5, 20)).toEqual(mask(0.5, 20));
    const places: (readonly [number, number, number])[] = [
      [7, 0, 0],
      [8, 0, 0],
      [7, 1, 0],
      [7, 0, 1],
    ];
    expect(new Set(places.map((place) => mask(0.5, 64, place).join(''))).size).toBe(4);
  });

  it('is this one: other numbers would make other trainings of the same experiments', () => {
    expect(mask(0.8, 24).join('')).toBe('011111011111001110101101');
  });
});

describe('noise', () => {
  it.each([
    [0, 1],
    [1, 0.25],
  ])('has mean %f and standard deviation %f, and the tails of a normal distribution', (mean, deviation) => {
    const drawn = normal(mean, deviation, 200_001);
    const standard = [...drawn].map((value) => (value - mean) / deviation);
    expect(meanOf(standard)).toBeCloseTo(0, 2);
    expect(meanOf(standard.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(meanOf(standard.map((value) => value ** 4))).toBeCloseTo(3, 0);
    expect(meanOf(standard.map((value) => Number(Math.abs(value) > 1.96)))).toBeCloseTo(0.05, 2);
    expect(meanOf(standard.map((value, i) => value * (standard[i + 1] ?? 0)))).toBeCloseTo(0, 2);
  });

  it('is this one', () => {
    const expected = [-0.5340169668197632, 1.3611677885055542, 0.7020024061203003];
    expect([...normal(0, 1, 3)]).toEqual(expected);
  });
});

it('many numbers at once are those that one at a time would be', () => {
  const [one, many] = [new RandomStream(3, 'x'), new RandomStream(3, 'x')];
  const filled = new Uint32Array(5);
  many.fillUint32(filled);
  expect([...filled, many.uint32()]).toEqual(Array.from({ length: 6 }, () => one.uint32()));
});
