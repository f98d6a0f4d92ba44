/** A parameter's density on a grid, as PED-ANOVA estimates it. Knows nothing of trials. */
import { normalProbability } from '../../../core/normal-distribution.js';
import type { ParameterDomain } from './parameter-domain.js';

/** Most places that a range of numbers is divided into. */
const mostPlaces = 50;

/** How many places of the grid `domain` has. A range of one number has one place. */
export function gridSize(domain: ParameterDomain): number {
  if (domain.kind === 'category') return domain.count;
  const { low, high, log, step } = domain;
  if (low === high) return 1;
  if (step === undefined) return mostPlaces;
  const places = log
    ? Math.ceil(Math.log(high - low + 1) / Math.LN2) + 1
    : Math.round((high - low) / step) + 1;
  return Math.min(places, mostPlaces);
}

/** The place of the grid, from 0, that a value falls to; halfway between two, the lower one. */
function placeOf(value: number, domain: ParameterDomain, size: number): number {
  if (domain.kind === 'category') return value;
  const [low, high] = domain.log ? [Math.log(domain.low), Math.log(domain.high)] : [domain.low, domain.high];
  const width = (high - low) / (size - 1);
  const place = Math.ceil(((domain.log ? Math.log(value) : value) - low) / width - 0.5);
  return Math.min(Math.max(place, 0), size - 1);
}

/**
 * The probability of each place of the grid: a mixture of one kernel for every place that was observed, weighted by how
 * often, and of a wide one for what was not; together 1. As Optuna 5.0 does it (`ScottParzenEstimator`): numbers by normal
 * kernels, cut off at the ends and as wide as Scott's rule says (Scott 1992, "Multivariate Density Estimation"),
 * categories by the kernel of Aitchison and Aitken 1976.
 * @param values at least one, inside the domain; a category by its index
 */
export function parzenOnGrid(values: readonly number[], domain: ParameterDomain): readonly number[] {
  const size = gridSize(domain);
  const counts = new Array<number>(size).fill(0);
  for (const value of values) counts[placeOf(value, domain, size)]!++;
  const places = counts.flatMap((count, place) => (count > 0 ? [place] : []));
  const weights = places.map((place) => counts[place]!);
  return domain.kind === 'category'
    ? categoryDensity(places, weights, size, values.length)
    : numberDensity(places, weights, size, values.length);
}

function categoryDensity(
  places: readonly number[],
  weights: readonly number[],
  size: number,
  total: number,
): readonly number[] {
  const elsewhere = 1 / (places.length + 1);
  const row = 1 + size * elsewhere;
  const density = new Array<number>(size).fill(1 / size / (total + 1));
  for (const [k, observed] of places.entries()) {
    const weight = weights[k]! / (total + 1);
    for (let place = 0; place < size; place++)
      density[place]! += (weight * (elsewhere + (place === observed ? 1 : 0))) / row;
  }
  return density;
}

function numberDensity(
  places: readonly number[],
  weights: readonly number[],
  size: number,
  total: number,
): readonly number[] {
  const width = scottWidth(places, weights, total);
  const density = new Array<number>(size).fill(0);
  addKernel(density, (size - 1) / 2, size, 1 / (total + 1));
  for (const [k, place] of places.entries()) addKernel(density, place, width, weights[k]! / (total + 1));
  return density;
}

/** A normal kernel over whole places, cut off half a place beyond the first and the last. */
function addKernel(density: number[], centre: number, width: number, weight: number): void {
  const inside = normalMass((-0.5 - centre) / width, (density.length - 0.5 - centre) / width);
  for (let place = 0; place < density.length; place++)
    density[place]! +=
      (weight * normalMass((place - 0.5 - centre) / width, (place + 0.5 - centre) / width)) / inside;
}

/** The probability between two z; of the upper tail by the lower one, where nothing is lost to rounding. */
function normalMass(from: number, to: number): number {
  return from > 0
    ? normalProbability(-from) - normalProbability(-to)
    : normalProbability(to) - normalProbability(from);
}

/** Scott's rule by the smaller of the deviation and the interquartile range; at least so wide that 90 % fill one place. */
function scottWidth(places: readonly number[], weights: readonly number[], total: number): number {
  const mean = places.reduce((sum, place, k) => sum + place * weights[k]!, 0) / total;
  const squares = places.reduce((sum, place, k) => sum + (place - mean) ** 2 * weights[k]!, 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  let seen = 0;
  const cumulated = weights.map((weight) => (seen += weight));
  const lower = cumulated.findIndex((sum) => sum >= Math.floor(total / 4));
  const above = cumulated.findIndex((sum) => sum > Math.floor((total * 3) / 4));
  const upper = above === -1 ? places.length - 1 : above;
  const range = places[upper]! - places[lower]!;
  return Math.max(1.059 * Math.min(range / 1.34, deviation) * total ** -0.2, 0.5 / 1.64);
}
