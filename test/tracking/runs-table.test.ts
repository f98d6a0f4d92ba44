import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderRuns } from '../../src/tracking/runs-table.js';
import type { Tracking } from '../../src/tracking/tracking.js';
import { configWith, temporaryFolder, trackingWith, valueOf } from './support.js';

let tracking: Tracking;
beforeEach(() => {
  tracking = trackingWith(
    temporaryFolder(),
    {
      id: 'first',
      metrics: { accuracy: 0.987654321, logLoss: 0.05 },
      seconds: 75,
      header: { git: { commit: 'abc', dirty: true } },
    },
    {
      id: 'second',
      header: { experiment: '=1+1,"x"\u001b[31m', config: configWith({ note: 'two\r\nlines' }) },
      status: 'failed',
      started: 3_600_000,
      seconds: 0.25,
    },
  );
});
afterEach(() => {
  tracking.close();
});

describe('a list of runs', () => {
  it('is a table with what the query names, numbers to the right, and no way to steer the terminal', async () => {
    const list = valueOf(await tracking.runs({ where: 'train.batchSize = 64', sort: 'logLoss,train.note' }));
    expect(renderRuns(list, 'table')).toBe(
      [
        'id      experiment     status  started                  seconds  accuracy  train.batchSize  logLoss  train.note',
        'first   quickstart     done    2026-11-23 09:41:05Z  1 min 15 s   0.98765               64     0.05',
        'second  =1+1,"x"�[31m  failed  2026-11-23 10:41:05Z      250 ms                         64           two��lines',
        '',
      ].join('\n'),
    );
  });

  it('tells engine and seed apart where they differ', async () => {
    tracking.close();
    tracking = trackingWith(
      temporaryFolder(),
      { id: 'first', metrics: { accuracy: 0.5 }, header: { seed: 1 } },
      { id: 'second', metrics: { accuracy: 0.75 }, header: { seed: 2, engine: 'onnx' } },
    );
    const table = renderRuns(valueOf(await tracking.runs({ sort: 'accuracy' })), 'table');
    expect(table.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['id', 'experiment', 'status', 'started', 'seconds', 'engine', 'seed', 'accuracy'],
      ['first', 'quickstart', 'done', expect.any(String), expect.any(String), 'reference', '1', '0.5'],
      ['second', 'quickstart', 'done', expect.any(String), expect.any(String), 'onnx', '2', '0.75'],
      [''],
    ]);
  });

  it('without runs says so', async () => {
    expect(renderRuns(valueOf(await tracking.runs({ where: 'seed = 99' })), 'table')).toBe('no runs\n');
  });

  it('is CSV by RFC 4180', async () => {
    const list = valueOf(await tracking.runs({ sort: '-started,train.note' }));
    const csv = renderRuns(list, 'csv');
    expect(csv).toBe(
      [
        '"id","experiment","status","started","seconds","accuracy","train.note"',
        '"second","=1+1,""x""\u001b[31m","failed","2026-11-23T10:41:05.000Z",0.25,,"two\r\nlines"',
        '"first","quickstart","done","2026-11-23T09:41:05.000Z",75,0.987654321,',
        '',
      ].join('\r\n'),
    );
  });

  it('is CSV with a header even without runs', async () => {
    const list = valueOf(await tracking.runs({ where: 'train.batchSize = 1' }));
    expect(renderRuns(list, 'csv')).toBe(
      '"id","experiment","status","started","seconds","accuracy","train.batchSize"\r\n',
    );
  });

  it('is JSON with everything about each run', async () => {
    const list = valueOf(await tracking.runs({ sort: 'started,train.batchSize', limit: 1 }));
    expect(JSON.parse(renderRuns(list, 'json'))).toEqual({
      runs: [
        {
          id: 'first',
          experiment: 'quickstart',
          file: 'experiments/quickstart.yaml',
          status: 'done',
          seed: 7,
          engine: 'reference',
          started: '2026-11-23T09:41:05.000Z',
          ended: '2026-11-23T09:42:20.000Z',
          seconds: 75,
          report: null,
          git: { commit: 'abc', dirty: true },
          metrics: { accuracy: 0.987654321, logLoss: 0.05 },
          values: { 'train.batchSize': 64 },
        },
      ],
    });
  });
});
