/** Which trials were best: by one objective in its order; by several, those that no other beats in all of them. */
import type { Objective } from '../core/sweep-events.js';
import { toBeMadeSmall } from './objective-values.js';
import { nondominated } from './samplers/pareto.js';
import type { Trial } from './trial-book.js';

/** The best first; equal ones in the order of their numbers. Several objectives: the Pareto front, by the first of them. */
export function bestTrials(trials: readonly Trial[], objectives: readonly Objective[]): readonly Trial[] {
  const measured = trials.filter(
    ({ state, values }) => state === 'done' && values?.length === objectives.length,
  );
  const costs = measured.map(({ values }) =>
    values!.map((value, index) => toBeMadeSmall(objectives[index]!, value)),
  );
  const all = [...measured.keys()];
  const best =
    objectives.length === 1
      ? all.toSorted((a, b) => costs[a]![0]! - costs[b]![0]!)
      : nondominated(costs, all);
  return best.map((index) => measured[index]!);
}
