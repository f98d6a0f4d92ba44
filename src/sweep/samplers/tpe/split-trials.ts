/** Which trials are the good ones that TPE draws from, and which the others that it keeps away from. */
import { bestTrials, isRanked } from '../ranking.js';
import type { SampledTrial } from '../sampler.js';

export interface SplitTrials {
  /** The best first. */
  readonly good: readonly SampledTrial[];
  /** By number. */
  readonly bad: readonly SampledTrial[];
}

/** A tenth of those that have a result is good, 25 at most. */
const goodShare = 0.1;
const mostGood = 25;
/** So many of the others are modelled: the cost of a proposal does not grow with trials for ever. */
const mostBad = 500;

/**
 * Failed ones, and those whose network can't be built, are bad; so are those that wait or run (the constant liar of
 * Ginsbourger et al. 2010), so that a parallel sweep does not propose next to them again. The share is of those with a
 * result: however many failed, the good ones are good.
 */
export function splitTrials(trials: readonly SampledTrial[], objectives: number): SplitTrials {
  const ranked = trials.reduce((count, trial) => (isRanked(trial) ? count + 1 : count), 0);
  const good = bestTrials(trials, Math.min(Math.ceil(goodShare * ranked), mostGood), objectives);
  const isGood = new Set(good);
  return { good, bad: thinned(trials.filter((trial) => !isGood.has(trial))) };
}

/** The newest half of those kept, and evenly spread ones of all before. */
function thinned(trials: readonly SampledTrial[]): readonly SampledTrial[] {
  if (trials.length <= mostBad) return trials;
  const newest = mostBad / 2;
  const old = trials.length - newest;
  const spread = Array.from(
    { length: mostBad - newest },
    (_, i) => trials[Math.floor((i * old) / (mostBad - newest))]!,
  );
  return [...spread, ...trials.slice(old)];
}
