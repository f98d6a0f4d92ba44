/** `assay status`, and what `assay runs` and `assay show` say of a sweep's runs, from another process than the sweep's. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeSweep, describeSweeps } from '../../src/cli/sweep-text.js';
import type { SweepEvent } from '../../src/core/sweep-events.js';
import type { SweepProgress } from '../../src/tracking/sweep-progress.js';
import { openTracking } from '../../src/tracking/tracking.js';
import { Rig } from '../support/rig.js';
import { began, valueOf } from '../tracking/support.js';
import {
  beginSweep,
  beginTrial,
  endSweep,
  endTrial,
  epochOf,
  recordSweep,
  runOf,
  sweepAt,
  trialHeader,
} from '../tracking/sweep-support.js';

const propose = (number: number, milliseconds: number): SweepEvent =>
  sweepAt(milliseconds, { type: 'trial-proposed', trial: trialHeader(number) });

const endedSweep = (): SweepEvent[] => [
  beginSweep(0, { trials: 3 }),
  ...[propose(0, 1), ...beginTrial(0, 2), ...epochOf(0, 1, 10, 0.5)],
  ...endTrial(0, 900_000, 'pruned', { epochs: 1, seconds: 900, value: 0.5 }),
  ...[propose(1, 900_001), ...beginTrial(1, 900_002), ...epochOf(1, 1, 900_010, 0.98765432)],
  ...endTrial(1, 1_800_000, 'done', { epochs: 1, seconds: 900, value: 0.98765432 }),
  ...[propose(2, 1_800_001), ...beginTrial(2, 1_800_002)],
  sweepAt(3_600_000, {
    type: 'trial-ended',
    trial: 2,
    state: 'failed',
    epochs: 0,
    seconds: 1800,
    problem: { code: 'worker-lost', message: 'the worker was killed by SIGKILL' },
  }),
  endSweep(3_600_000),
];

let rig: Rig;
beforeAll(() => {
  rig = new Rig();
  rig.write('package.json', '{ "name": "swept", "private": true }\n');
  const tracking = valueOf(openTracking(join(rig.folder, 'runs')));
  recordSweep(tracking, endedSweep());
  tracking.close();
});
afterAll(() => rig[Symbol.dispose]());

describe('assay status', () => {
  it('tells of a sweep that has ended', async () => {
    const { code, stdout, stderr } = await rig.assay(['status', 'architectures']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toBe(
      `architectures: done (trials) after 1 h
  experiment  architectures (experiments/architectures.yaml)
  trials      1 done, 1 pruned, 1 failed of 3
  best        validation.accuracy 0.98765: trial 1, run ${runOf(1)}
              layers = one of 9, batchSize = 32
  rate        3 trials an hour
  failures
    trial 2 failed: the worker was killed by SIGKILL [worker-lost], run ${runOf(2)}
`,
    );
    expect((await rig.assay(['status'])).stdout).toBe(stdout);
  });

  it('tells it to programs', async () => {
    const { stdout } = await rig.assay(['status', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      sweeps: [
        {
          name: 'architectures',
          experiment: 'architectures',
          file: 'experiments/architectures.yaml',
          seed: 7,
          objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
          sampler: 'tpe',
          scheduler: 'asha',
          asked: 3,
          epochs: 4,
          workers: 2,
          threads: 1,
          settings: { budget: {}, retries: 1 },
          status: 'done',
          reason: 'trials',
          host: expect.any(String) as string,
          pid: process.pid,
          alive: null,
          started: '2026-11-23T09:41:05.000Z',
          resumed: '2026-11-23T09:41:05.000Z',
          ended: '2026-11-23T10:41:05.000Z',
          seconds: 3600,
          trials: { waiting: 0, running: 0, paused: 0, done: 1, pruned: 1, failed: 1, infeasible: 0 },
          best: {
            number: 1,
            run: runOf(1),
            values: [0.98765432],
            assignments: trialHeader(1).assignments,
            labels: trialHeader(1).labels,
          },
          running: [],
          failures: [
            {
              number: 2,
              run: runOf(2),
              labels: trialHeader(2).labels,
              state: 'failed',
              attempts: 1,
              ended: '2026-11-23T10:41:05.000Z',
              problem: { code: 'worker-lost', message: 'the worker was killed by SIGKILL' },
            },
          ],
          trialsPerHour: 3,
          estimatedEnd: null,
        },
      ],
    });
  });

  it('says which sweep was meant, with exit code 2', async () => {
    const { code, stderr } = await rig.assay(['status', 'architecture']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error[no-such-sweep]: expected the name of a sweep, got "architecture"\n  fix: did you mean "architectures"?\n\n1 problem\n',
    );
  });

  it('leaves the record as it is', async () => {
    const file = join(rig.folder, 'runs', 'assay.sqlite');
    const before = readFileSync(file);
    await rig.assay(['status']);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('says so where there is none', async () => {
    using empty = new Rig();
    empty.write('package.json', '{}');
    valueOf(openTracking(join(empty.folder, 'runs'))).close();
    expect(await empty.assay(['status'])).toEqual({ code: 0, stdout: 'no sweeps\n', stderr: '' });
    rmSync(join(empty.folder, 'runs'), { recursive: true });
    expect((await empty.assay(['status'])).code).toBe(2);
  });

  it('shows of a sweep whose process is gone that it was interrupted', async () => {
    using dead = new Rig();
    dead.write('package.json', '{}');
    const tracking = valueOf(openTracking(join(dead.folder, 'runs')));
    recordSweep(tracking, [beginSweep(0, { pid: 4_194_305 }), propose(0, 1), ...beginTrial(0, 2)]);
    tracking.close();
    const raw = new Sqlite(join(dead.folder, 'runs/assay.sqlite'));
    raw.prepare('UPDATE sweep_claims SET seen = ?').run(began + 90_000);
    raw.close();
    expect((await dead.assay(['status'])).stdout).toBe(`architectures: interrupted after 1 min 30 s
  experiment  architectures (experiments/architectures.yaml)
  trials      1 waiting of 6
`);
  });
});

describe('a sweep under way', () => {
  const progress = (change: Partial<SweepProgress> = {}): SweepProgress => ({
    ...{ name: 'night', experiment: 'mnist', file: 'experiments/mnist.yaml', seed: 7, sampler: 'tpe' },
    ...{
      scheduler: 'asha',
      asked: 1200,
      epochs: 10,
      workers: 2,
      threads: 1,
      settings: {},
      status: 'running',
    },
    ...{ reason: null, host: 'here', pid: 4242, alive: true, started: began, resumed: began, ended: null },
    objectives: [
      { metric: 'validation.accuracy', goal: 'maximize' },
      { metric: 'parameters', goal: 'minimize' },
    ],
    seconds: 7500,
    trials: { waiting: 1, running: 2, paused: 3, done: 1013, pruned: 5, failed: 1, infeasible: 7 },
    best: {
      number: 7,
      run: 'mnist-7',
      values: [0.9912, 20_410],
      assignments: {},
      labels: { network: 'cnn' },
    },
    running: [
      ...[{ number: 9, run: 'mnist-9', labels: { network: 'mlp' }, attempt: 1, worker: 1, started: began }],
      ...[{ number: 1021, run: 'mnist-1021', labels: { network: 'cnn' }, attempt: 2, worker: 2 }],
    ].map((trial, index) => ({
      ...{ started: began, epoch: index === 0 ? 3 : null, value: index === 0 ? 0.97132 : null },
      ...trial,
    })),
    failures: [
      {
        ...{ number: 11, run: 'mnist-11', labels: {}, state: 'waiting' as const, attempts: 2, ended: began },
        problem: { code: 'trial-timeout', message: 'the trial took longer than 60 s' },
      },
    ],
    trialsPerHour: 490.56,
    estimatedEnd: began + 7_500_000 + 3_600_000,
    ...change,
  });

  it('is told with what runs, how fast, and until when', () => {
    expect(describeSweep(progress(), began + 7_500_000)).toBe(`night: running for 2 h 5 min, process 4242
  experiment  mnist (experiments/mnist.yaml)
  trials      1,013 done, 2 running, 1 waiting, 3 paused, 5 pruned, 1 failed, 7 infeasible of 1,200
  best        validation.accuracy 0.9912, parameters 20410: trial 7, run mnist-7
              network = cnn
  rate        491 trials an hour
  end         in about 1 h, 2026-11-23 12:46 UTC
  running
    trial 9     epoch 3/10  validation.accuracy 0.97132  2 h 5 min  network = mlp
    trial 1021                                           2 h 5 min  network = cnn
  failures
    trial 11 will be tried again after 2 attempts: the trial took longer than 60 s [trial-timeout], run mnist-11`);
  });

  it('comes before those that have ended, which have a line each', () => {
    const none = { waiting: 0, running: 0, paused: 0, done: 0, pruned: 0, failed: 0, infeasible: 0 };
    const [empty, done] = [
      progress({
        ...{ name: 'new', trials: none, asked: null, best: null, running: [], failures: [] },
        ...{ trialsPerHour: null, estimatedEnd: null, alive: null, seconds: 1 },
      }),
      progress({ name: 'yesterday', status: 'done', reason: 'time', trials: { ...none, done: 12 } }),
    ];
    const failed = progress({ name: 'old', status: 'failed', reason: 'fail-fast', trials: none, best: null });
    expect(describeSweeps([done, empty, failed], began)).toBe(`new: running for 1.0 s, process 4242 on here
  experiment  mnist (experiments/mnist.yaml)
  trials      none yet

yesterday  done (time) after 2 h 5 min         12 done of 1,200   best validation.accuracy 0.9912
old        failed (fail-fast) after 2 h 5 min  none yet of 1,200`);
  });
});

describe('the runs of a sweep', () => {
  it('are found by its name', async () => {
    const { stdout } = await rig.assay([
      'runs',
      '--where',
      'sweep = "architectures"',
      '--sort',
      'trial',
      '--json',
    ]);
    const { runs } = JSON.parse(stdout) as { runs: { id: string; status: string }[] };
    expect(runs.map(({ id, status }) => [id, status])).toEqual([
      [runOf(0), 'pruned'],
      [runOf(1), 'done'],
      [runOf(2), 'failed'],
    ]);
  });

  it('say of which trial they are', async () => {
    const { stdout } = await rig.assay(['show', runOf(1)]);
    expect(stdout.split('\n').slice(0, 12)).toEqual([
      runOf(1),
      '  experiment  quickstart (experiments/quickstart.yaml)',
      '  trial       1 of sweep architectures',
      '  status      done',
      '  started     2026-11-23 09:56:05 UTC',
      '  took        15 min',
      '  engine      reference',
      '  seed        7',
      '',
      'varied',
      '  layers     one of 9',
      '  batchSize  32',
    ]);
  });
});
