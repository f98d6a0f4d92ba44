/** What ASHA and Hyperband decide, by example: rungs, quotas, second looks, failures, NaN, ties, other settings. */
import { describe, expect, it } from 'vitest';
import type { TrialState } from '../../src/core/sweep-events.js';
import { asha } from '../../src/sweep/schedulers/asha.js';
import { bracketOfTrial, hyperband } from '../../src/sweep/schedulers/hyperband.js';
import { rungEpochs } from '../../src/sweep/schedulers/rung-epochs.js';
import type { ScheduledTrial } from '../../src/sweep/schedulers/scheduler.js';
import { SimulatedSweep } from './simulated-sweep.js';

const settings = { minEpochs: 1, reduction: 3 };
const fresh = (maxEpochs: number, trials: readonly ScheduledTrial[] = [], minEpochs = 1) => {
  return asha({ minEpochs, reduction: 3 }, { maxEpochs, seed: 0, trials });
};

function recorded(number: number, state: TrialState, ...values: number[]): ScheduledTrial {
  return { number, state, reports: values.map((value, i) => [i + 1, value]) };
}

const epochsTrained = (sweep: SimulatedSweep) => sweep.trials.map(({ trained }) => trained);

describe('rungs', () => {
  it('are the powers of the reduction, below the last epoch', () => {
    expect(rungEpochs(1, 3, 81)).toEqual([1, 3, 9, 27]);
    expect(rungEpochs(2, 4, 100)).toEqual([2, 8, 32]);
  });

  it('leave one out that is hardly before the last epoch', () => {
    expect(rungEpochs(1, 3, 10)).toEqual([1, 3]);
    expect(rungEpochs(1, 3, 20)).toEqual([1, 3, 9]);
    expect(rungEpochs(1, 3, 1)).toEqual([]);
    expect(rungEpochs(5, 3, 4)).toEqual([]);
  });
});

describe('asha', () => {
  it('promotes one of three, the best, and trains it at once where it is there already', () => {
    const scheduler = fresh(9);
    expect(scheduler.report(0, 1, 0.5)).toBe('pause');
    expect(scheduler.report(1, 1, 0.7)).toBe('pause');
    expect(scheduler.promote(false)).toBeUndefined();
    expect(scheduler.report(2, 1, 0.6)).toBe('pause');
    expect(scheduler.promote(false)).toBe(0);
    expect(scheduler.promote(false)).toBeUndefined();
    expect(scheduler.report(0, 2, 0.4)).toBe('continue');
    expect(scheduler.report(0, 3, 0.4)).toBe('pause');
    expect([3, 4].map((trial) => scheduler.report(trial, 1, 0.8))).toEqual(['pause', 'pause']);
    expect(scheduler.report(5, 1, 0.1)).toBe('continue');
  });

  it('counts those promoted too early in the quota', () => {
    const scheduler = fresh(9);
    for (const [trial, value] of [0.5, 0.6, 0.7].entries()) scheduler.report(trial, 1, value);
    expect(scheduler.promote(false)).toBe(0);
    // Trial 0 is among the best third no more, yet the third is spent.
    expect(scheduler.report(3, 1, 0.1)).toBe('pause');
    expect(scheduler.report(4, 1, 0.2)).toBe('pause');
    expect(scheduler.promote(false)).toBeUndefined();
    scheduler.report(5, 1, 0.9);
    expect(scheduler.promote(false)).toBe(3);
  });

  it('prefers the earlier of equal trials', () => {
    const scheduler = fresh(9);
    for (const trial of [2, 0, 1]) scheduler.report(trial, 1, 0.5);
    expect(scheduler.promote(false)).toBe(0);
  });

  it('ranks by the value at the rung, whatever came before', () => {
    const scheduler = fresh(100, [], 3);
    const curves = [
      [9, NaN, 0.5],
      [0.1, 0.1, 0.6],
      [1, 1, 0.7],
    ];
    curves.forEach((values, trial) => values.forEach((value, i) => scheduler.report(trial, i + 1, value)));
    expect(scheduler.promote(false)).toBe(0);
  });

  it('stops a trial whose value at a rung is not a number, and gives a second look to none of them', () => {
    const scheduler = fresh(9);
    expect(scheduler.report(0, 1, NaN)).toBe('stop');
    expect(scheduler.promote(true)).toBeUndefined();
    expect(scheduler.report(1, 1, Infinity)).toBe('pause');
    expect(scheduler.promote(true)).toBe(1);
  });

  it('promotes another in the place of one that failed on its way', () => {
    const scheduler = fresh(9);
    for (const [trial, value] of [0.5, 0.6, 0.7].entries()) scheduler.report(trial, 1, value);
    expect(scheduler.promote(false)).toBe(0);
    expect(scheduler.promote(false)).toBeUndefined();
    scheduler.end(0, 'failed');
    expect(scheduler.promote(false)).toBe(1);
    expect(scheduler.promote(false)).toBeUndefined();
  });

  it('finishes one of four trials, at little cost', () => {
    const sweep = new SimulatedSweep({
      make: (trials) => fresh(9, trials),
      trials: 4,
      maxEpochs: 9,
      value: (trial) => [0.4, 0.3, 0.2, 0.1][trial]!,
    }).run();
    expect(epochsTrained(sweep)).toEqual([1, 1, 9, 1]);
  });

  it('waits for a trial that is still training before it forces another to the end', () => {
    const scheduler = fresh(9);
    scheduler.report(0, 1, 0.5);
    const restored = fresh(9, [recorded(0, 'paused', 0.5), recorded(1, 'running')]);
    expect(restored.promote(true)).toBeUndefined();
    restored.end(1, 'failed');
    expect(restored.promote(true)).toBe(0);
    expect(scheduler.promote(true)).toBe(0);
  });

  it('spends what going on from checkpoints saved on second looks at the lowest rung', () => {
    const sweep = new SimulatedSweep({
      make: (trials) => fresh(81, trials),
      trials: 200,
      maxEpochs: 81,
      value: (trial, epoch) => trial + 1 / epoch,
    }).run();
    const reached = (epoch: number) => epochsTrained(sweep).filter((trained) => trained >= epoch).length;
    // 200/3 by the quota, and 200/3 epochs at two each; the rungs above take their third of it.
    expect([1, 3, 9, 27, 81].map(reached)).toEqual([200, 66 + 33, 33, 11, 3]);
  });

  it('neither waits for a trial that is begun again nor promotes it twice', () => {
    const trials = [
      recorded(0, 'running', 0.1, 0.1),
      recorded(1, 'waiting', 0.2),
      recorded(2, 'paused', 0.3),
      ...[3, 4, 5].map((number) => recorded(number, 'paused', 0.9)),
    ];
    const scheduler = fresh(9, trials);
    // Two of six may go on: trial 0 is on its way, and trial 1 is better than 2, but nobody promotes who is not paused.
    expect(scheduler.promote(false)).toBeUndefined();
    expect(scheduler.report(1, 2, 0.2)).toBe('continue');
    expect(scheduler.promote(false)).toBeUndefined();
  });

  it('pauses a trial again that was begun again and had not been promoted', () => {
    const trials = [recorded(0, 'running', 0.9), recorded(1, 'paused', 0.2), recorded(2, 'paused', 0.3)];
    const scheduler = fresh(9, trials);
    expect(scheduler.report(0, 1, 0.9)).toBe('pause');
    expect(scheduler.report(0, 2, 0.1)).toBe('pause');
    expect(scheduler.promote(false)).toBe(1);
  });

  it('takes a trial that ended early, in order, for one that trained to the end', () => {
    const trials = [recorded(0, 'done', 0.1, 0.1), recorded(1, 'paused', 0.2)];
    expect(fresh(9, trials).promote(true)).toBeUndefined();
    expect(fresh(9, [recorded(0, 'failed', 0.1, 0.1), recorded(1, 'paused', 0.2)]).promote(true)).toBe(1);
  });

  it('goes on with trials that were paused under other settings', () => {
    const trials = [recorded(1, 'paused', 0.2), recorded(0, 'paused', 0.3)];
    const scheduler = fresh(81, trials, 3);
    expect([scheduler.promote(false), scheduler.promote(false)]).toEqual([0, 1]);
    expect(scheduler.promote(false)).toBeUndefined();
    expect(scheduler.report(0, 2, 0.3)).toBe('continue');
    expect(scheduler.report(0, 3, 0.3)).toBe('pause');
  });
});

describe('hyperband', () => {
  it('fills its brackets in the published proportions, from the first trials on', () => {
    const brackets = (trials: number) => {
      const counts = [0, 0, 0, 0, 0];
      for (let trial = 0; trial < trials; trial++) counts[bracketOfTrial(trial, 4, 3)]!++;
      return counts;
    };
    for (const trials of [34, 143]) {
      const expected = [81, 34, 15, 8, 5].map((size) => (trials * size) / 143);
      const apart = brackets(trials).map((count, i) => Math.abs(count - expected[i]!));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    }
    expect(brackets(14300).map((count) => Math.round(count / 100))).toEqual([81, 34, 15, 8, 5]);
  });

  it('compares trials of one bracket only, and starts a bracket at its own rung', () => {
    const scheduler = hyperband(settings, { maxEpochs: 9, seed: 0, trials: [] });
    const of = (bracket: number) => {
      return [...Array(60).keys()].filter((trial) => bracketOfTrial(trial, 2, 3) === bracket);
    };
    const [lowest, middle, highest] = [of(0), of(1), of(2)];
    expect(scheduler.report(lowest[0]!, 1, 0.9)).toBe('pause');
    expect(scheduler.report(middle[0]!, 1, 0.9)).toBe('continue');
    expect(scheduler.report(highest[0]!, 1, 0.9)).toBe('continue');
    expect(scheduler.report(middle[0]!, 3, 0.9)).toBe('pause');
    expect(scheduler.report(highest[0]!, 3, 0.9)).toBe('continue');
    expect(scheduler.report(lowest[1]!, 1, 0.8)).toBe('pause');
    expect(scheduler.report(lowest[2]!, 1, 0.95)).toBe('pause');
    expect(scheduler.promote(false)).toBe(lowest[1]);
  });
});
