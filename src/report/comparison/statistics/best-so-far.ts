/** How the best value came about, run after run. */
import type { Objective } from '../../../core/sweep-events.js';
import type { ComparedRun } from '../compared-run.js';
import { isBetter, objectiveValue } from './objective-value.js';

export interface HistoryPoint {
  /** Index of the run in the list given. */
  readonly run: number;
  /** Null of a run that has no result. */
  readonly value: number | null;
  /** The best up to here, this one included; null before the first result. */
  readonly best: number | null;
  /** Whether it was better than all before it. */
  readonly improved: boolean;
}

/** Runs in the order they came: by number where all are trials of one sweep, else by when they began. */
export function bestSoFar(runs: readonly ComparedRun[], objective: Objective): readonly HistoryPoint[] {
  const ofOneSweep = isOneSweep(runs);
  const order = runs
    .map((_, index) => index)
    .sort((a, b) =>
      ofOneSweep ? runs[a]!.trial!.number - runs[b]!.trial!.number : runs[a]!.started - runs[b]!.started,
    );
  const values = order.map((index) => objectiveValue(runs[index]!, objective));
  const bests = runningBest(values, objective.goal);
  return order.map((run, i) => ({ run, value: values[i]!, ...bests[i]! }));
}

/** Of values in the order they came: the best up to each, and whether it was better than all before it. */
export function runningBest(
  values: readonly (number | null)[],
  goal: Objective['goal'],
): readonly Pick<HistoryPoint, 'best' | 'improved'>[] {
  let best: number | null = null;
  return values.map((value) => {
    const improved = value !== null && (best === null || isBetter(goal, value, best));
    if (improved) best = value;
    return { best, improved };
  });
}

/** Whether all are trials of the same sweep. */
export function isOneSweep(runs: readonly ComparedRun[]): boolean {
  const sweep = runs[0]?.trial?.sweep;
  return sweep !== undefined && runs.every(({ trial }) => trial?.sweep === sweep);
}
