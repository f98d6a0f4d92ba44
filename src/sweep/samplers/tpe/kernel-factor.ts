/**
 * What one dimension contributes to each kernel of a Parzen estimator: a normal distribution around the observation, cut
 * off at the range's ends; of cells the probability of the value's cell; of a choice a probability for the one observed
 * and one for each other.
 */
import type { RandomStream } from '../../../core/random.js';
import type { ChoiceDimension, Dimension, NumberDimension } from '../dimension.js';
import { priorDeviation } from '../dimension.js';
import { normalProbability, normalQuantile } from '../../../core/normal-distribution.js';

export interface KernelFactor {
  /** For kernels with few different centres, which of them each has; a factor then comes from `table`. */
  readonly classes?: Uint32Array | undefined;
  /** Without classes: centres in units of the bandwidth. A factor is then exp(-(scale(value) - scaled)² / 2). */
  readonly scaled: Float64Array;
  scale(value: number): number;
  /** The logarithm of the factor of each class at a value. */
  table(value: number): Float64Array;
  /** Multiplies each kernel's height by what makes its factor integrate to 1. */
  divide(heights: Float64Array): void;
  /** What densities are multiplied by to be probabilities, where neither `table` nor `prior` does so. */
  volume(value: number): number;
  /** The prior's density, or probability, at a value. */
  prior(value: number): number;
  sample(kernel: number, random: RandomStream): number;
  samplePrior(random: RandomStream): number;
}

/** What a factor is made of. */
export interface Kernels {
  /** Coordinates of the observations, or a choice's indices; and their weights. */
  readonly centres: Float64Array;
  readonly weights: Float64Array;
  /** Of the whole estimator. */
  readonly dimensions: number;
  /** What Scott's rule is multiplied by. */
  readonly bandwidth: number;
}

export function kernelFactor(dimension: Dimension, kernels: Kernels): KernelFactor {
  return dimension.kind === 'choice'
    ? choiceFactor(dimension, kernels.centres)
    : numberFactor(dimension, kernels.centres, bandwidthOf(kernels));
}

/**
 * Scott's rule ("Multivariate Density Estimation", 1992) with the prior as one more observation: kernels are wide while
 * little is known, and never narrower than a few observations allow.
 */
function bandwidthOf({ centres, weights, dimensions, bandwidth }: Kernels): number {
  const count = centres.length;
  let [total, sum] = [0, 0];
  for (let k = 0; k < count; k++) {
    total += weights[k]!;
    sum += weights[k]! * centres[k]!;
  }
  const mean = total > 0 ? sum / total : 0.5;
  let squares = priorDeviation ** 2;
  for (let k = 0; k < count; k++) squares += weights[k]! * (centres[k]! - mean) ** 2;
  return bandwidth * Math.sqrt(squares / (total + 1)) * Math.max(count, 1) ** (-1 / (dimensions + 4));
}

/** However many observations there are, a kernel leaves so much for each choice: a result may have been luck. */
const leastShare = 0.1;

/** A kernel puts 1 on the choice observed, and an observation's share of the prior on each (as Optuna does), then norms. */
function choiceFactor({ count }: ChoiceDimension, centres: Float64Array): KernelFactor {
  const share = Math.max(1 / (centres.length + 1), leastShare);
  const norm = 1 + share * count;
  const other = Math.log(share / norm);
  const observed = Math.log((1 + share) / norm);
  return {
    classes: Uint32Array.from(centres),
    scaled: new Float64Array(0),
    scale: () => 0,
    table: (value) => {
      const table = new Float64Array(count).fill(other);
      table[value] = observed;
      return table;
    },
    divide: () => undefined,
    volume: () => 1,
    prior: () => 1 / count,
    sample: (kernel, random) => (random.float() * norm < 1 ? centres[kernel]! : random.integer(count)),
    samplePrior: (random) => random.integer(count),
  };
}

function numberFactor(dimension: NumberDimension, centres: Float64Array, width: number): KernelFactor {
  const { bounded, cell } = dimension;
  const below = (edge: number, centre: number): number => normalProbability((edge - centre) / width);
  const inside = (centre: number): number => (bounded ? below(1, centre) - below(0, centre) : 1);
  const shared = {
    sample: (kernel: number, random: RandomStream): number => {
      const centre = centres[kernel]!;
      const z = bounded
        ? normalQuantile(random.uniform(below(0, centre), below(1, centre)))
        : random.normal();
      return dimension.value(centre + width * z);
    },
    samplePrior: (random: RandomStream): number =>
      dimension.value(bounded ? random.float() : 0.5 + priorDeviation * random.normal()),
  };
  if (cell !== undefined && !narrow(dimension, width)) {
    const { classes, distinct } = classify(centres);
    return {
      ...shared,
      classes,
      scaled: new Float64Array(0),
      scale: () => 0,
      table: (value) => {
        const [low, high] = cell(value);
        return distinct.map((centre) =>
          Math.log((below(high, centre) - below(low, centre)) / inside(centre)),
        );
      },
      divide: () => undefined,
      volume: () => 1,
      prior: (value) => {
        const [low, high] = cell(value);
        return high - low;
      },
    };
  }
  return {
    ...shared,
    scaled: centres.map((centre) => centre / width),
    scale: (value) => dimension.coordinate(value) / width,
    table: () => new Float64Array(0),
    divide: (heights) => {
      for (let k = 0; k < heights.length; k++)
        heights[k]! /= inside(centres[k]!) * width * Math.sqrt(2 * Math.PI);
    },
    volume: (value) => {
      if (cell === undefined) return 1;
      const [low, high] = cell(value);
      return high - low;
    },
    prior: (value) => {
      if (bounded) return 1;
      const z = (dimension.coordinate(value) - 0.5) / priorDeviation;
      return Math.exp(-0.5 * z * z) / (priorDeviation * Math.sqrt(2 * Math.PI));
    },
  };
}

/**
 * Whether cells are so small beside the bandwidth that a density in the middle says all: an error below 1 % (the square of
 * their quotient ÷ 24), for a fraction of the time.
 */
function narrow(dimension: NumberDimension, width: number): boolean {
  const sizes = [0, 1].map((end) => {
    const [low, high] = dimension.cell!(dimension.value(end));
    return high - low;
  });
  return Math.max(...sizes) < width / 2;
}

function classify(centres: Float64Array): { classes: Uint32Array; distinct: Float64Array } {
  const known = new Map<number, number>();
  const classes = new Uint32Array(centres.length);
  centres.forEach((centre, k) => {
    const index = known.get(centre) ?? known.size;
    if (index === known.size) known.set(centre, index);
    classes[k] = index;
  });
  return { classes, distinct: Float64Array.from(known.keys()) };
}
