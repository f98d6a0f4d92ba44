/** Which trials were best: by one objective in its order; by several, those that no other beats in all of them. */
import type { Objective } from '../core/sweep-events.js';
import { toBeMadeSmall } from './objective-values.js';
import type { Trial } from './trial-book.js';

/** The best first; equal ones in the order of their numbers. Several objectives: the Pareto front, by the first of them. */
export function bestTrials(trials: readonly Trial[], objectives: readonly Objective[]): readonly Trial[] {
  const costs = new Map(
    trials
      .filter(({ state, values }) => state === 'done' && values?.length === objectives.length)
      .map((trial) => [trial, trial.values!.map((value, index) => toBeMadeSmall(objectives[index]!, value))]),
  );
  const sorted = [...costs.keys()].sort((a, b) => compare(costs.get(a)!, costs.get(b)!));
  if (objectives.length === 1) return sorted;
  // Sorted by the first objective, nobody is beaten by one that comes later.
  const front: Trial[] = [];
  for (const trial of sorted) {
    if (!front.some((other) => dominates(costs.get(other)!, costs.get(trial)!))) front.push(trial);
  }
  return front;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - b[index]!;
  return 0;
}

/** No worse in any objective, and not the same. */
function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => value <= b[index]!) && a.some((value, index) => value < b[index]!);
}
