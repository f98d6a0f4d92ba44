/** A run that goes on under the same id (a trial promoted, or tried again after a crash) stays one run. */
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/events.js';
import { openTracking } from '../../src/tracking/tracking.js';
import { at, began, configWith, header, record, temporaryFolder, valueOf } from './support.js';

const id = 'architectures-20261123-094105-3f9a';

const cached = (milliseconds: number, madeBy: string): RunEvent =>
  at(id, milliseconds, {
    type: 'stage-cached',
    ...{ stage: 'acquire', fingerprint: 'f1', artifact: 'a1', madeBy, summary: { note: '100 images' } },
  });
const epoch = (number: number, milliseconds: number): RunEvent =>
  at(id, milliseconds, {
    type: 'stage-event',
    stage: 'train',
    event: {
      type: 'epoch-ended',
      record: { epoch: number, step: 10 * number, metrics: { loss: 1 / number } },
      epochs: 4,
      seconds: 1,
    },
  });
const start = (milliseconds: number, change = {}): RunEvent =>
  at(id, milliseconds, { type: 'run-started', run: header(id, change) });
const train = (milliseconds: number): RunEvent =>
  at(id, milliseconds, { type: 'stage-started', stage: 'train', fingerprint: 'f2', why: [] });

/** Two epochs, then paused. */
const firstPart = (): RunEvent[] => [
  start(0, { pid: 1 }),
  at(id, 10, { type: 'stage-started', stage: 'acquire', fingerprint: 'f1', why: [] }),
  at(id, 1010, {
    type: 'stage-ended',
    ...{ stage: 'acquire', fingerprint: 'f1', artifact: 'a1', seconds: 1, bytes: 100, summary: {} },
  }),
  train(1010),
  epoch(1, 2000),
  at(id, 2500, { type: 'warning', problem: { code: 'odd', message: 'something is odd' } }),
  epoch(2, 3000),
  at(id, 3010, { type: 'run-ended', status: 'paused', seconds: 3.01, metrics: { loss: 0.5 } }),
];

it('paused and gone on with, it has one row, all its points, and the seconds of both parts', async () => {
  const tracking = valueOf(openTracking(temporaryFolder()));
  record(tracking, firstPart());
  expect(valueOf(await tracking.run(id))).toMatchObject({
    status: 'paused',
    seconds: 3.01,
    metrics: { loss: 0.5 },
    stages: [
      { name: 'acquire', status: 'ran', seconds: 1 },
      { name: 'train', status: 'interrupted', seconds: 2 },
    ],
  });

  record(tracking, [start(60_000, { versions: { assay: '0.2.0' } }), cached(60_010, id), train(60_020)]);
  const running = valueOf(await tracking.run(id));
  expect(running).toMatchObject({
    status: 'running',
    started: began,
    ended: null,
    seconds: null,
    metrics: {},
    pid: process.pid,
    versions: { assay: '0.2.0' },
  });
  // It finds in the cache what it made itself.
  expect(running.stages.map(({ status, seconds, bytes }) => [status, seconds, bytes])).toEqual([
    ['ran', 1, 100],
    ['running', 2, null],
  ]);

  record(tracking, [
    epoch(3, 61_000),
    epoch(4, 62_000),
    at(id, 62_020, {
      type: 'stage-ended',
      ...{ stage: 'train', fingerprint: 'f2', artifact: 'a2', seconds: 2, bytes: 100, summary: {} },
    }),
    at(id, 62_500, { type: 'run-ended', status: 'done', seconds: 2.5, metrics: { loss: 0.25 } }),
  ]);
  const ended = valueOf(await tracking.run(id));
  expect(ended).toMatchObject({
    status: 'done',
    started: began,
    ended: began + 62_500,
    metrics: { loss: 0.25 },
  });
  expect(ended.seconds).toBeCloseTo(5.51, 9);
  expect(ended.stages.map(({ status, seconds }) => [status, seconds])).toEqual([
    ['ran', 1],
    ['ran', 4],
  ]);
  expect(ended.problems.map(({ code }) => code)).toEqual(['odd']);
  expect(valueOf(await tracking.history(id))[0]).toMatchObject({
    steps: [10, 20, 30, 40],
    values: [1, 1 / 2, 1 / 3, 1 / 4],
    times: [2000, 3000, 61_000, 62_000].map((milliseconds) => began + milliseconds),
  });
  expect(valueOf(await tracking.runs()).rows).toHaveLength(1);
  tracking.close();
});

it('tried again after its worker died without a word, it counts the time until its last sign of life', async () => {
  const tracking = valueOf(openTracking(temporaryFolder()));
  record(tracking, [
    ...[start(0), cached(10, 'other'), train(20), epoch(1, 1000)],
    ...[start(30_000), cached(30_010, 'other'), train(30_020), epoch(1, 30_500), epoch(2, 31_000)],
    at(id, 31_500, { type: 'run-ended', status: 'failed', seconds: 1.5, metrics: {} }),
  ]);
  const run = valueOf(await tracking.run(id));
  expect(run).toMatchObject({ status: 'failed', seconds: 2.5 });
  expect(run.stages.map(({ status }) => status)).toEqual(['cached', 'interrupted']);
  expect(valueOf(await tracking.history(id))[0]).toMatchObject({
    steps: [10, 20],
    times: [began + 30_500, began + 31_000],
  });
  tracking.close();
});

it('gone on with after it was marked interrupted, adds up as well', async () => {
  const tracking = valueOf(openTracking(temporaryFolder()));
  // No process has this number: the greatest there can be is 2^22.
  record(tracking, [start(0, { pid: 4_194_305 }), train(20), epoch(1, 1000)]);
  expect(valueOf(tracking.markInterrupted())).toEqual([id]);
  record(tracking, [start(30_000, { pid: 4_194_305 }), train(30_020), epoch(2, 32_000)]);
  expect(valueOf(tracking.markInterrupted())).toEqual([id]);
  expect(valueOf(await tracking.run(id))).toMatchObject({
    status: 'interrupted',
    seconds: 3,
    ended: began + 32_000,
  });
  tracking.close();
});

it('gone on with under another configuration or with other stages, it has those', async () => {
  const folder = temporaryFolder();
  const tracking = valueOf(openTracking(folder));
  record(tracking, firstPart());
  const stages = [{ name: 'only', kind: 'acquire', needs: [] }];
  record(tracking, [start(60_000, { config: configWith({ epochs: 8 }), stages })]);
  expect(valueOf(await tracking.run(id)).stages.map(({ name, status }) => [name, status])).toEqual([
    ['only', 'pending'],
  ]);
  tracking.close();
  const database = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
  const epochs = database.prepare("SELECT value FROM settings WHERE path = 'train.epochs'");
  expect(epochs.pluck().all()).toEqual([8]);
  database.close();
});
