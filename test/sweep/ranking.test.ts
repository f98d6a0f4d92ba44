import { describe, expect, it } from 'vitest';
import { paretoOrder } from '../../src/sweep/samplers/pareto.js';
import { bestTrials } from '../../src/sweep/samplers/ranking.js';
import type { SampledTrial } from '../../src/sweep/samplers/sampler.js';

let next = 0;
const trial = (rest: Partial<SampledTrial>): SampledTrial => ({
  number: next++,
  point: {},
  state: 'done',
  ...rest,
});
const done = (...values: number[]): SampledTrial => trial({ values });
const stopped = (state: 'pruned' | 'paused', epoch: number, value: number): SampledTrial =>
  trial({ state, last: { epoch, value } });

describe('the best trials', () => {
  it('are the done ones by value, then those stopped later, then by value; NaN is the worst', () => {
    const trials = {
      nan: done(NaN),
      third: stopped('paused', 9, 0.5),
      fifth: stopped('pruned', 3, 0.2),
      second: done(0.9),
      first: done(0.4),
      sixth: stopped('pruned', 3, NaN),
      fourth: stopped('pruned', 9, 0.6),
      failed: trial({ state: 'failed' }),
      running: trial({ state: 'running', last: { epoch: 80, value: 0 } }),
    };
    const { first, second, nan, third, fourth, fifth, sixth } = trials;
    const order = [first, second, nan, third, fourth, fifth, sixth];
    expect(bestTrials(Object.values(trials), 100, 1)).toEqual(order);
    expect(bestTrials(Object.values(trials), 3, 1)).toEqual(order.slice(0, 3));
    expect(bestTrials(Object.values(trials), 0, 1)).toEqual([]);
  });

  it('that are equal come in the order of their numbers', () => {
    const trials = [done(1), done(0), done(1), done(0)];
    expect(bestTrials(trials, 3, 1)).toEqual([trials[1], trials[3], trials[0]]);
  });

  it('of several objectives are front by front, stopped ones behind', () => {
    const paused = stopped('paused', 5, 0);
    const trials = [paused, done(3, 3), done(1, 4), done(2, 2), done(4, 1), done(2, 4)];
    const best = bestTrials(trials, 6, 2);
    expect(new Set(best.slice(0, 3))).toEqual(new Set([trials[2], trials[3], trials[4]]));
    expect(best.slice(3)).toEqual([...best.slice(3, 5), paused]);
    expect(new Set(best.slice(3, 5))).toEqual(new Set([trials[1], trials[5]]));
  });
});

describe('a front that is too long', () => {
  it('is thinned to points that are spread over it, the knee first', () => {
    // On a quarter of a circle, the middle dominates most.
    const front = Array.from({ length: 101 }, (_, i) => {
      const angle = (i / 100) * (Math.PI / 2);
      return [1 - Math.sin(angle), 1 - Math.cos(angle)];
    });
    const [first, ...others] = paretoOrder(front, 5);
    expect(Math.abs(first! - 50)).toBeLessThan(15);
    const positions = [first!, ...others].sort((a, b) => a - b);
    const gaps = positions.slice(1).map((position, i) => position - positions[i]!);
    expect(Math.min(...gaps)).toBeGreaterThan(5);
  });

  it('keeps points that are not finite for the last, and equal ones apart from those that add something', () => {
    const order = paretoOrder(
      [
        [0, NaN],
        [1, 1],
        [1, 1],
        [2, 0],
        [NaN, NaN],
      ],
      5,
    );
    expect(order.slice(0, 2).sort()).toEqual([1, 3]);
    expect(order.at(-1)).toBe(4);
    expect(order).toHaveLength(5);
  });
});
