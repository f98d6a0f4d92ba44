/** Reading many runs at once: which are meant, what is told of each, their curves, when trials were on which worker. */
import { describe, expect, it } from 'vitest';
import type { SweepEvent } from '../../src/core/sweep-events.js';
import { openTracking, type Tracking } from '../../src/tracking/tracking.js';
import { at, began, header, problemOf, quickRun, record, temporaryFolder, valueOf } from './support.js';
import { beginSweep, recordSweep, runAt, runOf, sweepAt, sweepName, trialHeader } from './sweep-support.js';

function opened(): Tracking {
  return valueOf(openTracking(temporaryFolder()));
}

function trialOf(number: number, from: number, worker: number, attempt = 1): SweepEvent[] {
  return [
    ...(attempt === 1 ? [sweepAt(from, { type: 'trial-proposed', trial: trialHeader(number) })] : []),
    sweepAt(from, { type: 'trial-started', trial: number, attempt, worker }),
  ];
}

describe('many runs at once', () => {
  it('are those that are named, and those of an expression, in the order in which they began', async () => {
    const tracking = opened();
    record(tracking, [
      ...quickRun({ id: 'late', started: 2000, metrics: { accuracy: 0.75 } }),
      ...quickRun({ id: 'early', started: 0, metrics: { accuracy: 0.5 } }),
      ...quickRun({ id: 'middle', started: 1000, metrics: { accuracy: 0.25 } }),
    ]);
    const ids = async (selection: object): Promise<string[]> =>
      valueOf(await tracking.wholeRuns(selection)).map(({ id }) => id);
    expect(await ids({ runs: ['late', 'early', 'late'] })).toEqual(['early', 'late']);
    expect(await ids({ where: 'accuracy < 0.6' })).toEqual(['early', 'middle']);
    expect(await ids({ where: 'accuracy > 0.6', runs: ['mid'] })).toEqual(['middle', 'late']);
    expect(await ids({ everything: true })).toEqual(['early', 'middle', 'late']);
    expect(await ids({})).toEqual([]);
    expect(problemOf(await tracking.wholeRuns({ runs: ['nobody'] })).code).toBe('no-such-run');
    expect(problemOf(await tracking.wholeRuns({ where: 'accuracy >' })).code).toBe('bad-query');
    expect(problemOf(await tracking.wholeRuns({ sweep: 'none' })).code).toBe('no-such-sweep');
    tracking.close();
  });

  it('come with settings, metrics that are no numbers too, stages, the last error and the command', async () => {
    const tracking = opened();
    record(tracking, [
      at('r', 0, { type: 'run-started', run: header('r', { command: 'npx assay run e.yaml' }) }),
      at('r', 10, { type: 'stage-started', stage: 'acquire', fingerprint: 'f', why: [] }),
      at('r', 20, {
        ...{ type: 'stage-failed', stage: 'acquire', seconds: 0.01 },
        problems: [
          { code: 'a', message: 'the first' },
          { code: 'b', message: 'the last' },
        ],
      }),
      at('r', 30, {
        type: 'run-ended',
        status: 'failed',
        seconds: 0.03,
        metrics: { loss: NaN, accuracy: 0.5 },
      }),
    ]);
    expect(valueOf(await tracking.wholeRuns({ runs: ['r'] }))).toMatchObject([
      {
        ...{ id: 'r', status: 'failed', command: 'npx assay run e.yaml', error: 'the last' },
        metrics: { accuracy: 0.5, loss: null },
        config: header('r').config,
        trial: undefined,
        stages: [
          { name: 'acquire', kind: 'acquire', needs: [], status: 'failed', fingerprint: 'f', artifact: null },
          { name: 'train', needs: ['acquire'], status: 'pending' },
        ],
      },
    ]);
    tracking.close();
  });

  it('have curves, one after another in the order that was asked for', async () => {
    const tracking = opened();
    const curve = (id: string, values: readonly number[]) => [
      at(id, 0, { type: 'run-started', run: header(id) }),
      ...values.map((value, i) =>
        at(id, 100 * (i + 1), {
          ...{ type: 'stage-event', stage: 'train' },
          event: {
            ...{ type: 'epoch-ended', epochs: values.length, seconds: 0.1 },
            record: { epoch: i + 1, step: 10 * (i + 1), metrics: { loss: value } },
          },
        }),
      ),
      at(id, 50, {
        ...{ type: 'stage-event', stage: 'train' },
        event: { type: 'step-ended', epoch: 1, step: 1, metrics: { loss: 9 } },
      }),
    ];
    record(tracking, [...curve('a', [0.5, NaN]), ...curve('b', [0.25])]);
    const [a, b] = valueOf(await tracking.wholeRuns({ everything: true })).map(({ number }) => number);
    const listed = valueOf(await tracking.curves([b!, a!]));
    expect(listed.map(({ run, scope, key }) => [run, scope, key])).toEqual([
      ...[
        [b, 'epoch', 'loss'],
        [b, 'step', 'loss'],
        [a, 'epoch', 'loss'],
        [a, 'step', 'loss'],
      ],
    ]);
    const read = await tracking.points();
    expect(read(listed[2]!.id)).toEqual({
      ...{ steps: [10, 20], epochs: [1, 2], elapsed: [100, 200], values: [0.5, null] },
    });
    const byRun = valueOf(await tracking.epochCurves([a!, b!]));
    expect(byRun.get(b!)!.map(({ key, values }) => [key, values])).toEqual([['loss', [0.25]]]);
    tracking.close();
  });
});

describe('trials', () => {
  it('are told when they were on which worker, retries and promotions too, but not attempts that died', async () => {
    const tracking = opened();
    const ended = (trial: number, time: number, state: 'done' | 'paused' | 'waiting'): SweepEvent =>
      sweepAt(time, { type: 'trial-ended', trial, state, epochs: 1, seconds: 0.1 });
    recordSweep(tracking, [
      beginSweep(),
      ...trialOf(0, 100, 1),
      ...trialOf(1, 110, 2),
      ended(0, 200, 'paused'),
      ended(1, 250, 'waiting'),
      ...trialOf(1, 300, 1, 2),
      // Trial 1's worker died without a word here: it is begun again, and only this time its end is known.
      ...trialOf(1, 500, 2, 3),
      ended(1, 600, 'done'),
      ...trialOf(0, 700, 1, 2),
    ]);
    const spans = valueOf(await tracking.spans(sweepName)).map(({ trial, worker, from, to }) => [
      ...[trial, worker, from - began, to - began],
    ]);
    expect(spans.slice(0, 3)).toEqual([
      [0, 1, 100, 200],
      [1, 2, 110, 250],
      [1, 2, 500, 600],
    ]);
    // Under way: until now.
    expect(spans[3]!.slice(0, 3)).toEqual([0, 1, 700]);
    expect(spans).toHaveLength(4);
    tracking.close();
  });

  it('that failed before there was a run are told apart from those that have one', async () => {
    const tracking = opened();
    const problem = { code: 'layer-refused', message: 'no such network' };
    recordSweep(tracking, [
      beginSweep(),
      ...trialOf(0, 100, 1),
      runAt(0, 110, { type: 'run-started', run: header(runOf(0)) }),
      sweepAt(200, { type: 'trial-ended', trial: 0, state: 'done', values: [0.5], epochs: 1, seconds: 0.1 }),
      ...trialOf(1, 300, 1),
      sweepAt(310, { type: 'trial-ended', trial: 1, state: 'infeasible', epochs: 0, seconds: 0, problem }),
      ...trialOf(2, 400, 1),
    ]);
    expect(valueOf(await tracking.wholeRuns({ sweep: sweepName }))).toMatchObject([
      {
        id: runOf(0),
        trial: { number: 0, state: 'done', values: [0.5], assignments: { 'train.batchSize': 32 } },
      },
    ]);
    expect(valueOf(await tracking.trialsWithoutRun(sweepName))).toMatchObject([
      { run: runOf(1), number: 1, state: 'infeasible', problem },
    ]);
    tracking.close();
  });
});
