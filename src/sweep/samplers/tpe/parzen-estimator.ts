/**
 * A Parzen estimator over several dimensions at once: a mixture of one kernel for each observation and one for the prior.
 * A kernel is a product over the dimensions, so that values which were good together are proposed together. Does not
 * know which observations are the good ones.
 *
 * Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization"; Watanabe 2023, "Tree-Structured Parzen Estimator:
 * Understanding Its Algorithm Components and Their Roles for Better Empirical Performance".
 */
import type { RandomStream } from '../../../core/random.js';
import type { Dimension } from '../dimension.js';
import type { KernelFactor } from './kernel-factor.js';
import { kernelFactor } from './kernel-factor.js';

export class ParzenEstimator {
  readonly #factors: readonly KernelFactor[];
  /** Those that keep a class for each kernel (choices and cells), and those whose distance is a plain square. */
  readonly #classed: readonly number[];
  readonly #smooth: readonly number[];
  /** Kernel after kernel. */
  readonly #classes: Uint32Array;
  readonly #scaled: Float64Array;
  /** Each kernel's weight times what its density is divided by. */
  readonly #heights: Float64Array;
  /** The sum of the weights up to each kernel; the prior has what is left to 1. */
  readonly #cumulated: Float64Array;
  readonly #priorWeight: number;

  /**
   * `observations`: a row of coordinates for each, choices by index. `weights`: one for each, positive; the prior
   * weighs as much as an observation of weight 1. `bandwidth`: what the rule for bandwidths is multiplied by.
   */
  constructor(
    dimensions: readonly Dimension[],
    observations: readonly Float64Array[],
    weights: Float64Array,
    bandwidth: number,
  ) {
    const count = observations.length;
    this.#factors = dimensions.map((dimension, d) => {
      const centres = new Float64Array(count);
      for (let k = 0; k < count; k++) centres[k] = observations[k]![d]!;
      return kernelFactor(dimension, { centres, weights, dimensions: dimensions.length, bandwidth });
    });
    this.#classed = dimensions.flatMap((_, d) => (this.#factors[d]!.classes === undefined ? [] : [d]));
    this.#smooth = dimensions.flatMap((_, d) => (this.#factors[d]!.classes === undefined ? [d] : []));

    const total = weights.reduce((sum, weight) => sum + weight, 1);
    this.#priorWeight = 1 / total;
    this.#heights = weights.map((weight) => weight / total);
    let sum = 0;
    this.#cumulated = this.#heights.map((weight) => (sum += weight));
    for (const factor of this.#factors) factor.divide(this.#heights);
    this.#classes = interleave(this.#classed, count, Uint32Array, (d) => this.#factors[d]!.classes!);
    this.#scaled = interleave(this.#smooth, count, Float64Array, (d) => this.#factors[d]!.scaled);
  }

  /** A point of the mixture, in values (a choice by its index). */
  sample(random: RandomStream): Float64Array {
    const kernel = firstAbove(this.#cumulated, random.float());
    const values = new Float64Array(this.#factors.length);
    this.#factors.forEach((factor, d) => {
      values[d] =
        kernel < this.#cumulated.length ? factor.sample(kernel, random) : factor.samplePrior(random);
    });
    return values;
  }

  /** The logarithm of the density at values as `sample` gives them; of choices and cells, of their probability. */
  logDensity(values: Float64Array): number {
    const [classed, smooth] = [this.#classed, this.#smooth];
    const tables = classed.map((d) => this.#factors[d]!.table(values[d]!));
    const at = smooth.map((d) => this.#factors[d]!.scale(values[d]!));
    let sum = this.#priorWeight;
    let volume = 1;
    this.#factors.forEach((factor, d) => {
      sum *= factor.prior(values[d]!);
      volume *= factor.volume(values[d]!);
    });
    const [heights, scaled, classes] = [this.#heights, this.#scaled, this.#classes];
    for (let k = 0, s = 0, c = 0; k < heights.length; k++) {
      let exponent = 0;
      for (let j = 0; j < at.length; j++, s++) {
        const distance = at[j]! - scaled[s]!;
        exponent -= distance * distance;
      }
      exponent *= 0.5;
      for (let j = 0; j < tables.length; j++, c++) exponent += tables[j]![classes[c]!]!;
      sum += heights[k]! * Math.exp(exponent);
    }
    return Math.log(sum * volume);
  }
}

interface NumberArray<T> {
  new (length: number): T;
}

/** Columns, one for each of the dimensions, written row by row: read in the order of memory. */
function interleave<T extends Uint32Array | Float64Array>(
  dimensions: readonly number[],
  count: number,
  Kind: NumberArray<T>,
  column: (dimension: number) => ArrayLike<number>,
): T {
  const rows = new Kind(count * dimensions.length);
  dimensions.forEach((d, j) => {
    const from = column(d);
    for (let k = 0; k < count; k++) rows[k * dimensions.length + j] = from[k]!;
  });
  return rows;
}

/** The first index whose number is above; the length where none is. Numbers ascend. */
function firstAbove(numbers: Float64Array, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
