/** How one configuration comes of pipeline, experiments and command line, and what it differs in from its parent. */
import { describe, expect, it } from 'vitest';
import { checked, settingsOf } from './project.js';

const pipeline = 'pipelines/p.yaml';
const experiment = 'experiments/e.yaml';
const head = 'pipeline: ../pipelines/p.yaml\n';

describe('precedence', () => {
  it('a kind’s defaults fill in what nobody sets', async () => {
    const made = await checked({});
    expect(settingsOf(made, 'load')).toEqual({ dataset: 'mnist', size: 100 });
    expect(settingsOf(made, 'fit')).toEqual({
      epochs: 5,
      rate: 0.1,
      shuffle: true,
      sizes: [1, 2],
      optimizer: { kind: 'adam', learningRate: 0.001, beta: 0.9 },
    });
  });

  it('goes from the pipeline by the farthest ancestor to the command line', async () => {
    const files = {
      [experiment]: 'extends: parent.yaml\nset:\n  fit.sizes: [3]\n',
      'experiments/parent.yaml': 'extends: grand.yaml\nset:\n  fit.epochs: 20\n  load.size: 20\n',
      'experiments/grand.yaml': `${head}set:\n  fit.epochs: 10\n  fit.rate: 0.5\n  fit.sizes: [1]\n`,
    };
    const made = await checked(files, { set: ['load.size=30', 'load.size=31'] });
    expect(settingsOf(made, 'fit')).toMatchObject({ epochs: 20, rate: 0.5, sizes: [3] });
    expect(settingsOf(made, 'load')).toEqual({ dataset: 'mnist', size: 31 });
  });

  it('seed and engine are inherited, name and description are not', async () => {
    const files = {
      [experiment]: 'extends: parent.yaml\n',
      'experiments/parent.yaml': `${head}name: Parent\ndescription: the first\nseed: 9\nengine: reference\n`,
    };
    const made = await checked(files);
    expect([made.name, made.description, made.seed, made.engine]).toEqual(['e', undefined, 9, 'reference']);
  });

  it('the command line sets seed, engine and name too', async () => {
    const made = await checked(
      { [experiment]: `${head}seed: 3\n` },
      { set: ['seed=4294967295', 'engine=reference', 'name=<script>'] },
    );
    expect([made.name, made.seed, made.engine]).toEqual(['<script>', 4294967295, 'reference']);
  });

  it('without anything said, the seed is 1, the engine auto and the name the file’s', async () => {
    const made = await checked({});
    expect([made.name, made.seed, made.engine, made.file]).toEqual(['e', 1, 'auto', experiment]);
  });

  it('an experiment may name another pipeline than its parent', async () => {
    const made = await checked({
      [experiment]: 'extends: parent.yaml\npipeline: ../pipelines/q.yaml\n',
      'experiments/parent.yaml': head,
      'pipelines/q.yaml': 'stages:\n  load: { uses: load, with: { dataset: mnist } }\n',
    });
    expect(made.stages.map(({ name }) => name)).toEqual(['load']);
    expect(made.differences).toEqual([
      { path: 'pipeline', before: 'pipelines/p.yaml', now: 'pipelines/q.yaml' },
    ]);
  });

  it('params of the experiment take the place of the pipeline’s', async () => {
    const made = await checked(
      { [experiment]: `${head}params:\n  classes: 3\n  own: [1]\nset:\n  params.own.0: 2\n` },
      { set: ['params.classes=4'] },
    );
    expect(made.params).toEqual({ classes: 4, own: [2] });
  });
});

describe('setting by path', () => {
  it('a mapping replaces the whole block', async () => {
    const made = await checked({ [experiment]: `${head}set:\n  fit.optimizer: { kind: sgd }\n` });
    expect(settingsOf(made, 'fit')['optimizer']).toEqual({ kind: 'sgd', momentum: 0.9 });
  });

  it('one key of a default keeps the others', async () => {
    const made = await checked({ [experiment]: head }, { set: ['fit.optimizer.learningRate=0.002'] });
    expect(settingsOf(made, 'fit')['optimizer']).toEqual({ kind: 'adam', learningRate: 0.002, beta: 0.9 });
  });

  it('paths apply in the order of the file, the longer after the shorter', async () => {
    const made = await checked({
      [experiment]: `${head}set:\n  fit.optimizer: { kind: sgd, momentum: 0.1 }\n  fit.optimizer.momentum: 0.2\n`,
    });
    expect(settingsOf(made, 'fit')['optimizer']).toEqual({ kind: 'sgd', momentum: 0.2 });
  });

  it('a number names a value of a list', async () => {
    const made = await checked({ [pipeline]: pipelineWith('sizes: [1, 2, 3]') }, { set: ['fit.sizes.1=7'] });
    expect(settingsOf(made, 'fit')['sizes']).toEqual([1, 7, 3]);
  });

  it('a block that is nowhere is begun', async () => {
    const made = await checked({ [experiment]: `${head}set:\n  load.limit.train: 5\n` });
    expect(settingsOf(made, 'load')['limit']).toEqual({ train: 5 });
  });

  it('the settings of a stage can be replaced as a whole', async () => {
    const made = await checked({
      [experiment]: `${head}set:\n  load: { dataset: synthetic-digits, size: 3 }\n`,
    });
    expect(settingsOf(made, 'load')).toEqual({ dataset: 'synthetic-digits', size: 3 });
  });

  it.each([
    ['fit.epochs=3', 3],
    ['fit.epochs= 0x10', 16],
    ['fit.epochs="${params.classes}"', 10],
    ['fit.epochs=${params.classes}', 10],
  ])('the command line is typed as YAML: %s', async (argument, epochs) => {
    expect(settingsOf(await checked({}, { set: [argument] }), 'fit')['epochs']).toBe(epochs);
  });

  it('a value on the command line may hold the equals sign', async () => {
    const made = await checked(
      { [experiment]: `${head}params: { text: x }\n` },
      { set: ['params.text=a=b'] },
    );
    expect(made.params['text']).toBe('a=b');
  });

  it('a sweep changes nothing of the experiment by itself', async () => {
    const made = await checked({
      [experiment]: `${head}sweep:\n  objective: loss\n  trials: 3\n  space: { fit.epochs: [1, 2] }\n`,
    });
    expect(made.differences).toEqual([]);
    expect(settingsOf(made, 'fit')['epochs']).toBe(5);
  });

  it('an alias stands for what it repeats', async () => {
    const made = await checked({ [experiment]: `${head}params:\n  a: &a { x: [1] }\n  b: *a\n` });
    expect(made.params).toEqual({ classes: 10, a: { x: [1] }, b: { x: [1] } });
  });
});

describe('differences', () => {
  it('are those to the pipeline, without extends', async () => {
    const made = await checked(
      {
        [experiment]: `${head}seed: 7\nset:\n  fit.epochs: 3\n  fit.optimizer: { kind: sgd }\n  load.size: 100\n`,
      },
      { set: ['params.classes=4'] },
    );
    expect(made.parent).toBe('pipelines/p.yaml');
    expect(made.differences).toEqual([
      { path: 'seed', before: 1, now: 7 },
      { path: 'params.classes', before: 10, now: 4 },
      { path: 'fit.epochs', before: 5, now: 3 },
      { path: 'fit.optimizer.kind', before: 'adam', now: 'sgd' },
      { path: 'fit.optimizer.momentum', before: undefined, now: 0.9 },
      { path: 'fit.optimizer.learningRate', before: 0.001, now: undefined },
      { path: 'fit.optimizer.beta', before: 0.9, now: undefined },
    ]);
  });

  it('are those to the parent, with extends', async () => {
    const made = await checked({
      [experiment]: 'extends: parent.yaml\nset:\n  fit.rate: 0.5\n  fit.sizes: [2]\n',
      'experiments/parent.yaml': `${head}seed: 7\nset:\n  fit.epochs: 3\n  fit.rate: 0.5\n`,
    });
    expect(made.parent).toBe('experiments/parent.yaml');
    expect(made.differences).toEqual([{ path: 'fit.sizes', before: [1, 2], now: [2] }]);
  });

  it('a parent that could not run by itself is no obstacle', async () => {
    const made = await checked({
      [pipeline]: pipelineWith('rate: ${params.rate}'),
      [experiment]: `${head}params: { rate: 0.25 }\n`,
    });
    expect(made.differences).toEqual([
      { path: 'params.rate', before: undefined, now: 0.25 },
      { path: 'fit.rate', before: '${params.rate}', now: 0.25 },
    ]);
  });
});

describe('stages', () => {
  it('come after those they need, ties in the order of the file, with their roles filled', async () => {
    const made = await checked({
      [pipeline]: `stages:
  judge: { uses: judge, needs: [fit, load] }
  late: { uses: load, with: { dataset: mnist } }
  fit: { uses: fit, needs: load, with: { epochs: 1 } }
  load: { uses: load, with: { dataset: mnist } }
`,
    });
    expect(made.stages.map(({ name, needs, roles }) => ({ name, needs, roles }))).toEqual([
      { name: 'late', needs: [], roles: {} },
      { name: 'load', needs: [], roles: {} },
      { name: 'fit', needs: ['load'], roles: { data: 'load' } },
      { name: 'judge', needs: ['fit', 'load'], roles: { data: 'load', model: 'fit' } },
    ]);
  });

  it('are recorded whole', async () => {
    const made = await checked({ [pipeline]: 'stages:\n  load: { uses: load, with: { dataset: mnist } }\n' });
    expect(made.config).toEqual({
      name: 'e',
      seed: 1,
      engine: 'auto',
      params: {},
      stages: { load: { uses: 'load', needs: [], with: { dataset: 'mnist', size: 100 } } },
    });
  });

  it('say where each setting was written, or the nearest thing that was', async () => {
    const made = await checked(
      { [experiment]: `${head}set:\n  fit.rate: 0.5\n  fit.optimizer: { kind: sgd }\n` },
      { set: ['fit.sizes=[7, 8]'] },
    );
    const fit = made.stages.find(({ name }) => name === 'fit')!;
    const place = (...path: (string | number)[]) => {
      const { file, line, column } = fit.locate(path)!;
      return `${file}:${line}:${column}`;
    };
    expect(place('epochs')).toBe('pipelines/p.yaml:12:15');
    expect(place('rate')).toBe('experiments/e.yaml:3:13');
    expect(place('optimizer', 'kind')).toBe('experiments/e.yaml:4:26');
    expect(place('optimizer', 'momentum')).toBe('experiments/e.yaml:4:18');
    expect(place('sizes', 1)).toBe('--set:1:15');
    expect(place('shuffle')).toBe('pipelines/p.yaml:11:5');
    expect(place()).toBe('pipelines/p.yaml:11:5');
    expect(made.stages.find(({ name }) => name === 'judge')!.locate(['bins'])).toMatchObject({
      line: 13,
      column: 3,
    });
  });
});

function pipelineWith(setting: string): string {
  return `stages:\n  load: { uses: load, with: { dataset: mnist } }\n  fit:\n    uses: fit\n    needs: load\n    with:\n      epochs: 5\n      ${setting}\n`;
}
