import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/config/checked-sweep.js';
import { RandomStream } from '../../src/core/random.js';
import { dimensionOf } from '../../src/sweep/samplers/dimension.js';
import { normalProbability, normalQuantile } from '../../src/core/normal-distribution.js';
import { parameterGroups } from '../../src/sweep/samplers/tpe/groups.js';
import { ParzenEstimator } from '../../src/sweep/samplers/tpe/parzen-estimator.js';
import { everything } from './support/spaces.js';

const estimator = (
  distributions: readonly Distribution[],
  values: readonly (readonly number[])[],
): ParzenEstimator => {
  const dimensions = distributions.map(dimensionOf);
  const rows = values.map((row) =>
    Float64Array.from(row, (value, d) => {
      const dimension = dimensions[d]!;
      return dimension.kind === 'choice' ? value : dimension.coordinate(value);
    }),
  );
  return new ParzenEstimator(dimensions, rows, new Float64Array(rows.length).fill(1), 1);
};

const choice: Distribution = { kind: 'choice', count: 3 };
const few: Distribution = { kind: 'int', low: 1, high: 4 };
const many: Distribution = { kind: 'logInt', low: 16, high: 400 };
const tenths: Distribution = { kind: 'quantized', low: 0, high: 0.5, step: 0.1 };
const unit: Distribution = { kind: 'uniform', low: 0, high: 1 };
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the normal distribution', () => {
  it('agrees with SciPy 1.17, far out as well', () => {
    // scipy.stats.norm.cdf
    const known: [number, number][] = [
      [-20, 2.7536241186061556e-89],
      [-8, 6.22096057427174e-16],
      [-5, 2.866515718791933e-7],
      [-3.1, 0.0009676032132183563],
      [-1.2, 0.11506967022170822],
      [-0.6, 0.2742531177500736],
      [-0.1, 0.460172162722971],
      [0, 0.5],
      [0.3, 0.6179114221889526],
      [0.9, 0.8159398746532405],
      [2.5, 0.9937903346742238],
      [4.5, 0.9999966023268753],
    ];
    for (const [z, probability] of known) {
      expect(normalProbability(z) / probability).toBeCloseTo(1, 12);
      if (z < 6) expect(normalQuantile(probability)).toBeCloseTo(z, 9);
    }
  });
});

describe('a Parzen estimator', () => {
  it('gives probabilities that add up to 1 over choices and cells, narrow or wide', () => {
    const total = (distributions: readonly Distribution[], observed: number[][], all: number[][]): number => {
      const of = estimator(distributions, observed);
      return all.reduce((sum, values) => sum + Math.exp(of.logDensity(Float64Array.from(values))), 0);
    };
    const pairs = range(0, 2).flatMap((a) => range(1, 4).map((b) => [a, b]));
    expect(
      total(
        [choice, few],
        [
          [0, 1],
          [0, 2],
          [2, 4],
        ],
        pairs,
      ),
    ).toBeCloseTo(1, 9);
    expect(total([choice, few], [], pairs)).toBeCloseTo(1, 9);
    const steps = [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((x) => [x]);
    expect(total([tenths], [[0.1], [0.5]], steps)).toBeCloseTo(1, 9);
    // Cells far narrower than the bandwidth take the density in their middle.
    expect(
      total(
        [many],
        [[16], [40], [400]],
        range(16, 400).map((x) => [x]),
      ),
    ).toBeCloseTo(1, 3);
  });

  it('gives densities that integrate to 1, at the ends of a range and without ends', () => {
    const integral = (
      distribution: Distribution,
      observed: number[][],
      from: number,
      to: number,
      scale: number,
    ): number => {
      const of = estimator([distribution], observed);
      const points = 20_000;
      let sum = 0;
      for (let i = 0; i < points; i++) {
        sum += Math.exp(of.logDensity(Float64Array.of(from + ((i + 0.5) / points) * (to - from))));
      }
      return (sum / points) * (to - from) * scale;
    };
    expect(integral(unit, [[0], [0.02], [0.97]], 0, 1, 1)).toBeCloseTo(1, 6);
    // A density per coordinate: a standard deviation of 2 has the length of 12 ** -0.5.
    const normal: Distribution = { kind: 'normal', mean: 3, deviation: 2 };
    expect(integral(normal, [[3], [9]], -60, 60, 12 ** -0.5 / 2)).toBeCloseTo(1, 6);
  });

  it('draws as it says', () => {
    const of = estimator(
      [choice, few, unit],
      [
        [0, 1, 0.1],
        [0, 2, 0.2],
        [2, 4, 0.9],
        [2, 4, 0.8],
      ],
    );
    const random = new RandomStream(3, 'draws');
    const draws = 40_000;
    const counted = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const [a, b, x] = of.sample(random) as unknown as [number, number, number];
      const key = JSON.stringify([a, b, Math.floor(x * 2)]);
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    for (const a of range(0, 2)) {
      for (const b of range(1, 4)) {
        for (const half of [0, 1]) {
          let probability = 0;
          for (let i = 0; i < 200; i++) {
            probability += Math.exp(of.logDensity(Float64Array.of(a, b, (half + (i + 0.5) / 200) / 2))) / 400;
          }
          const share = (counted.get(JSON.stringify([a, b, half])) ?? 0) / draws;
          // Five standard deviations of such a count.
          expect(Math.abs(share - probability)).toBeLessThan(5 * Math.sqrt(probability / draws));
        }
      }
    }
  });

  it('keeps together what was good together', () => {
    const of = estimator(
      [choice, unit],
      [
        [0, 0.1],
        [0, 0.12],
        [0, 0.08],
        [2, 0.9],
        [2, 0.88],
        [2, 0.92],
      ],
    );
    const density = (a: number, x: number): number => of.logDensity(Float64Array.of(a, x));
    expect(density(0, 0.1)).toBeGreaterThan(density(0, 0.9) + 1);
    expect(density(2, 0.9)).toBeGreaterThan(density(2, 0.1) + 1);
  });
});

describe('groups', () => {
  it('are the parameters that are there in the same points', () => {
    const ids = parameterGroups(everything).map(({ parameters }) => parameters.map(({ id }) => id));
    expect(ids).toEqual([
      ['network', 'dropout', 'rate', 'momentum', 'shift', 'fixed'],
      ['depth', 'width'],
      ['pooling'],
      ['window'],
    ]);
  });
});
