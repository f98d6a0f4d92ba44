/** What people read of a sweep: the live table, plain lines, labels, summaries. */
import { describe, expect, it } from 'vitest';
import { drawTable } from '../../src/cli/sweep-table.js';
import { showMeasured } from '../../src/cli/sweep-words.js';
import { labelsInWords } from '../../src/core/short-paths.js';
import { setArguments } from '../../src/core/set-arguments.js';
import { SweepView } from '../../src/cli/sweep-view.js';
import { beginLine, endLine, progressLine } from '../../src/cli/sweep-lines.js';
import type { SweepEventBody, SweepHeader } from '../../src/core/sweep-events.js';
import { bestTrials } from '../../src/sweep/best-trials.js';
import { done, play } from './scripted.js';

const header: SweepHeader = {
  name: 's',
  experiment: 'e',
  file: 'experiments/e.yaml',
  seed: 1,
  objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
  sampler: 'tpe',
  scheduler: 'median',
  trials: 12,
  epochs: 8,
  workers: 2,
  threads: 1,
  settings: {},
  pid: 1,
};

function viewAfter(...bodies: readonly SweepEventBody[]): SweepView {
  const view = new SweepView(undefined);
  for (const [index, body] of bodies.entries()) view.take({ ...body, sweep: 's', time: index * 10_000 });
  return view;
}

function proposed(number: number): SweepEventBody {
  return {
    type: 'trial-proposed',
    trial: {
      number,
      run: `s-t000${number}`,
      draw: number,
      rejected: { infeasible: 0, repeated: 0 },
      assignments: {},
      labels: { 'build.network': 'mlp', 'train.optimizer.learningRate': `0.00${number}` },
      configuration: String(number),
    },
  };
}
const started = (trial: number, worker: number): SweepEventBody => ({
  type: 'trial-started',
  trial,
  attempt: 1,
  worker,
});

describe('the live table', () => {
  const view = viewAfter(
    { type: 'sweep-started', header, resumed: false },
    proposed(1),
    started(1, 1),
    proposed(2),
    started(2, 2),
    { type: 'trial-reported', trial: 2, epoch: 4, value: 0.87654321 },
    { type: 'trial-ended', trial: 1, state: 'done', values: [0.9812], epochs: 8, seconds: 60 },
    proposed(3),
    started(3, 1),
    {
      type: 'workers-changed',
      workers: [
        { worker: 1, pid: 1, state: 'busy', memory: 600_000_000 },
        { worker: 2, pid: 2, state: 'busy', memory: 600_000_000 },
      ],
    },
  );

  it('shows what runs, how far it is, the best, and the workers', () => {
    expect(drawTable(view, 120_000, 100, 24).split('\n')).toEqual([
      '  3 ░░░░░░░░░░░░░░░░ begins              network mlp, learningRate 0.003',
      '  2 ████████░░░░░░░░ 4/8        0.87654  network mlp, learningRate 0.002',
      '1 of 12 trials · 1 done, 2 running · 30.0 trials/h · about 22 min left',
      'best validation.accuracy 0.9812 · trial 1 · network mlp, learningRate 0.001',
      'workers: 2 busy · 1.2 GB',
    ]);
  });

  it('keeps within the terminal', () => {
    const lines = drawTable(view, 120_000, 40, 5).split('\n');
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines[1]).toBe('  and 1 more');
  });

  it('has its facts on one line, too', () => {
    expect(progressLine(view, 120_000)).toBe(
      '1 done, 2 running · best validation.accuracy 0.9812 (trial 1) · about 22 min left',
    );
  });
});

describe('lines', () => {
  const view = viewAfter({ type: 'sweep-started', header, resumed: false }, proposed(1), started(1, 1));
  const trial = view.trials.get(1)!;
  const end = (changes: object): string => {
    const event = { type: 'trial-ended', trial: 1, epochs: 3, seconds: 2, sweep: 's', time: 0, ...changes };
    return endLine(event as Parameters<typeof endLine>[0], trial, view);
  };

  it('tell how a trial begins', () => {
    expect(beginLine({ ...trial, epochs: 3 }, 'paused')).toBe(
      '▸ trial 1 is promoted, from epoch 3: network mlp, learningRate 0.001',
    );
    expect(beginLine({ ...trial, attempt: 2 }, 'waiting')).toContain('trial 1 begins again, attempt 2');
    expect(beginLine({ ...trial, epochs: 3 }, 'waiting')).toContain('trial 1 goes on from epoch 3');
  });

  it('tell how a trial ends', () => {
    const problem = { code: 'worker-crashed', message: 'the worker crashed' };
    trial.last = { epoch: 3, value: 0.5 };
    expect(end({ state: 'paused' })).toBe('‖ trial 1 paused after epoch 3 in 2.0 s: validation.accuracy 0.5');
    expect(end({ state: 'pruned' })).toBe('■ trial 1 pruned after epoch 3 in 2.0 s: validation.accuracy 0.5');
    expect(end({ state: 'failed', problem })).toBe('✗ trial 1 failed in 2.0 s: the worker crashed');
    expect(end({ state: 'waiting', problem })).toBe(
      '✗ trial 1 failed in 2.0 s: the worker crashed; it is tried again',
    );
    expect(end({ state: 'infeasible', problem })).toBe('∅ trial 1 infeasible in 2.0 s: the worker crashed');
    expect(end({ state: 'waiting' })).toBe('‖ trial 1 stopped in 2.0 s: it goes on next time');
  });
});

describe('words', () => {
  it('call settings by as little of their paths as tells them apart', () => {
    expect(labelsInWords({ 'a.b.rate': '1', 'a.c.rate': '2', 'a.units': '3' })).toBe(
      'b.rate 1, c.rate 2, units 3',
    );
  });

  it('show numbers without digits that say nothing', () => {
    expect([0.98123456, 0.000312345678, 12, 1e-9].map(showMeasured)).toEqual([
      '0.98123',
      '0.00031235',
      '12',
      '1e-9',
    ]);
  });

  it('write values so that --set reads them back, and paths of files from the project', () => {
    const values = { a: 0.5, b: 'adam', c: 'true', d: '12', e: { kind: 'sgd' }, f: [1, 2], g: null };
    const files = { h: '../networks/a.yaml', i: './b.yaml' };
    expect(setArguments({ ...values, ...files }, 'experiments/e.yaml')).toEqual([
      ...['a=0.5', 'b=adam', 'c="true"', 'd="12"', 'e={"kind":"sgd"}', 'f=[1,2]', 'g=null'],
      ...['h=./networks/a.yaml', 'i=./experiments/b.yaml'],
    ]);
  });
});

it('the best of several objectives are those that none beats in all', async () => {
  const objectives = [
    { metric: 'loss', goal: 'minimize' },
    { metric: 'accuracy', goal: 'maximize' },
  ] as const;
  const points = [
    [3, 1],
    [1, 0.5],
    [2, 0.9],
    [2, 0.4],
  ] as const;
  const { outcome } = await play(
    (job) => {
      const [loss, accuracy] = points[job.assignments['train.x'] as number]!;
      return { status: 'done', metrics: { loss, accuracy } };
    },
    { sweep: { trials: 4, objectives } },
  );
  expect(bestTrials(outcome.trials, objectives).map(({ header }) => header.number)).toEqual([1, 2, 0]);
  expect(
    bestTrials((await play(() => done(1), { sweep: { trials: 2 } })).outcome.trials, [objectives[0]]).map(
      ({ header }) => header.number,
    ),
  ).toEqual([0, 1]);
});
