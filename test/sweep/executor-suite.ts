/** What every executor must pass. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Executor } from '../../src/sweep/executors/executor.js';
import { behave, Listener, runJob, TrialRig, until } from './trial-rig.js';

export function executorSuite(name: string, open: (rig: TrialRig) => Promise<Executor>): void {
  describe(`the executor ${name}`, () => {
    let rig: TrialRig;
    let executor: Executor;
    beforeEach(async () => {
      rig = new TrialRig();
      executor = await open(rig);
    });
    afterEach(async () => {
      await rig.closeAll();
      rig[Symbol.dispose]();
    });

    it('runs a job and hands on its events in order', async () => {
      const { outcome, listener } = await runJob(executor, behave(3, 'sleep'));
      expect(outcome).toEqual({ status: 'done', metrics: { value: 3 } });
      expect(listener.workers).toEqual([1]);
      expect(listener.events.map(({ type }) => type)).toEqual([
        'run-started',
        'stage-started',
        'stage-ended',
        'run-ended',
      ]);
      expect(listener.events.every(({ runId }) => runId === 'trial-3')).toBe(true);
    });

    it('runs more jobs than it has slots, each once', async () => {
      const outcomes = await Promise.all(
        [1, 2, 3, 4, 5, 6].map((trial) => runJob(executor, behave(trial, 'sleep', { milliseconds: 20 }))),
      );
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(
        [1, 2, 3, 4, 5, 6].map((value) => ({ status: 'done', metrics: { value } })),
      );
      expect(
        rig
          .begun()
          .map(([mark]) => Number(mark))
          .sort(),
      ).toEqual([1, 2, 3, 4, 5, 6]);
      expect(executor.workers()).toHaveLength(executor.slots);
    });

    it('tells which stage failed and why, and goes on', async () => {
      const { outcome } = await runJob(executor, behave(1, 'throw'));
      expect(outcome).toMatchObject({
        status: 'failed',
        stage: 'behave',
        kind: 'pipelines/stages/behave.ts',
        problems: [{ code: 'stage-threw' }],
      });
      expect((await runJob(executor, behave(2, 'sleep'))).outcome.status).toBe('done');
    });

    it('survives what can be thrown but not shown', async () => {
      const { outcome } = await runJob(executor, behave(1, 'unshowable'));
      expect(outcome.status).toBe('failed');
      expect((await runJob(executor, behave(2, 'sleep'))).outcome.status).toBe('done');
    });

    it('tells what is wrong with an assignment', async () => {
      const job = { ...behave(1, 'sleep'), assignments: { 'behave.nonsense': 1 } };
      const { outcome } = await runJob(executor, job);
      expect(outcome).toMatchObject({ status: 'failed', stage: undefined });
      expect(rig.begun()).toEqual([]);
    });

    it('asks after each epoch but the last where the job asks', async () => {
      const asks = await runJob(executor, { ...behave(2, 'epochs'), asks: true });
      expect(asks.outcome.status).toBe('done');
      expect(asks.listener.asked).toEqual([1, 2, 3, 4]);
      expect(asks.listener.epochs).toEqual([1, 2, 3, 4, 5]);
      const silent = await runJob(executor, behave(3, 'epochs'));
      expect(silent.outcome.status).toBe('done');
      expect(silent.listener.asked).toEqual([]);
    });

    it.each([
      ['pause', 'paused'],
      ['stop', 'pruned'],
    ] as const)('ends as told by %s', async (verdict, status) => {
      const listener = new Listener(({ epoch }) => (epoch === 2 ? verdict : 'continue'));
      const { outcome } = await runJob(executor, { ...behave(1, 'epochs'), asks: true }, listener);
      expect(outcome).toEqual({ status });
      expect(listener.epochs).toEqual([1, 2]);
      expect(listener.events.at(-1)).toMatchObject({ type: 'run-ended', status });
    });

    it('stops a job that is cancelled, whether it runs or waits', async () => {
      const running = Array.from({ length: executor.slots }, (_, i) =>
        runJob(executor, behave(i, 'sleep', { milliseconds: 30_000 })),
      );
      const waiting = runJob(executor, behave(9, 'sleep'));
      await until(() => rig.begun().length === executor.slots);
      executor.cancel(9);
      expect((await waiting).outcome).toEqual({ status: 'interrupted' });
      for (let i = 0; i < executor.slots; i++) executor.cancel(i);
      for (const { outcome } of await Promise.all(running))
        expect(outcome).toEqual({ status: 'interrupted' });
      expect(rig.begun().some(([mark]) => mark === '9')).toBe(false);
    });

    it('interrupts everything when it is closed, and takes nothing more', async () => {
      const jobs = [1, 2, 3, 4].map((trial) =>
        runJob(executor, behave(trial, 'sleep', { milliseconds: 30_000 })),
      );
      await until(() => rig.begun().length === executor.slots);
      await executor.close();
      for (const { outcome } of await Promise.all(jobs)) expect(outcome).toEqual({ status: 'interrupted' });
      expect((await runJob(executor, behave(5, 'sleep'))).outcome).toEqual({ status: 'interrupted' });
    });
  });
}
