/** What median stopping and no scheduler decide, by example. */
import { expect, it } from 'vitest';
import { MedianStopping } from '../../src/sweep/schedulers/median-stopping.js';
import { NoScheduler } from '../../src/sweep/schedulers/no-scheduler.js';
import type { ScheduledTrial, Scheduler } from '../../src/sweep/schedulers/scheduler.js';

const maxEpochs = 4;

function done(number: number, ...values: number[]): ScheduledTrial {
  return { number, state: 'done', reports: values.map((value, i) => [i + 1, value]) };
}

function scheduler(trials: readonly ScheduledTrial[], startupTrials = 2, warmupEpochs = 1) {
  return new MedianStopping({ startupTrials, warmupEpochs }, { maxEpochs, seed: 0, trials });
}

const two = [done(0, 8, 4, 2, 1), done(1, 10, 6, 4, 3)];

it('stops a trial whose best so far is worse than the median of the completed trials at that epoch', () => {
  const median = scheduler(two);
  expect(median.report(2, 1, 99)).toBe('continue'); // warm-up
  expect(median.report(2, 2, 5)).toBe('continue'); // as good as (4 + 6) / 2
  expect(median.report(2, 3, 9)).toBe('stop'); // best 5, median 3
  expect(median.report(3, 2, 5.1)).toBe('stop');
});

it('stops nobody before enough trials are complete, nor at the last epoch', () => {
  expect(scheduler(two, 3).report(2, 2, 99)).toBe('continue');
  expect(scheduler(two).report(2, 4, 99)).toBe('continue');
  expect(scheduler([]).report(0, 2, 99)).toBe('continue');
  const none = scheduler([], 0);
  expect(none.report(0, 2, 99)).toBe('continue');
});

it('counts neither failed nor stopped trials', () => {
  const states = ['failed', 'pruned', 'running', 'infeasible'] as const;
  const others = states.map((state, i) => ({ ...done(i + 2, 0, 0, 0), state }));
  expect(scheduler([...two, ...others]).report(9, 2, 5)).toBe('continue');
  const median = scheduler(two);
  for (let epoch = 1; epoch <= maxEpochs; epoch++) median.report(2, epoch, 0);
  expect(median.report(3, 2, 5)).toBe('stop');
  median.end(2, 'failed');
  expect(median.report(4, 2, 5)).toBe('continue');
});

it('takes a trial that ended early to stand at its best', () => {
  const median = scheduler([done(0, 1), done(1, 10, 6, 4, 3)]);
  expect(median.report(2, 3, 2.5)).toBe('continue');
  expect(median.report(3, 3, 2.6)).toBe('stop');
});

it('takes NaN for no value at all', () => {
  const median = scheduler([done(0, NaN, 4, 2, 1), ...two.slice(1)]);
  expect(median.report(2, 1, 1)).toBe('continue');
  expect(median.report(2, 2, NaN)).toBe('continue');
  expect(median.report(3, 2, NaN)).toBe('stop');
});

it('goes on with trials that another scheduler had paused', () => {
  const paused = [2, 1].map((number): ScheduledTrial => ({ number, state: 'paused', reports: [[1, 1]] }));
  const none: Scheduler = new NoScheduler({ maxEpochs, seed: 0, trials: paused });
  const median: Scheduler = scheduler(paused);
  for (const each of [median, none]) {
    expect([each.promote(false), each.promote(true), each.promote(true)]).toEqual([1, 2, undefined]);
  }
  const ended: Scheduler = scheduler(paused);
  ended.end(1, 'failed');
  expect(ended.promote(true)).toBe(2);
});
