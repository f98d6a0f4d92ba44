/** How much each parameter mattered for reaching the best trials. What values they have is told by who asks. */
import type { ParameterDomain } from './parameter-domain.js';
import { gridSize, parzenOnGrid } from './parzen-on-grid.js';

export interface ImportanceTrial {
  /** By parameter: a number, or the index of a category. Those that the trial did not have are left out. */
  readonly parameters: Readonly<Record<string, number>>;
  /** To be made small; trials without a finite one do not count. */
  readonly loss: number;
}

export interface Importance {
  readonly parameter: string;
  /** γ'²-weighted Pearson divergence, at least 0: what Optuna gives with `normalize=False`. */
  readonly divergence: number;
  /** Of the sum of all, from 0 to 1; 0 for all where nothing can be told. */
  readonly share: number;
}

export interface ImportanceOptions {
  /** The best trials: this share of them, ties included; default a tenth. */
  readonly targetQuantile?: number | undefined;
  /** Compared with this share of the trials; default 1, all. */
  readonly regionQuantile?: number | undefined;
}

/** Fewer trials than this that have the parameter tell nothing. */
const leastTrials = 2;
/** Keeps a density from 0. */
const tiny = 1e-12;

/**
 * PED-ANOVA (Watanabe, Bansal and Hutter 2023, "PED-ANOVA: Efficiently quantifying hyperparameter importance in arbitrary
 * subspaces", algorithm 1), with parameters that only some trials have handled as in Conditional PED-ANOVA
 * (arXiv:2601.20800, theorem 4.2); the numbers of Optuna 5.0's `PedAnovaImportanceEvaluator`: how far a parameter's
 * density among the best trials is from that among all.
 *
 * Where no parameter has any, every share is 0 (Optuna gives all the same).
 * @returns the most important first; equal ones in the order of `domains`
 */
export function importances(
  trials: readonly ImportanceTrial[],
  domains: ReadonlyMap<string, ParameterDomain>,
  { targetQuantile = 0.1, regionQuantile = 1 }: ImportanceOptions = {},
): readonly Importance[] {
  const finite = trials.filter(({ loss }) => Number.isFinite(loss));
  const region = best(finite, regionQuantile);
  const target = new Set(best(finite, targetQuantile));
  const divergences = [...domains].map(([parameter, domain]) => ({
    parameter,
    divergence: finite.length < leastTrials ? 0 : weightedDivergence(parameter, domain, target, region),
  }));
  const sum = divergences.reduce((total, { divergence }) => total + divergence, 0);
  return divergences
    .map((entry) => ({ ...entry, share: sum > 0 ? entry.divergence / sum : 0 }))
    .sort((a, b) => b.divergence - a.divergence);
}

/** The best share of them, with all that tie with the last of it. */
function best(trials: readonly ImportanceTrial[], quantile: number): readonly ImportanceTrial[] {
  const losses = trials.map(({ loss }) => loss).sort((a, b) => a - b);
  const limit = losses[Math.ceil(quantile * losses.length) - 1];
  return limit === undefined ? [] : trials.filter(({ loss }) => loss <= limit);
}

function weightedDivergence(
  parameter: string,
  domain: ParameterDomain,
  target: ReadonlySet<ImportanceTrial>,
  region: readonly ImportanceTrial[],
): number {
  const having = region.filter((trial) => trial.parameters[parameter] !== undefined);
  const bestHaving = having.filter((trial) => target.has(trial));
  if (having.length < leastTrials || bestHaving.length === 0 || gridSize(domain) < 2) return 0;
  const valuesOf = (some: readonly ImportanceTrial[]): number[] =>
    some.map(({ parameters }) => parameters[parameter]!);
  const quantile = target.size / region.length;
  const inTarget = bestHaving.length / target.size;
  const inRegion = having.length / region.length;
  const divergence = pearsonDivergence(
    parzenOnGrid(valuesOf(bestHaving), domain),
    parzenOnGrid(valuesOf(having), domain),
  );
  return quantile ** 2 * (inTarget ** 2 / inRegion) * divergence;
}

function pearsonDivergence(top: readonly number[], all: readonly number[]): number {
  return all.reduce((sum, density, place) => {
    const ratio = (top[place]! + tiny) / (density + tiny);
    return sum + (density + tiny) * (ratio - 1) ** 2;
  }, 0);
}
