/**
 * Hyperband (Li et al. 2018, "Hyperband: a novel bandit-based approach to hyperparameter optimization", JMLR 18), filled
 * asynchronously: several brackets of successive halving, each with its first rung one higher, the last with none. Owns
 * which trial belongs to which bracket.
 */
import { type HalvingSettings } from './asha.js';
import { Bracket } from './bracket.js';
import { rungEpochs } from './rung-epochs.js';
import type { SchedulerContext } from './scheduler.js';
import { SuccessiveHalving } from './successive-halving.js';

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * The bracket of a trial, from 0 (the most rungs) to `rungs` (none): a function of these numbers alone. Brackets get
 * trials in the published proportions, ⌈(rungs + 1) / (s + 1) · reduction^s⌉ with s rungs, so that each spends about as
 * many epochs; multiples of the golden ratio spread any number of consecutive trials evenly over them.
 */
export function bracketOfTrial(trial: number, rungs: number, reduction: number): number {
  const sizes = Array.from({ length: rungs + 1 }, (_, bracket) => {
    const s = rungs - bracket;
    return Math.ceil(((rungs + 1) / (s + 1)) * reduction ** s);
  });
  let place = (((trial + 0.5) * goldenRatio) % 1) * sizes.reduce((sum, size) => sum + size, 0);
  const bracket = sizes.findIndex((size) => (place -= size) < 0);
  return bracket < 0 ? rungs : bracket;
}

export function hyperband(
  { minEpochs, reduction }: HalvingSettings,
  context: SchedulerContext,
): SuccessiveHalving {
  const epochs = rungEpochs(minEpochs, reduction, context.maxEpochs);
  const brackets = Array.from({ length: epochs.length + 1 }, (_, i) => {
    return new Bracket(epochs.slice(i), reduction, context.maxEpochs);
  });
  const bracketOf = (trial: number) => brackets[bracketOfTrial(trial, epochs.length, reduction)]!;
  return new SuccessiveHalving('hyperband', brackets, bracketOf, context);
}
