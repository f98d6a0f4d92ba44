import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../../src/report/comparison/statistics/pareto-front.js';

describe('the Pareto front', () => {
  it('holds the runs that no other beats in every respect, the best by the first goal first', () => {
    const accuracyAndParameters = [
      [0.9, 100],
      [0.95, 1000],
      [0.94, 2000],
      [0.8, 50],
      [0.9, 100],
      [null, 1],
      [0.99, NaN],
    ];
    expect(paretoFront(accuracyAndParameters, ['maximize', 'minimize'])).toEqual([1, 0, 4, 3]);
    expect(paretoFront([], ['maximize', 'minimize'])).toEqual([]);
  });

  it('is by its definition, for any points, goals and number of objectives', () => {
    const goal = fc.constantFrom('maximize' as const, 'minimize' as const);
    const cases = fc.array(goal, { minLength: 1, maxLength: 4 }).chain((goals) =>
      fc.tuple(
        fc.constant(goals),
        // Few different values, so that ties and equal points are common.
        fc.array(
          fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(null)), {
            minLength: goals.length,
            maxLength: goals.length,
          }),
          { maxLength: 30 },
        ),
      ),
    );
    fc.assert(
      fc.property(cases, ([goals, points]) => {
        const beats = (a: readonly (number | null)[], b: readonly (number | null)[]): boolean => {
          const gains = goals.map((g, i) => (g === 'maximize' ? a[i]! - b[i]! : b[i]! - a[i]!));
          return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
        };
        const complete = points.flatMap((point, i) => (point.includes(null) ? [] : [i]));
        const wanted = complete.filter((i) => !complete.some((j) => beats(points[j]!, points[i]!)));
        const front = paretoFront(points, goals);
        expect([...front].sort((a, b) => a - b)).toEqual(wanted);
        const firsts = front.map((i) => (goals[0] === 'maximize' ? -points[i]![0]! : points[i]![0]!));
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }),
    );
  });
});
