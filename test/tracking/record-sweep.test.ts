import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import type { SweepEvent } from '../../src/core/sweep-events.js';
import { openTracking, type Tracking } from '../../src/tracking/tracking.js';
import { began, problemOf, record, quickRun, temporaryFolder, valueOf } from './support.js';
import {
  beginSweep,
  beginTrial,
  endSweep,
  endTrial,
  epochOf,
  recordSweep,
  runAt,
  runOf,
  sweepAt,
  sweepHeader,
  sweepName,
  trialHeader,
} from './sweep-support.js';

const propose = (number: number, milliseconds: number, change = {}): SweepEvent =>
  sweepAt(milliseconds, { type: 'trial-proposed', trial: trialHeader(number, change) });

const lost = { code: 'worker-lost', message: 'the worker was killed by SIGKILL', fix: 'give it memory' };

/** Six trials, one of each kind of end: done, pruned, lost and done, failed, infeasible, and paused. */
function wholeSweep(): SweepEvent[] {
  return [
    beginSweep(),
    propose(0, 10, { draw: -1 }),
    ...beginTrial(0, 20),
    propose(1, 25, { draw: 3, rejected: { infeasible: 2, repeated: 1 } }),
    ...beginTrial(1, 30),
    ...epochOf(0, 1, 100, 0.5),
    ...epochOf(1, 1, 110, 0.25),
    ...endTrial(1, 120, 'pruned', { epochs: 1, seconds: 0.5, value: 0.25 }),
    ...epochOf(0, 2, 200, 0.75),
    ...endTrial(0, 210, 'done', { epochs: 2, seconds: 0.25, value: 0.75 }),
    propose(2, 220),
    ...beginTrial(2, 230),
    ...epochOf(2, 1, 300, 0.5),
    sweepAt(310, {
      type: 'trial-ended',
      trial: 2,
      state: 'waiting',
      epochs: 1,
      seconds: 0.5,
      problem: lost,
      output: 'out of memory',
    }),
    ...beginTrial(2, 320, { attempt: 2 }),
    ...epochOf(2, 1, 400, 0.5),
    ...epochOf(2, 2, 500, 0.9375),
    ...endTrial(2, 510, 'done', { epochs: 2, seconds: 0.25, value: 0.9375 }),
    propose(3, 520),
    sweepAt(530, { type: 'trial-started', trial: 3, attempt: 1, worker: 1 }),
    sweepAt(540, {
      type: 'trial-ended',
      trial: 3,
      state: 'failed',
      epochs: 0,
      seconds: 0.125,
      problem: lost,
    }),
    propose(4, 550),
    sweepAt(560, {
      type: 'trial-ended',
      trial: 4,
      state: 'infeasible',
      epochs: 0,
      seconds: 0,
      problem: { code: 'bad-network', message: 'the image is too small' },
    }),
    propose(5, 570),
    ...beginTrial(5, 580),
    ...epochOf(5, 1, 600, NaN),
    ...endTrial(5, 610, 'paused', { epochs: 1, seconds: 0.5, value: 0.25 }),
    sweepAt(620, { type: 'warning', problem: { code: 'odd', message: 'something is odd' } }),
    sweepAt(625, { type: 'workers-changed', workers: [] }),
    endSweep(1000),
  ];
}

describe('a recorded sweep', () => {
  it('is read back with all that the loop needs to go on', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    recordSweep(tracking, wholeSweep());
    const sweep = valueOf(await tracking.sweep(sweepName))!;
    expect(sweep.header).toEqual(sweepHeader());
    expect(sweep).toMatchObject({ status: 'done', seconds: 1 });
    expect(sweep.trials).toEqual([
      {
        ...trialHeader(0, { draw: -1 }),
        ...{ state: 'done', attempts: 1, epochs: 2, seconds: 0.25, values: [0.75] },
        reports: [
          [1, 0.5],
          [2, 0.75],
        ],
      },
      {
        ...trialHeader(1, { draw: 3, rejected: { infeasible: 2, repeated: 1 } }),
        ...{ state: 'pruned', attempts: 1, epochs: 1, seconds: 0.5, reports: [[1, 0.25]] },
      },
      {
        ...trialHeader(2),
        ...{ state: 'done', attempts: 2, epochs: 2, seconds: 0.75, values: [0.9375] },
        reports: [
          [1, 0.5],
          [2, 0.9375],
        ],
      },
      {
        ...trialHeader(3),
        ...{ state: 'failed', attempts: 1, epochs: 0, seconds: 0.125, problem: lost, reports: [] },
      },
      {
        ...trialHeader(4),
        ...{ state: 'infeasible', attempts: 0, epochs: 0, seconds: 0, reports: [] },
        problem: { code: 'bad-network', message: 'the image is too small' },
      },
      { ...trialHeader(5), state: 'paused', attempts: 1, epochs: 1, seconds: 0.5, reports: [[1, NaN]] },
    ]);
    expect(valueOf(await tracking.sweep('another'))).toBeUndefined();
    tracking.close();
  });

  it('has the runs of its trials, found by its name and by their numbers', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    record(tracking, quickRun({ id: 'other' }));
    recordSweep(tracking, wholeSweep());
    const list = async (where: string) =>
      valueOf(await tracking.runs({ where, sort: 'trial' })).rows.map(({ id, status }) => [id, status]);
    expect(await list('sweep = "architectures"')).toEqual([
      [runOf(0), 'done'],
      [runOf(1), 'pruned'],
      [runOf(2), 'done'],
      [runOf(5), 'paused'],
    ]);
    expect(await list('sweep ~ "arch" and trial > 1 and status = "done"')).toEqual([[runOf(2), 'done']]);
    expect(await list('sweep = null')).toEqual([['other', 'done']]);
    expect(valueOf(await tracking.run(runOf(2))).trial).toEqual({
      sweep: sweepName,
      number: 2,
      labels: { layers: 'one of 10', batchSize: '32' },
    });
    expect(valueOf(await tracking.run('other')).trial).toBeNull();
    tracking.close();
  });

  it('keeps of a trial that was lost why, and what its worker printed last', async () => {
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    recordSweep(tracking, wholeSweep());
    const run = valueOf(await tracking.run(runOf(2)));
    expect(run).toMatchObject({ status: 'done', seconds: 0.75, started: began + 230, ended: began + 510 });
    expect(run.problems).toEqual([{ ...lost, stage: null, severity: 'error', time: began + 310 }]);
    tracking.close();
    const database = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
    const outputs = database.prepare('SELECT output FROM trials WHERE number = 2').pluck().all();
    expect(outputs).toEqual(['out of memory']);
    expect(database.prepare('SELECT code, message FROM sweep_problems').all()).toEqual([
      { code: 'odd', message: 'something is odd' },
    ]);
    database.close();
  });

  it('leaves no run running whose worker was lost before it could say how it ended', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    recordSweep(tracking, [
      ...[beginSweep(), propose(0, 1), ...beginTrial(0, 2)],
      sweepAt(502, {
        type: 'trial-ended',
        trial: 0,
        state: 'failed',
        epochs: 0,
        seconds: 0.5,
        problem: lost,
      }),
    ]);
    const run = valueOf(await tracking.run(runOf(0)));
    expect(run).toMatchObject({ status: 'failed', seconds: 0.5, ended: began + 502 });
    expect(run.stages.map(({ status }) => status)).toEqual(['cached', 'interrupted']);
    tracking.close();
  });

  it('knows why a worker was lost though another process saw first that it is gone', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const recorder = tracking.sweepRecorder({ onProblem: ({ message }) => expect.fail(message) });
    for (const event of [beginSweep(), propose(0, 1), ...beginTrial(0, 2, { pid: 4_194_305 })])
      recorder.listen(event);
    recorder.listen(sweepAt(3, { type: 'trial-reported', trial: 0, epoch: 1, value: 0.5 }));
    expect(valueOf(tracking.markInterrupted())).toEqual([runOf(0)]);
    // Whose process lives is not touched.
    expect(valueOf(await tracking.sweep(sweepName))!.trials[0]!.state).toBe('running');
    recorder.listen(
      sweepAt(502, {
        type: 'trial-ended',
        trial: 0,
        state: 'failed',
        epochs: 0,
        seconds: 0.5,
        problem: lost,
      }),
    );
    recorder.close();
    const run = valueOf(await tracking.run(runOf(0)));
    expect(run).toMatchObject({ status: 'failed', seconds: 0.5 });
    expect(run.problems.map(({ code }) => code)).toEqual(['worker-lost']);
    tracking.close();
  });

  it('does not hold against an attempt that is cut off why the one before it failed', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const problem = { code: 'worker-lost', message: 'the worker is gone' };
    recordSweep(tracking, [
      beginSweep(),
      propose(0, 10),
      ...beginTrial(0, 20),
      sweepAt(30, { type: 'trial-ended', trial: 0, state: 'waiting', epochs: 0, seconds: 0.01, problem }),
      ...beginTrial(0, 40, { attempt: 2 }),
    ]);
    const [trial] = valueOf(await tracking.sweep(sweepName))!.trials;
    expect(trial).toMatchObject({ state: 'running', attempts: 2 });
    expect(trial).not.toHaveProperty('problem');
    tracking.close();
  });

  it('goes on under its name: what is asked for now, with the trials from before', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    recordSweep(tracking, wholeSweep());
    const again = sweepHeader({ trials: 8, threads: 2 });
    recordSweep(tracking, [
      beginSweep(10_000, { trials: 8, threads: 2 }, true),
      propose(6, 10_010),
      // Told again after a crash of which the sweep knows nothing.
      propose(6, 10_020),
      sweepAt(10_500, { type: 'sweep-ended', status: 'interrupted', reason: 'interrupted', seconds: 0.5 }),
    ]);
    const sweep = valueOf(await tracking.sweep(sweepName))!;
    expect(sweep.header).toEqual(again);
    expect(sweep).toMatchObject({ status: 'interrupted', seconds: 1.5 });
    expect(sweep.trials.map(({ number, state }) => [number, state])).toEqual([
      ...[[0, 'done'] as const, [1, 'pruned'] as const, [2, 'done'] as const, [3, 'failed'] as const],
      ...[[4, 'infeasible'] as const, [5, 'paused'] as const, [6, 'waiting'] as const],
    ]);
    const [row] = valueOf(await tracking.sweeps());
    expect(row).toMatchObject({ started: began, resumed: began + 10_000, ended: began + 10_500 });
    tracking.close();
  });

  it('keeps several objectives', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const objectives = [
      { metric: 'loss', goal: 'minimize' },
      { metric: 'parameters', goal: 'minimize' },
    ] as const;
    const end = (trial: number, values: readonly number[]): SweepEvent =>
      sweepAt(20 + trial, { type: 'trial-ended', trial, state: 'done', values, epochs: 1, seconds: 1 });
    recordSweep(tracking, [
      beginSweep(0, { objectives }),
      ...[propose(0, 1), propose(1, 2), propose(2, 3)],
      ...[end(0, [0.5, 1000]), end(1, [0.25, 3000]), end(2, [NaN, 2000])],
    ]);
    const sweep = valueOf(await tracking.sweep(sweepName))!;
    expect(sweep.trials.map(({ values }) => values)).toEqual([
      [0.5, 1000],
      [0.25, 3000],
      [NaN, 2000],
    ]);
    expect(valueOf(await tracking.sweeps())[0]!.best).toMatchObject({ number: 1, values: [0.25, 3000] });
    tracking.close();
  });
});

describe('sweeps in a list', () => {
  it('come with their trials by state and the best of them, the one that began last first', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    recordSweep(tracking, wholeSweep());
    recordSweep(tracking, [beginSweep(5000, { name: 'second', trials: undefined, epochs: undefined })]);
    const rows = valueOf(await tracking.sweeps());
    expect(rows.map(({ name, status, alive }) => [name, status, alive])).toEqual([
      ['second', 'running', true],
      [sweepName, 'done', null],
    ]);
    expect(rows[0]).toMatchObject({ asked: null, epochs: null, best: null, ended: null });
    expect(rows[1]).toMatchObject({
      trials: { waiting: 0, running: 0, paused: 1, done: 2, pruned: 1, failed: 1, infeasible: 1 },
      asked: 6,
      seconds: 1,
      reason: 'trials',
      best: {
        number: 2,
        run: runOf(2),
        values: [0.9375],
        assignments: trialHeader(2).assignments,
        labels: trialHeader(2).labels,
      },
    });
    expect(rows[0]!.seconds).toBeGreaterThan(0);
    tracking.close();
  });

  it('are not there in a project without sweeps', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    expect(valueOf(await tracking.sweeps())).toEqual([]);
    expect(problemOf(await tracking.sweepProgress('architectures'))).toEqual({
      code: 'no-such-sweep',
      message: 'expected the name of a sweep, got "architectures"',
      fix: 'see `assay status`',
    });
    tracking.close();
  });
});

describe('what another process sees of a sweep under way', () => {
  function openRecorder(scheduler = 'asha'): {
    tracking: Tracking;
    listen: (...events: SweepEvent[]) => void;
    count: (sql: string) => unknown;
    close: () => void;
  } {
    vi.useFakeTimers();
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    const recorder = tracking.sweepRecorder({ onProblem: ({ message }) => expect.fail(message) });
    recorder.listen(beginSweep(0, { scheduler }));
    const other = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
    return {
      tracking,
      listen: (...events) => events.forEach(recorder.listen),
      count: (sql) => other.prepare(`SELECT count(*) FROM ${sql}`).pluck().get(),
      close: () => {
        vi.useRealTimers();
        other.close();
        recorder.close();
        tracking.close();
      },
    };
  }

  it('is a trial the moment it was proposed, begun and ended, with all of its run', () => {
    const { listen, count, close } = openRecorder();
    listen(propose(0, 1));
    expect(count("trials WHERE state = 'waiting'")).toBe(1);
    const [started, ...run] = beginTrial(0, 2);
    listen(started!);
    expect(count("trials WHERE state = 'running'")).toBe(1);
    listen(...run);
    expect(count('runs')).toBe(0);
    const [step, epoch, report] = epochOf(0, 1, 3, 0.5);
    listen(step!, epoch!);
    expect(count('points')).toBe(0);
    listen(report!);
    expect([count('runs'), count('points'), count('reports')]).toEqual([1, 2, 1]);
    const end = endTrial(0, 4, 'done', { epochs: 1, seconds: 1, value: 0.5 });
    listen(...end.slice(0, -1));
    expect(count("runs WHERE status = 'done'")).toBe(0);
    listen(end.at(-1)!);
    expect(count("runs WHERE status = 'done'")).toBe(1);
    expect(count("trials WHERE state = 'done'")).toBe(1);
    close();
  });

  it('are reports in batches where no scheduler decides by them, and after a quarter of a second at the latest', () => {
    const { listen, count, close } = openRecorder('none');
    listen(propose(0, 1), ...beginTrial(0, 2), ...epochOf(0, 1, 3, 0.5));
    expect(count('reports')).toBe(0);
    vi.advanceTimersByTime(249);
    expect(count('reports')).toBe(0);
    vi.advanceTimersByTime(1);
    expect([count('reports'), count('points')]).toEqual([1, 2]);
    close();
  });

  it('is how far its trials are, and why others failed', async () => {
    const { tracking, listen, close } = openRecorder();
    listen(propose(0, 1), ...beginTrial(0, 2), ...epochOf(0, 1, 3, 0.5), propose(1, 4), ...beginTrial(1, 5));
    // Its second epoch is under way: only steps tell of it.
    listen(
      runAt(0, 10, {
        type: 'stage-event',
        stage: 'train',
        event: { type: 'step-ended', epoch: 2, step: 11, metrics: { loss: 0.25 } },
      }),
    );
    vi.advanceTimersByTime(250);
    listen(
      propose(2, 20),
      sweepAt(21, { type: 'trial-started', trial: 2, attempt: 2, worker: 1 }),
      sweepAt(22, { type: 'trial-ended', trial: 2, state: 'failed', epochs: 0, seconds: 1, problem: lost }),
    );
    const progress = valueOf(await tracking.sweepProgress(sweepName));
    expect(progress.running).toEqual([
      {
        ...{ number: 0, run: runOf(0), labels: trialHeader(0).labels, attempt: 1, worker: 1 },
        ...{ started: began + 2, epoch: 2, value: 0.5 },
      },
      {
        ...{ number: 1, run: runOf(1), labels: trialHeader(1).labels, attempt: 1, worker: 2 },
        ...{ started: began + 5, epoch: null, value: null },
      },
    ]);
    expect(progress.failures).toEqual([
      {
        ...{ number: 2, run: runOf(2), labels: trialHeader(2).labels, state: 'failed', attempts: 2 },
        ...{ ended: began + 22, problem: lost },
      },
    ]);
    close();
  });
});
