/** A template checks trials as a fresh check of the same experiment with the same settings would, and reads no file again. */
import { describe, expect, it } from 'vitest';
import { configurationDigest } from '../../../src/config/configuration-digest.js';
import type { CheckedExperiment } from '../../../src/config/checked-experiment.js';
import type { Json, JsonObject } from '../../../src/core/json.js';
import { formatProblems } from '../../../src/core/format-problem.js';
import type { Result } from '../../../src/core/problem.js';
import { checked, opened, refused, settingsOf, type Files } from '../project.js';

const experiment = 'experiments/e.yaml';
const tail = '  - flatten\n  - dense: { units: "${classes}", activation: softmax }\n';
const files: Files = {
  'pipelines/p.yaml': `params: { classes: 10, rate: 0.25 }
stages:
  load: { uses: load, with: { dataset: mnist } }
  net: { uses: net, with: { network: mlp, classes: "\${params.classes}" } }
  fit: { uses: fit, needs: [load, net], with: { epochs: 5 } }
`,
  'nets/a.yaml': `parameters: { filters: 8 }\nlayers:\n  - conv2d: { filters: "\${parameters.filters}", kernelSize: 3 }\n${tail}`,
  [experiment]: `pipeline: ../pipelines/p.yaml
seed: 3
set: { fit.rate: 0.5 }
sweep:
  objective: loss
  trials: 3
  space:
    net.network:
      - mlp
      - { name: mine, value: ../nets/a.yaml, space: { net.parameters.filters: { int: [4, 16] } } }
    fit.optimizer:
      - { kind: adam }
      - { name: sgd, value: { kind: sgd, momentum: 0.1 }, space: { fit.optimizer.momentum: { uniform: [0, 0.9] } } }
    fit.rate: [0.1, "\${params.rate}", 0.5]
    params.classes: [10, 12]
    seed: [3, 4]
`,
};

function value(result: Result<CheckedExperiment>): CheckedExperiment {
  if (!result.ok) throw new Error(formatProblems(result.problems));
  return result.value;
}

const plain = ({ stages, ...others }: CheckedExperiment) => ({
  ...others,
  stages: stages.map(({ name, needs, roles, settings }) => ({ name, needs, roles, settings })),
});

const trials: readonly JsonObject[] = [
  {},
  { 'fit.rate': 0.1, seed: 4 },
  { 'fit.rate': '${params.rate}', 'params.classes': 12, 'net.network': 'mlp' },
  { 'net.network': '../nets/a.yaml', 'net.parameters.filters': 7, 'fit.optimizer': { kind: 'adam' } },
  // What is below a block comes after it, in whatever order it is given.
  { 'fit.optimizer.momentum': 0.7, 'fit.optimizer': { kind: 'sgd', momentum: 0.1 } },
];

describe('a trial', () => {
  it.each(trials.map((trial) => [JSON.stringify(trial), trial] as const))(
    '%s is what --set makes of it',
    async (_, trial) => {
      const { check } = await opened(files, { set: ['fit.shuffle=false'] });
      // On the command line, paths are relative to the project.
      const set = Object.entries(trial)
        .sort(([a], [b]) => a.split('.').length - b.split('.').length)
        .map(([path, json]) => `${path}=${JSON.stringify(json === '../nets/a.yaml' ? 'nets/a.yaml' : json)}`);
      const expected = await checked(files, { set: ['fit.shuffle=false', ...set] });
      const made = value(check(trial));
      const withPaths = (json: Json): unknown =>
        JSON.parse(JSON.stringify(json).replaceAll('"../nets/a.yaml"', '"nets/a.yaml"'));
      const { differences, projectRoot, ...rest } = plain(made);
      const { differences: expectedDifferences, projectRoot: other, ...expectedRest } = plain(expected);
      expect(rest).toEqual(expectedRest);
      expect(withPaths(differences as unknown as Json)).toEqual(expectedDifferences);
      expect(typeof projectRoot).toBe(typeof other);
      expect(configurationDigest(made)).toBe(configurationDigest(expected));
    },
  );

  it('leaves the others alone', async () => {
    const { check } = await opened(files);
    const before = plain(value(check({})));
    value(check({ 'net.network': '../nets/a.yaml', 'fit.optimizer': { kind: 'sgd' }, seed: 4 }));
    expect(plain(value(check({})))).toEqual(before);
  });

  it('that a setting refuses is told at its parameter', async () => {
    const { check } = await opened(files);
    const result = check({ 'fit.rate': 7, 'fit.epochs': 0 });
    expect(result.ok ? '' : formatProblems(result.problems)).toBe(
      [
        'experiments/e.yaml:4:1 error[out-of-range]: expected "fit.epochs" to be an integer of at least 1, got 0',
        '  4 | sweep:',
        '    | ^^^^^',
        '',
        'experiments/e.yaml:14:5 error[out-of-range]: expected "fit.rate" to be a number above 0 and at most 1, got 7',
        '  14 |     fit.rate: [0.1, "${params.rate}", 0.5]',
        '     |     ^^^^^^^^',
        '',
        '2 problems',
      ].join('\n'),
    );
  });
});

describe('the digest of a configuration', () => {
  it('tells experiments apart by what reaches a number, not by names and by where values came from', async () => {
    const { check } = await opened(files);
    const digest = (trial: JsonObject): string => configurationDigest(value(check(trial)));
    const base = digest({});
    expect(digest({ 'fit.rate': 0.5, seed: 3, 'net.network': 'mlp', 'params.rate': 0.9 })).toBe(base);
    expect(digest({ 'net.network': '../nets/a.yaml', 'net.parameters.filters': 8 })).toBe(
      digest({ 'net.network': '../nets/a.yaml' }),
    );
    const others = [
      { seed: 4 },
      { 'fit.rate': 0.1 },
      { 'params.classes': 12 },
      { 'net.network': '../nets/a.yaml' },
    ];
    expect(new Set([base, ...others.map(digest)]).size).toBe(5);
    const named = await checked(files, { set: ['name=other'] });
    expect(configurationDigest(named)).toBe(base);
  });
});

describe('lists on the command line', () => {
  const head = 'pipeline: ../pipelines/p.yaml\n';
  const open = (set: readonly string[], text = head) =>
    opened({ [experiment]: text }, { set, expandLists: true });

  it('are a grid where the setting takes none', async () => {
    const { sweep, check } = await open([
      'fit.rate=[0.1, 0.2]',
      'fit.epochs=3',
      'seed=[1, 2]',
      'fit.optimizer=[{kind: sgd}, {kind: adam}]',
    ]);
    expect(
      sweep?.space.parameters.map(({ path, choices }) => [path, choices?.map(({ label }) => label)]),
    ).toEqual([
      ['fit.rate', ['0.1', '0.2']],
      ['seed', ['1', '2']],
      ['fit.optimizer', ['sgd', 'adam']],
    ]);
    expect(sweep?.sampler.kind).toBe('grid');
    expect(sweep?.name).toMatch(/^e-[0-9a-f]{8}$/);
    const made = value(check({ 'fit.rate': 0.2, seed: 2, 'fit.optimizer': { kind: 'sgd' } }));
    expect([made.seed, settingsOf(made, 'fit')['epochs'], settingsOf(made, 'fit')['rate']]).toEqual([
      2, 3, 0.2,
    ]);
  });

  it('are values where it takes one, and a grid where they are lists of lists', async () => {
    const plainList = await open(['fit.sizes=[3, 4]', 'fit.window=[1, 2]']);
    expect(plainList.sweep).toBeUndefined();
    expect(settingsOf(value(plainList.check({})), 'fit')['sizes']).toEqual([3, 4]);
    const { sweep } = await open(['fit.sizes=[[3, 4], [5]]', 'fit.window=[1, 2, 3]']);
    expect(sweep?.space.parameters.map(({ path }) => path)).toEqual(['fit.sizes', 'fit.window']);
  });

  it('may hang on one another', async () => {
    const { sweep } = await open(['fit.optimizer.kind=[sgd]', 'fit.optimizer.momentum=[0.1, 0.2]']);
    expect(sweep?.space.parameters.map(({ path }) => path)).toEqual([
      'fit.optimizer.kind',
      'fit.optimizer.momentum',
    ]);
  });

  it('count as the last for their path', async () => {
    const { sweep, check } = await open(['fit.rate=[0.1, 0.2]', 'fit.rate=0.3']);
    expect(sweep).toBeUndefined();
    expect(settingsOf(value(check({})), 'fit')['rate']).toBe(0.3);
  });

  it('take the objective of the experiment, whose own sweep is left alone', async () => {
    const text = `${head}sweep: { objective: { metric: a, goal: minimize }, trials: 9, space: { fit.epochs: [1, 2] } }\n`;
    const { sweep } = await open(['fit.rate=[0.1, 0.2]'], text);
    expect(sweep?.objectives).toEqual([{ metric: 'a', goal: 'minimize' }]);
    expect(sweep?.trials).toBeUndefined();
    expect((await open([], text)).sweep).toBeUndefined();
  });

  it('with a value that the setting refuses are told at that value', async () => {
    expect(await refused({}, { set: ['fit.rate=[0.1, 7]'], expandLists: true })).toBe(
      [
        '--set:1:16 error[out-of-range]: expected "fit.rate" to be a number above 0 and at most 1, got 7',
        '  1 | fit.rate=[0.1, 7]',
        '    |                ^',
        '',
        '1 problem',
      ].join('\n'),
    );
  });

  it('that the setting refuses whole are told as they are', async () => {
    expect(await refused({}, { set: ['fit.rate=[7, 8]'], expandLists: true })).toContain(
      'expected "fit.rate" to be a number above 0 and at most 1, got [7,8]',
    );
  });
});
