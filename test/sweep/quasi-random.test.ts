import { describe, expect, it } from 'vitest';
import type { SearchSpace } from '../../src/config/checked-sweep.js';
import { RandomStream } from '../../src/core/random.js';
import { gridSampler } from '../../src/sweep/samplers/grid.js';
import { quasiRandomSampler } from '../../src/sweep/samplers/quasi-random.js';
import { randomSampler } from '../../src/sweep/samplers/random.js';
import type { Sampler } from '../../src/sweep/samplers/sampler.js';
import { ScrambledSobol } from '../../src/sweep/samplers/scrambled-sobol.js';
import { centredDiscrepancy } from './support/discrepancy.js';
import { box, parameter } from './support/spaces.js';

function coordinates(sampler: Sampler, count: number): number[][] {
  return Array.from({ length: count }, (_, draw) => Object.values(sampler.propose({ draw, trials: [] })!));
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seeds = Array.from({ length: 15 }, (_, i) => i);

describe('the discrepancy', () => {
  it('is what SciPy 1.17 computes', () => {
    // scipy.stats.qmc.discrepancy(points, method='CD'), whose square root is the measure.
    const points = [
      [0.1, 0.7],
      [0.5, 0.2],
      [0.9, 0.45],
    ];
    expect(centredDiscrepancy(points) ** 2).toBeCloseTo(0.038366666666666216, 12);
  });
});

describe('quasi-random points', () => {
  it.each([
    [2, 64],
    [2, 100],
    [5, 128],
    [8, 200],
  ])('cover %i dimensions with %i points better than random ones under every seed', (dimensions, count) => {
    const space = box(dimensions);
    const of = (make: typeof quasiRandomSampler): number[] =>
      seeds.map((seed) => centredDiscrepancy(coordinates(make({ space, seed, objectives: 1 }), count)));
    const [quasi, random] = [of(quasiRandomSampler), of(randomSampler)];
    expect(Math.max(...quasi)).toBeLessThan(Math.min(...random));
    // Better by more than luck: as even as twice as many random points, whose discrepancy falls with the root of the count.
    expect(median(quasi)).toBeLessThan(median(random) / Math.SQRT2);
  });

  it('fall once into each of equal parts: of an axis, and of any two of the first axes', () => {
    const sequence = new ScrambledSobol(64, new RandomStream(3, 'sobol'));
    for (let axis = 0; axis < 64; axis++) {
      const cells = new Set(Array.from({ length: 64 }, (_, i) => Math.floor(sequence.at(i, axis) * 64)));
      expect(cells.size).toBe(64);
    }
    const squares = new Set(
      Array.from(
        { length: 64 },
        (_, i) => Math.floor(sequence.at(i, 0) * 8) * 8 + Math.floor(sequence.at(i, 1) * 8),
      ),
    );
    expect(squares.size).toBe(64);
  });

  it('go on evenly beyond the axes that have direction numbers', () => {
    const sequence = new ScrambledSobol(150, new RandomStream(3, 'sobol'));
    const pairs = (a: number, b: number): number[][] =>
      Array.from({ length: 128 }, (_, i) => [sequence.at(i, a), sequence.at(i, b)]);
    for (const axis of [64, 100, 149]) {
      expect(new Set(pairs(axis, 0).map(([x]) => Math.floor(x! * 128))).size).toBe(128);
    }
    // Axis 64 takes the numbers of axis 0 again, but not its points.
    const differences = pairs(0, 64).map(([x, y]) => Math.abs(x! - y!));
    expect(Math.max(...differences)).toBeGreaterThan(0.5);
    expect(centredDiscrepancy(pairs(0, 64))).toBeLessThan(0.08);
  });

  it('are even within each choice, and parameters of different choices share an axis', () => {
    const space: SearchSpace = {
      parameters: [
        parameter('network', { kind: 'choice', count: 2 }),
        parameter('left', { kind: 'uniform', low: 0, high: 1 }, [{ parameter: 'network', choice: 0 }]),
        parameter('right', { kind: 'uniform', low: 0, high: 1 }, [{ parameter: 'network', choice: 1 }]),
      ],
    };
    const sampler = quasiRandomSampler({ space, seed: 4, objectives: 1 });
    const points = Array.from({ length: 64 }, (_, draw) => sampler.propose({ draw, trials: [] })!);
    for (const side of ['left', 'right']) {
      const values = points.flatMap((point) => (point[side] === undefined ? [] : [point[side]]));
      expect(values).toHaveLength(32);
      expect(new Set(values.map((value) => Math.floor(value * 16))).size).toBe(16);
    }
  });
});

describe('a grid', () => {
  it('covers two dimensions better than as many random points under any of the seeds', () => {
    const space = box(2);
    const sampler = gridSampler({ steps: 10 }, { space });
    // The centred discrepancy punishes points on the edges; the grid's own cells are compared by their middles.
    const middles = coordinates(sampler, 100).map((point) => point.map((x) => (x * 9 + 0.5) / 10));
    const random = seeds.map((seed) =>
      centredDiscrepancy(coordinates(randomSampler({ space, seed, objectives: 1 }), 100)),
    );
    expect(centredDiscrepancy(middles)).toBeLessThan(median(random));
  });
});
