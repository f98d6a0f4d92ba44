/** The runs that no other beats in every respect. The rule of dominance is `core/pareto-front.ts`. */
import { nondominated } from '../../../core/pareto-front.js';
import type { Objective } from '../../../core/sweep-events.js';

/**
 * Indices of the points that no other dominates (no worse in any objective, better in one), the best by the first objective
 * first. Equal points stand side by side. A point that lacks a value (null, or no finite number) is not on the front.
 * @param points a value for each goal
 */
export function paretoFront(
  points: readonly (readonly (number | null)[])[],
  goals: readonly Objective['goal'][],
): readonly number[] {
  const costs = points.map((point) =>
    goals.map((goal, i) => {
      const value = point[i] ?? NaN;
      return goal === 'maximize' ? -value : value;
    }),
  );
  const complete = costs.flatMap((cost, index) => (cost.every(Number.isFinite) ? [index] : []));
  return nondominated(costs, complete);
}
