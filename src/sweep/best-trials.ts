/** Which trials were best: by one objective in its order; by several, those that no other beats in all of them. */
import { nondominated } from '../core/pareto-front.js';
import type { Objective } from '../core/sweep-events.js';
import { toBeMadeSmall } from './objective-values.js';
import type { Trial } from './trial-book.js';

/** The best first; equal ones in the order of their numbers. Several objectives: the Pareto front, by the first of them. */
export function bestTrials(trials: readonly Trial[], objectives: readonly Objective[]): readonly Trial[] {
  const judged = trials.filter(
    ({ state, values }) => state === 'done' && values?.length === objectives.length,
  );
  const costs = judged.map(({ values }) =>
    values!.map((value, index) => toBeMadeSmall(objectives[index]!, value)),
  );
  if (objectives.length > 1) return nondominated(costs).map((index) => judged[index]!);
  const order = judged.map((_, index) => index).sort((a, b) => costs[a]![0]! - costs[b]![0]!);
  return order.map((index) => judged[index]!);
}
