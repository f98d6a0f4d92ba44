/** What a `sweep:` block is read as: its defaults, its space, its choices. */
import { describe, expect, it } from 'vitest';
import type { CheckedSweep } from '../../../src/config/checked-sweep.js';
import { opened, type Files } from '../project.js';

const experiment = 'experiments/e.yaml';

async function read(block: string, files: Files = {}, set: readonly string[] = []): Promise<CheckedSweep> {
  const text = `pipeline: ../pipelines/p.yaml\nname: mine\nsweep:\n${block.replace(/^(?=.)/gm, '  ')}`;
  const { sweep } = await opened({ ...files, [experiment]: text }, { set });
  if (sweep === undefined) throw new Error('no sweep');
  return sweep;
}

const short = ({ space }: CheckedSweep) =>
  space.parameters.map(({ id, distribution, choices, when }) => [
    id,
    distribution.kind,
    choices?.map(({ label }) => label),
    when.map(({ parameter, choice }) => `${parameter} ${choice}`),
  ]);

describe('the block', () => {
  it('has its defaults', async () => {
    const { space, settings, ...others } = await read(
      'objective: validation.accuracy\ntrials: 4\nspace: { fit.epochs: [1, 2] }\n',
    );
    expect(others).toEqual({
      name: 'mine',
      objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
      sampler: { kind: 'tpe', startupTrials: 10, candidates: 24 },
      scheduler: { kind: 'none' },
      trials: 4,
      epochs: 2,
      budget: { seconds: undefined, epochs: undefined },
      workers: undefined,
      threads: undefined,
      retries: 1,
      timeoutSeconds: undefined,
      memoryBytes: undefined,
      failFast: false,
      constraints: [],
      init: [],
      notify: { webhook: undefined, bell: false },
    });
    expect(space.parameters).toHaveLength(1);
    expect(settings).toMatchObject({ name: 'mine', retries: 1, sampler: { kind: 'tpe', candidates: 24 } });
  });

  it('is read whole', async () => {
    const sweep = await read(`name: night
objective: [{ metric: a, goal: minimize }, train.loss, accuracy]
space: { fit.rate: { uniform: [0.1, 0.2] } }
sampler: { evolution: { population: 9, tournament: 3 } }
budget: { time: 1.5h, epochs: 500 }
workers: 2
threads: 1
retries: 0
timeout: 30m
memory: 2GB
failFast: true
notify: { webhook: https://example.com/x, bell: true }
`);
    expect(sweep).toMatchObject({
      name: 'night',
      objectives: [
        { metric: 'a', goal: 'minimize' },
        { metric: 'train.loss', goal: 'minimize' },
        { metric: 'accuracy', goal: 'maximize' },
      ],
      sampler: { kind: 'evolution', population: 9, tournament: 3 },
      budget: { seconds: 5400, epochs: 500 },
      workers: 2,
      threads: 1,
      retries: 0,
      timeoutSeconds: 1800,
      memoryBytes: 2e9,
      failFast: true,
      notify: { webhook: 'https://example.com/x', bell: true },
    });
    expect(sweep.trials).toBeUndefined();
  });

  it('needs no number of trials with a grid', async () => {
    const sweep = await read('objective: loss\nsampler: grid\nspace: { fit.epochs: [1, 2] }\n');
    expect(sweep.sampler).toEqual({ kind: 'grid', steps: 5 });
  });

  it('takes the epochs of the longest trial for a scheduler', async () => {
    const sweep = await read(
      'objective: loss\ntrials: 3\nscheduler: { asha: { minEpochs: 6 } }\nspace: { fit.epochs: { int: [3, 9] } }\n',
    );
    expect(sweep.scheduler).toEqual({ kind: 'asha', minEpochs: 6, reduction: 3 });
    expect(sweep.epochs).toBe(9);
  });
});

describe('the space', () => {
  const head = 'objective: loss\ntrials: 3\nspace:\n';

  it('has every kind of distribution', async () => {
    const { space } = await read(`${head}  fit.rate: { logUniform: [1e-3, 1] }
  fit.optimizer.beta: { uniform: [0, 0.9] }
  fit.epochs: { int: [1, 5] }
  load.size: { logInt: [1, 100] }
  fit.window: { quantized: [2, 8, 2] }
  fit.optimizer.learningRate: { normal: [0.1, 0.01] }
  load.dataset: { choice: [mnist, synthetic-digits] }
  seed: [1, 2, 3]
`);
    expect(space.parameters.map(({ path, distribution }) => [path, distribution])).toEqual([
      ['fit.rate', { kind: 'logUniform', low: 0.001, high: 1 }],
      ['fit.optimizer.beta', { kind: 'uniform', low: 0, high: 0.9 }],
      ['fit.epochs', { kind: 'int', low: 1, high: 5 }],
      ['load.size', { kind: 'logInt', low: 1, high: 100 }],
      ['fit.window', { kind: 'quantized', low: 2, high: 8, step: 2 }],
      ['fit.optimizer.learningRate', { kind: 'normal', mean: 0.1, deviation: 0.01 }],
      ['load.dataset', { kind: 'choice', count: 2 }],
      ['seed', { kind: 'choice', count: 3 }],
    ]);
    expect(space.parameters[2]!.at).toMatchObject({ file: experiment, line: 9, column: 5 });
  });

  it('has blocks as choices, called by their kinds, and parameters that each brings', async () => {
    const sweep = await read(`${head}  fit.optimizer:
    choice:
      - { kind: sgd, momentum: 0.5 }
      - name: adaptive
        value: { kind: adam }
        space:
          fit.optimizer.beta: { uniform: [0.5, 0.9] }
          fit.window:
            - { value: 3, space: { load.size: [5, 6] } }
            - [2, 2]
  fit.rate: [0.1, 0.2]
`);
    expect(short(sweep)).toEqual([
      ['fit.optimizer', 'choice', ['sgd', 'adaptive'], []],
      ['fit.optimizer.beta', 'uniform', undefined, ['fit.optimizer 1']],
      ['fit.window', 'choice', ['3', '[2,2]'], ['fit.optimizer 1']],
      ['load.size', 'choice', ['5', '6'], ['fit.optimizer 1', 'fit.window 0']],
      ['fit.rate', 'choice', ['0.1', '0.2'], []],
    ]);
  });

  it('tells blocks of one kind apart by all that they hold', async () => {
    const sweep = await read(
      `${head}  fit.optimizer: [{ kind: sgd, momentum: 0.5 }, { kind: sgd }, { kind: adam }]\n`,
    );
    expect(short(sweep)[0]![2]).toEqual(['{"kind":"sgd","momentum":0.5}', '{"kind":"sgd"}', 'adam']);
  });

  it('gives a path that several choices bring an id for each', async () => {
    const sweep = await read(`${head}  fit.optimizer:
    - { name: slow, value: { kind: sgd }, space: { fit.rate: [0.1, 0.2] } }
    - { name: fast, value: { kind: adam }, space: { fit.rate: { uniform: [0.5, 0.9] }, fit.epochs: [1, 2] } }
`);
    expect(short(sweep).map(([id]) => id)).toEqual([
      'fit.optimizer',
      'slow/fit.rate',
      'fast/fit.rate',
      'fit.epochs',
    ]);
  });

  it('takes a block with a key "value" alone as it is', async () => {
    const sweep = await read(`${head}  params.clip: [{ value: 0.5 }, { norm: 1 }]\n`, {
      'pipelines/p.yaml':
        'params: { clip: 1 }\nstages:\n  fit: { uses: fit, with: { epochs: 1 }, needs: load }\n  load: { uses: load, with: { dataset: mnist } }\n',
    });
    expect(sweep.space.parameters[0]!.choices!.map(({ value }) => value)).toEqual([
      { value: 0.5 },
      { norm: 1 },
    ]);
  });

  it('takes files by a pattern, sorted, called by their names', async () => {
    const network = 'layers:\n  - flatten\n  - dense: { units: 10, activation: softmax }\n';
    const sweep = await read(
      `${head}  net.network: [mlp, { files: "../nets/**/[a]?.yaml" }, { files: ../nets/**/b*.yaml }]\n`,
      {
        'pipelines/p.yaml': 'stages:\n  net: { uses: net, with: { network: mlp } }\n',
        'nets/[a]1.yaml': network,
        'nets/b2.yaml': network,
        'nets/deep/b1.yaml': network,
        'nets/.b.yaml': 'no: network\n',
        'nets/b.txt': 'no network',
      },
    );
    expect(sweep.space.parameters[0]!.choices).toEqual([
      { label: 'mlp', value: 'mlp' },
      { label: '[a]1', value: '../nets/[a]1.yaml' },
      { label: 'b2', value: '../nets/b2.yaml' },
      { label: 'b1', value: '../nets/deep/b1.yaml' },
    ]);
  });

  it('has known-good points, complete, with choices by their names', async () => {
    const sweep = await read(`objective: loss
trials: 3
space:
  fit.epochs: { int: [1, 9] }
  fit.rate: { uniform: [0.5, 0.9] }
  fit.optimizer:
    - { kind: sgd }
    - { name: adaptive, value: { kind: adam }, space: { fit.optimizer.beta: { uniform: [0.5, 0.9] } } }
init:
  - { fit.optimizer: adaptive }
  - { fit.epochs: 2, fit.optimizer: { kind: sgd }, fit.rate: 0.6 }
`);
    expect(sweep.init).toEqual([
      // Five epochs are the pipeline's own; its rate lies outside, and the middle takes its place.
      { 'fit.epochs': 5, 'fit.rate': 0.7, 'fit.optimizer': { kind: 'adam' }, 'fit.optimizer.beta': 0.9 },
      { 'fit.epochs': 2, 'fit.rate': 0.6, 'fit.optimizer': { kind: 'sgd' } },
    ]);
  });
});
