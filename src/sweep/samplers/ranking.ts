/**
 * Which trials count as the better ones: by their values, by how far they came, and over several objectives by dominance.
 * Shared by the samplers that learn from trials; knows nothing of spaces.
 */
import { paretoOrder } from './pareto.js';
import type { SampledTrial } from './sampler.js';

/** Whether anything was measured of it that trials can be compared by. */
export function isRanked(trial: SampledTrial): boolean {
  switch (trial.state) {
    case 'done':
      return trial.values !== undefined;
    case 'pruned':
    case 'paused':
      return trial.last !== undefined;
    case 'waiting':
    case 'running':
    case 'failed':
    case 'infeasible':
      return false;
  }
}

/** The `count` best of the trials that are ranked, the best first. Equal ones: the earlier one first. */
export function bestTrials(
  trials: readonly SampledTrial[],
  count: number,
  objectives: number,
): readonly SampledTrial[] {
  if (objectives === 1) return smallest(trials.filter(isRanked), count, compareRanked);
  const done = trials.filter((trial) => isRanked(trial) && trial.state === 'done');
  const best = paretoOrder(
    done.map((trial) => trial.values!),
    count,
  ).map((index) => done[index]!);
  if (best.length >= count) return best;
  const unfinished = trials.filter((trial) => isRanked(trial) && trial.state !== 'done');
  return [...best, ...smallest(unfinished, count - best.length, compareRanked)];
}

/** Done ones by value; behind them the pruned and paused ones, those that came further first, then by value. */
function compareRanked(a: SampledTrial, b: SampledTrial): number {
  if (a.state === 'done') return b.state === 'done' ? compareValues(a.values![0]!, b.values![0]!) : -1;
  if (b.state === 'done') return 1;
  return b.last!.epoch - a.last!.epoch || compareValues(a.last!.value, b.last!.value);
}

/** Values that are no numbers are the worst. */
function compareValues(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return a === b ? 0 : a - b;
}

/** The first `count` in sorted order, in linear time for a small `count`: most items lose to the last one kept at once. */
function smallest<T>(items: readonly T[], count: number, compare: (a: T, b: T) => number): readonly T[] {
  const kept: T[] = [];
  for (const item of items) {
    if (kept.length === count && (count === 0 || compare(item, kept[count - 1]!) >= 0)) continue;
    let at = kept.length;
    while (at > 0 && compare(item, kept[at - 1]!) < 0) at--;
    kept.splice(at, 0, item);
    if (kept.length > count) kept.pop();
  }
  return kept;
}
