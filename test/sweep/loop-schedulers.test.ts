/** The loop of a sweep: what schedulers are told, and what comes of what they say. */
import { describe, expect, it } from 'vitest';
import type { JobListener } from '../../src/sweep/executors/executor.js';
import type { Scheduler } from '../../src/sweep/schedulers/scheduler.js';
import { done, lost, noScheduler, play, x, type Script } from './scripted.js';

/** Tells an epoch of the first objective and returns the verdict. */
function epoch(listener: JobListener, number: number, loss: number) {
  return listener.decide({ epoch: number, step: number, metrics: { loss } });
}

/** Pauses at epoch 1 and promotes whom the test says. */
function pausing(promotions: readonly number[]): { scheduler: Scheduler; lasts: boolean[] } {
  const lasts: boolean[] = [];
  const open = [...promotions];
  const paused = new Set<number>();
  return {
    lasts,
    scheduler: {
      name: 'pausing',
      asks: true,
      report: (trial, at) => {
        if (at > 1) return 'continue';
        paused.add(trial);
        return 'pause';
      },
      promote: (last) => {
        lasts.push(last);
        const next = open.find((trial) => paused.has(trial));
        if (next !== undefined) open.splice(open.indexOf(next), 1);
        return next;
      },
      end: () => undefined,
    },
  };
}

describe('schedulers', () => {
  const pausable: Script = (job, listener) => {
    const from = job.reported ?? 0;
    if (from < 1 && epoch(listener, 1, 10 - x(job)) === 'pause') return { status: 'paused' };
    epoch(listener, 2, 5);
    return done(5);
  };

  it('pause trials and go on with them under the same run', async () => {
    const { scheduler, lasts } = pausing([1]);
    const { outcome, executor, events } = await play(pausable, {
      sweep: { trials: 3 },
      scheduler: () => scheduler,
    });
    expect(executor.jobs.map(({ trial, reported }) => [trial, reported])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    expect(executor.jobs[1]!.run).toBe(executor.jobs[2]!.run);
    expect(outcome.trials.map(({ state }) => state)).toEqual(['paused', 'done', 'paused']);
    expect(lasts).toEqual([false, false, false, false, true]);
    expect(events.filter(({ type }) => type === 'trial-reported')).toHaveLength(4);
  });

  it('promote a trial whose job has yet to end: it goes on as soon as it has paused', async () => {
    const { scheduler } = pausing([0]);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { outcome, executor } = await play(
      async (job, listener) => {
        if ((job.reported ?? 0) >= 1) return done(5);
        const verdict = epoch(listener, 1, 10 - x(job));
        expect(verdict).toBe('pause');
        // While the first writes its checkpoint, the second pauses and the scheduler is asked whom to promote.
        if (job.trial === 0) await held;
        else setImmediate(release);
        return { status: 'paused' };
      },
      { sweep: { trials: 2 }, scheduler: () => scheduler, slots: 2 },
    );
    expect(executor.jobs.map(({ trial, reported }) => [trial, reported])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(outcome.trials.map(({ state }) => state)).toEqual(['done', 'paused']);
  });

  it('promote a trial whose job has yet to end, though its worker is lost meanwhile', async () => {
    const { scheduler } = pausing([0]);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let attempts = 0;
    const { outcome } = await play(
      async (job, listener) => {
        const verdict = epoch(listener, 1, 10 - x(job));
        if (job.trial === 1) {
          setImmediate(release);
          return { status: 'paused' };
        }
        attempts += 1;
        if (attempts === 2) return verdict === 'continue' ? done(5) : { status: 'paused' };
        await held;
        return lost;
      },
      { sweep: { trials: 2 }, scheduler: () => scheduler, slots: 2 },
    );
    expect(outcome.trials.map(({ state }) => state)).toEqual(['done', 'paused']);
  });

  it('are told of trials that they stopped, as when these are read back', async () => {
    const told: unknown[] = [];
    await play((_, listener) => (epoch(listener, 1, 3) === 'stop' ? { status: 'pruned' } : done(1)), {
      sweep: { trials: 2 },
      scheduler: () => ({
        ...noScheduler(),
        asks: true,
        report: () => 'stop',
        end: (...end) => told.push(end),
      }),
    });
    expect(told).toEqual([
      [0, 'pruned'],
      [1, 'pruned'],
    ]);
  });

  it('hear of each epoch once; a worker that died before it could obey hears the same again', async () => {
    const told: number[] = [];
    let dies = true;
    const { outcome } = await play(
      (_, listener) => {
        const verdict = epoch(listener, 1, 3);
        if (dies) {
          dies = false;
          return lost;
        }
        return verdict === 'stop' ? { status: 'pruned' } : done(1);
      },
      {
        sweep: { trials: 1 },
        scheduler: () => ({
          ...noScheduler(),
          asks: true,
          report: (_, at) => {
            told.push(at);
            return 'stop';
          },
        }),
      },
    );
    expect(told).toEqual([1]);
    expect(outcome.trials[0]!.state).toBe('pruned');
  });

  it('that need a value of each epoch end the sweep where there is none', async () => {
    const { outcome } = await play(
      (_, listener) =>
        listener.decide({ epoch: 1, step: 1, metrics: { 'train.loss': 1 } }) === 'stop'
          ? { status: 'pruned' }
          : done(1),
      { sweep: { trials: 3 }, scheduler: () => ({ ...noScheduler(), asks: true }) },
    );
    expect(outcome.status).toBe('failed');
    expect(outcome.problem?.message).toBe(
      'expected the objective to be a metric that an epoch reports, got "loss"; there are train.loss',
    );
  });
});
