import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/core/events.js';
import { openTracking } from '../../src/tracking/tracking.js';
import {
  at,
  began,
  configWith,
  header,
  problemOf,
  record,
  temporaryFolder,
  trackingWith,
  valueOf,
} from './support.js';

const id = 'quickstart-20261123-094105-3f9a';

const epochs = [
  { epoch: 1, step: 2, metrics: { 'train.loss': 0.5, learningRate: 0.01 } },
  { epoch: 2, step: 4, metrics: { 'train.loss': 0.25, learningRate: 0.005 } },
];

function trainingRun(): RunEvent[] {
  const step = (number: number, epoch: number, loss: number) =>
    at(id, 100 + number, {
      type: 'stage-event',
      stage: 'train',
      event: { type: 'step-ended', epoch, step: number, metrics: { loss } },
    });
  const epoch = (index: number, milliseconds: number) =>
    at(id, milliseconds, {
      type: 'stage-event',
      stage: 'train',
      event: { type: 'epoch-ended', record: epochs[index]!, epochs: 2, seconds: 1 },
    });
  return [
    at(id, 0, { type: 'run-started', run: header(id, { git: { commit: 'abc123', dirty: true } }) }),
    at(id, 5, {
      type: 'stage-cached',
      stage: 'acquire',
      fingerprint: 'f1',
      artifact: 'a1',
      madeBy: 'earlier-run',
      summary: { note: '100 images' },
    }),
    at(id, 10, { type: 'stage-started', stage: 'train', fingerprint: 'f2', why: ['train.epochs: 1 → 2'] }),
    at(id, 11, {
      type: 'stage-event',
      stage: 'train',
      event: { type: 'progress', done: 1, total: 4, unit: 'steps' },
    }),
    step(1, 1, 0.75),
    step(2, 1, NaN),
    epoch(0, 150),
    step(3, 2, 0.375),
    step(4, 2, 0.125),
    epoch(1, 250),
    at(id, 255, {
      type: 'stage-event',
      stage: 'train',
      event: {
        type: 'warning',
        problem: { code: 'loss-rose', message: 'the loss rose', fix: 'learn slower' },
      },
    }),
    at(id, 260, {
      type: 'stage-ended',
      stage: 'train',
      fingerprint: 'f2',
      artifact: 'a2',
      seconds: 0.25,
      bytes: 1234,
      summary: { metrics: { parameters: 10 }, epochs },
    }),
    at(id, 300, {
      type: 'run-ended',
      status: 'done',
      seconds: 0.3,
      metrics: { accuracy: 0.9375, broken: NaN },
      report: '/project/runs/report.html',
    }),
  ];
}

describe('a recorded run', () => {
  it('is read back with everything that its events told', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    record(tracking, trainingRun());
    const run = valueOf(await tracking.run(id));
    expect(run).toMatchObject({
      id,
      experiment: 'quickstart',
      file: 'experiments/quickstart.yaml',
      status: 'done',
      seed: 7,
      engine: 'reference',
      started: began,
      ended: began + 300,
      seconds: 0.3,
      report: '/project/runs/report.html',
      git: { commit: 'abc123', dirty: true },
      metrics: { accuracy: 0.9375 },
      config: header(id).config,
      versions: { assay: '0.1.0', node: '20.20.2' },
      machine: { cpu: 'some', cores: 2 },
      pid: process.pid,
    });
    expect(run.stages).toEqual([
      {
        name: 'acquire',
        kind: 'acquire',
        needs: [],
        status: 'cached',
        fingerprint: 'f1',
        artifact: 'a1',
        bytes: null,
        madeBy: 'earlier-run',
        seconds: 0,
        summary: { note: '100 images' },
      },
      {
        name: 'train',
        kind: 'train',
        needs: ['acquire'],
        status: 'ran',
        fingerprint: 'f2',
        artifact: 'a2',
        bytes: 1234,
        madeBy: id,
        seconds: 0.25,
        summary: { metrics: { parameters: 10 }, epochs },
      },
    ]);
    expect(run.problems).toEqual([
      {
        stage: 'train',
        severity: 'warning',
        time: began + 255,
        code: 'loss-rose',
        message: 'the loss rose',
        fix: 'learn slower',
      },
    ]);
    expect(valueOf(tracking.usedFingerprints())).toEqual(new Set(['f1', 'f2']));
    tracking.close();
  });

  it('has its curves by epoch and by step, each with its own times, and null where a value was not a number', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    record(tracking, trainingRun());
    expect(valueOf(await tracking.history('latest'))).toEqual([
      {
        stage: 'train',
        key: 'learningRate',
        scope: 'epoch',
        steps: [2, 4],
        epochs: [1, 2],
        times: [began + 150, began + 250],
        values: [0.01, 0.005],
      },
      {
        stage: 'train',
        key: 'train.loss',
        scope: 'epoch',
        steps: [2, 4],
        epochs: [1, 2],
        times: [began + 150, began + 250],
        values: [0.5, 0.25],
      },
    ]);
    expect(valueOf(await tracking.history('latest', 'step'))).toEqual([
      {
        stage: 'train',
        key: 'loss',
        scope: 'step',
        steps: [1, 2, 3, 4],
        epochs: [1, 1, 2, 2],
        times: [101, 102, 103, 104].map((milliseconds) => began + milliseconds),
        values: [0.75, null, 0.375, 0.125],
      },
    ]);
    tracking.close();
  });

  it('whose training was cached has the same curves, without times', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const cached = `${id}-again`;
    record(tracking, [
      ...trainingRun(),
      at(cached, 1000, { type: 'run-started', run: header(cached) }),
      at(cached, 1001, {
        type: 'stage-cached',
        stage: 'train',
        fingerprint: 'f2',
        artifact: 'a2',
        madeBy: id,
        summary: { epochs },
      }),
    ]);
    const curves = valueOf(await tracking.history(cached));
    expect(curves.map(({ key, values, times }) => ({ key, values, times }))).toEqual([
      { key: 'learningRate', values: [0.01, 0.005], times: [null, null] },
      { key: 'train.loss', values: [0.5, 0.25], times: [null, null] },
    ]);
    expect(valueOf(await tracking.run(cached)).stages[1]).toMatchObject({
      status: 'cached',
      madeBy: id,
      bytes: 1234,
    });
    tracking.close();
  });

  it('that went on from a checkpoint has the epochs before it, too', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const [start, , begin, , , , , , , lastEpoch, , end] = trainingRun();
    record(tracking, [
      start!,
      begin!,
      at(id, 20, { type: 'stage-event', stage: 'train', event: { type: 'resumed', epoch: 1, step: 2 } }),
      lastEpoch!,
      end!,
    ]);
    const loss = valueOf(await tracking.history(id)).find(({ key }) => key === 'train.loss')!;
    expect(loss).toMatchObject({ steps: [2, 4], values: [0.5, 0.25], times: [null, began + 250] });
    tracking.close();
  });

  it('that failed keeps the problems of its stage', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    record(tracking, [
      at(id, 0, { type: 'run-started', run: header(id) }),
      at(id, 1, { type: 'stage-started', stage: 'acquire', fingerprint: 'f1', why: [] }),
      at(id, 2, {
        type: 'stage-failed',
        stage: 'acquire',
        seconds: 0.5,
        problems: [{ code: 'no-dataset', message: 'there is no data set' }],
      }),
      at(id, 3, { type: 'warning', problem: { code: 'odd', message: 'something is odd' } }),
      at(id, 4, { type: 'run-ended', status: 'failed', seconds: 1, metrics: {} }),
    ]);
    const run = valueOf(await tracking.run(id));
    expect(run.status).toBe('failed');
    expect(run.stages.map(({ status }) => status)).toEqual(['failed', 'pending']);
    expect(run.problems.map(({ severity, code, stage }) => [severity, code, stage])).toEqual([
      ['error', 'no-dataset', 'acquire'],
      ['warning', 'odd', null],
    ]);
    tracking.close();
  });

  it('has its settings leaf by leaf, each with the type that it was written with', () => {
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    const config = configWith({ rate: 0.5, augment: true, dropout: null, layers: [{ units: 3 }, 'flatten'] });
    record(tracking, [at(id, 0, { type: 'run-started', run: header(id, { config }) })]);
    tracking.close();
    const other = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
    const sql = `SELECT path, kind, typeof(value) AS stored, value FROM settings WHERE path > 'params' ORDER BY path`;
    expect(other.prepare(sql).raw().all()).toEqual([
      ['params.classes', 'number', 'integer', 10],
      ['train.augment', 'boolean', 'integer', 1],
      ['train.batchSize', 'number', 'integer', 64],
      ['train.dropout', 'null', 'null', null],
      ['train.epochs', 'number', 'integer', 2],
      ['train.layers.0.units', 'number', 'integer', 3],
      ['train.layers.1', 'text', 'text', 'flatten'],
      ['train.optimizer.kind', 'text', 'text', 'adam'],
      ['train.rate', 'number', 'real', 0.5],
      ['train.uses', 'text', 'text', 'train'],
    ]);
    other.close();
  });

  it('is in the file the moment it began, for others to see', async () => {
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    const recorder = tracking.recorder({ onProblem: ({ message }) => expect.fail(message) });
    recorder.listen(at(id, 0, { type: 'run-started', run: header(id) }));
    const other = valueOf(openTracking(folder, { readOnly: true }));
    expect(valueOf(await other.runs()).rows.map(({ status }) => status)).toEqual(['running']);
    other.close();
    recorder.close();
    tracking.close();
  });
});

describe('points of steps', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const openRecorder = () => {
    vi.useFakeTimers();
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder));
    const recorder = tracking.recorder({ onProblem: ({ message }) => expect.fail(message) });
    const other = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
    return {
      listen: recorder.listen,
      /** As another process sees it. */
      count: () => other.prepare('SELECT count(*) FROM points').pluck().get(),
      close: () => {
        other.close();
        recorder.close();
        tracking.close();
      },
    };
  };
  const [start, , begin, , ...rest] = trainingRun();

  it('reach the file together, with the end of their epoch', () => {
    const { listen, count, close } = openRecorder();
    for (const event of [start!, begin!, rest[0]!, rest[1]!]) listen(event);
    expect(count()).toBe(0);
    listen(rest[2]!);
    expect(count()).toBe(4);
    close();
  });

  it('reach the file after a quarter of a second though nothing else happens', () => {
    const { listen, count, close } = openRecorder();
    for (const event of [start!, begin!, rest[0]!]) listen(event);
    vi.advanceTimersByTime(249);
    expect(count()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(count()).toBe(1);
    close();
  });

  it('reach the file after a quarter of a second though training lets no timer fire', () => {
    const { listen, count, close } = openRecorder();
    for (const event of [start!, begin!, rest[0]!]) listen(event);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 250);
    listen(rest[1]!);
    expect(count()).toBe(2);
    vi.restoreAllMocks();
    close();
  });

  it('reach the file when there are a thousand of them', () => {
    const { listen, count, close } = openRecorder();
    listen(start!);
    for (let step = 1; step < 1000; step++) {
      listen(
        at(id, step, {
          type: 'stage-event',
          stage: 'train',
          event: { type: 'step-ended', epoch: 1, step, metrics: { loss: 1 } },
        }),
      );
    }
    expect(count()).toBe(0);
    listen(
      at(id, 1000, {
        type: 'stage-event',
        stage: 'train',
        event: { type: 'step-ended', epoch: 1, step: 1000, metrics: { loss: 1 } },
      }),
    );
    expect(count()).toBe(1000);
    close();
  });

  it('of a step done again after an interruption replace the first ones', async () => {
    const tracking = valueOf(openTracking(temporaryFolder()));
    const [firstStep, , , third] = rest;
    record(tracking, [start!, begin!, firstStep!, { ...third!, time: began + 500 }, third!]);
    expect(valueOf(await tracking.history(id, 'step'))[0]).toMatchObject({
      steps: [1, 3],
      values: [0.75, 0.375],
    });
    tracking.close();
  });
});

describe('finding a run', () => {
  const open = () =>
    trackingWith(
      temporaryFolder(),
      { id: 'mnist-20261123-094105-3f9a', started: 1 },
      { id: 'mnist-20261123-094106-77aa', started: 2 },
      { id: 'other-20261123-094107-0b1c', started: 3 },
    );

  it.each([
    ['mnist-20261123-094105-3f9a', 'mnist-20261123-094105-3f9a'],
    ['mnist-20261123-094106', 'mnist-20261123-094106-77aa'],
    ['3f9a', 'mnist-20261123-094105-3f9a'],
    ['other', 'other-20261123-094107-0b1c'],
    ['latest', 'other-20261123-094107-0b1c'],
  ])('%s is %s', async (reference, found) => {
    const tracking = open();
    expect(valueOf(await tracking.run(reference)).id).toBe(found);
    tracking.close();
  });

  it('says what is wrong with a reference that is of none or of several', async () => {
    const tracking = open();
    expect(problemOf(await tracking.run('mnist'))).toEqual({
      code: 'ambiguous-run',
      message:
        'expected "mnist" to be of one run, got mnist-20261123-094106-77aa, mnist-20261123-094105-3f9a',
      fix: 'type more of the id',
    });
    expect(problemOf(await tracking.run('mnist-20261123-094105-3f9b'))).toEqual({
      code: 'no-such-run',
      message:
        'expected the id of a run, the beginning or end of one, or latest, got "mnist-20261123-094105-3f9b"',
      fix: 'did you mean "mnist-20261123-094105-3f9a"?',
    });
    for (const odd of ['', '%', '_', "' OR 1=1 --"])
      expect(problemOf(await tracking.run(odd)).code, odd).toBe('no-such-run');
    tracking.close();
  });

  it('finds none in a project without runs, and makes no file by looking', async () => {
    const folder = temporaryFolder();
    const tracking = valueOf(openTracking(folder, { readOnly: true }));
    expect(problemOf(await tracking.run('latest'))).toEqual({
      code: 'no-such-run',
      message: 'there is no run yet',
      fix: 'start one with `assay run EXPERIMENT.yaml`',
    });
    expect(valueOf(await tracking.runs({ where: 'accuracy > 0.5', sort: '-train.loss' })).rows).toEqual([]);
    tracking.close();
    expect(() => new Sqlite(join(folder, 'assay.sqlite'), { fileMustExist: true })).toThrow();
  });
});
