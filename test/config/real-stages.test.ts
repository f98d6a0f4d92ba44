/** The stages, presets and example files that come with Assay, and the schemas that editors read. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkExperiment, type ExperimentOptions } from '../../src/config/check-experiment.js';
import { checkFile } from '../../src/config/check-file.js';
import { checkPipeline } from '../../src/config/check-pipeline.js';
import { formatProblems } from '../../src/core/format-problem.js';
import type { Result } from '../../src/core/problem.js';
import { loadCustomStage } from '../../src/stages/custom-stage.js';
import { builtInStages } from '../../src/stages/registry.js';

const root = join(import.meta.dirname, '../..');
const options = { projectRoot: root, loadCustomStage };
const show = (result: Result<unknown>): string =>
  result.ok ? 'no problem' : formatProblems(result.problems);
const list = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);
const examples = ['experiments', 'pipelines', 'pipelines/networks'].flatMap(list);

async function check(set: readonly string[], more: Partial<ExperimentOptions> = {}): Promise<string> {
  return show(
    await checkExperiment({ ...options, file: join(root, 'experiments/mnist-cnn.yaml'), set, ...more }),
  );
}

describe('example files', () => {
  it.each(examples)('%s has no problem', async (file) => {
    expect(show(await checkFile({ ...options, file: join(root, file) }))).toBe('no problem');
  });

  it.each(examples)('%s names its schema, so that editors complete', (file) => {
    const [line] = readFileSync(join(root, file), 'utf8').split('\n');
    expect(line).toMatch(
      /^# yaml-language-server: \$schema=(\.\.\/)+schemas\/(experiment|pipeline|network)\.schema\.json$/,
    );
  });

  it('are told apart by their content', async () => {
    const kinds = await Promise.all(
      [
        'experiments/quickstart.yaml',
        'pipelines/image-classification.yaml',
        'pipelines/networks/mlp.yaml',
      ].map(async (file) => {
        const result = await checkFile({ ...options, file: join(root, file) });
        return result.ok ? result.value : undefined;
      }),
    );
    expect(kinds).toEqual([
      { kind: 'experiment', file: 'experiments/quickstart.yaml' },
      { kind: 'pipeline', file: 'pipelines/image-classification.yaml' },
      { kind: 'network', file: 'pipelines/networks/mlp.yaml' },
    ]);
  });

  it('the pipeline’s stages come in the order in which they run', async () => {
    const result = await checkPipeline({
      ...options,
      file: join(root, 'pipelines/image-classification.yaml'),
    });
    expect(result.ok && result.value.stages).toEqual([
      'acquire',
      'preprocess',
      'build',
      'train',
      'evaluate',
      'report',
    ]);
  });
});

describe('real stages', () => {
  it.each(Object.keys(builtInStages))('%s knows its settings', async (kind) => {
    expect(await check([`${kind}.nonsense=1`])).toContain(
      `--set:1:1 error[unknown-setting]: expected a setting that "${kind}" knows, got "nonsense"`,
    );
  });

  it('say exactly what is wrong', async () => {
    expect(
      await check([
        'train.epochs=three',
        'train.optimiser=x',
        'train.optimizer.kind=adma',
        'acquire.dataset=minst',
        'build.network=mpl',
      ]),
    ).toBe(
      [
        '--set:1:1 error[unknown-setting]: expected a setting that "train" knows, got "optimiser"',
        '  1 | train.optimiser=x',
        '    | ^^^^^^^^^^^^^^^',
        '  fix: did you mean "optimizer"?',
        '',
        '--set:1:14 error[wrong-type]: expected "train.epochs" to be an integer from 1 to 100000, got "three"',
        '  1 | train.epochs=three',
        '    |              ^^^^^',
        '',
        '--set:1:15 error[unknown-preset]: expected "build.network" to be the name of a preset, the path of a file, a mapping or a list of layers, got "mpl"',
        '  1 | build.network=mpl',
        '    |               ^^^',
        '  fix: did you mean "mlp"?',
        '',
        '--set:1:17 error[not-one-of]: expected "acquire.dataset" to be one of "mnist", "synthetic-digits", got "minst"',
        '  1 | acquire.dataset=minst',
        '    |                 ^^^^^',
        '  fix: did you mean "mnist"?',
        '',
        '--set:1:22 error[not-one-of]: expected "train.optimizer.kind" to be one of "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", got "adma"',
        '  1 | train.optimizer.kind=adma',
        '    |                      ^^^^',
        '  fix: did you mean "adam"?',
        '',
        '5 problems',
      ].join('\n'),
    );
  });

  it('a network file is checked as it is written', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-network-')));
    const file = join(folder, 'n.yaml');
    writeFileSync(
      file,
      'parameters: { rate: 0.5 }\nlayers:\n  - dense: { units: "${classes}", activation: rleu, unit: 3 }\n  - dens\n  - dropout: { rate: "${parameters.rat}" }\n  - maxPooling2d: { poolSize: two }\n',
    );
    const output = show(await checkFile({ ...options, projectRoot: folder, file }));
    rmSync(folder, { recursive: true });
    expect(output).toBe(
      [
        'n.yaml:3:47 error[not-one-of]: expected "layers.0.dense.activation" to be one of 15 names, got "rleu"',
        '  3 |   - dense: { units: "${classes}", activation: rleu, unit: 3 }',
        '    |                                               ^^^^',
        '  fix: did you mean "relu"?',
        '',
        'n.yaml:3:53 error[unknown-setting]: expected a setting that "layers.0.dense" knows, got "unit"',
        '  3 |   - dense: { units: "${classes}", activation: rleu, unit: 3 }',
        '    |                                                     ^^^^',
        '  fix: did you mean "units"?',
        '',
        'n.yaml:4:5 error[wrong-type]: expected "layers.1" to be one of 18 names or a mapping of exactly one key, got "dens"',
        '  4 |   - dens',
        '    |     ^^^^',
        '  fix: did you mean "dense"?',
        '',
        'n.yaml:5:22 error[unknown-reference]: expected ${parameters.rat} to name a value, got nothing of the name "rat" in parameters',
        '  5 |   - dropout: { rate: "${parameters.rat}" }',
        '    |                      ^^^^^^^^^^^^^^^^^^^',
        '  fix: did you mean "rate"?',
        '',
        'n.yaml:6:31 error[wrong-type]: expected "layers.3.maxPooling2d.poolSize" to be an integer from 1 to 256 or a list of 2 values, each an integer from 1 to 256, got "two"',
        '  6 |   - maxPooling2d: { poolSize: two }',
        '    |                               ^^^',
        '',
        '5 problems',
      ].join('\n'),
    );
  });
});

describe('a stage of one’s own', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-own-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const run = (stage: string, settings: string) => {
    write('package.json', '{ "type": "module" }');
    write('my-stage.ts', stage);
    write('p.yaml', `stages:\n  mine:\n    uses: ./my-stage.ts\n    with: ${settings}\n`);
    write('e.yaml', 'pipeline: p.yaml\n');
    return checkExperiment({ projectRoot: folder, loadCustomStage, file: join(folder, 'e.yaml') });
  };
  const stage = (schema: string) => `export default { schema: ${schema}, execute() {} };\n`;
  const schema = `{ type: 'object', properties: { size: { type: 'integer', minimum: 1, default: 3 }, mode: { enum: ['fast', 'slow'] as const } }, additionalProperties: false }`;

  it('brings its schema with its defaults', async () => {
    const result = await run(stage(schema), '{ mode: fast }');
    expect(result.ok && result.value.stages[0]!.settings).toEqual({ mode: 'fast', size: 3 });
    expect(result.ok && result.value.stages[0]!.descriptor.kind).toBe('my-stage.ts');
  });

  it('is checked like any other', async () => {
    expect(show(await run(stage(schema), '{ mode: fats, sise: 3 }'))).toBe(
      [
        'p.yaml:4:19 error[not-one-of]: expected "mine.mode" to be one of "fast", "slow", got "fats"',
        '  4 |     with: { mode: fats, sise: 3 }',
        '    |                   ^^^^',
        '  fix: did you mean "fast"?',
        '',
        'p.yaml:4:25 error[unknown-setting]: expected a setting that "mine" knows, got "sise"',
        '  4 |     with: { mode: fats, sise: 3 }',
        '    |                         ^^^^',
        '  fix: did you mean "size"?',
        '',
        '2 problems',
      ].join('\n'),
    );
  });

  it('whose schema is none is refused', async () => {
    expect(show(await run(stage(`{ type: 'objekt' }`), '{}'))).toContain(
      'p.yaml:3:11 error[bad-stage-schema]: expected the schema of my-stage.ts to be a JSON Schema (draft-07), but schema is invalid: data/type must be equal to one of the allowed values',
    );
  });

  it('that does not compile is refused with its line', async () => {
    expect(show(await run('export default {\n', '{}'))).toContain(
      'my-stage.ts:2:1 error[stage-does-not-compile]',
    );
  });
});

describe('schemas for editors', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validators: Record<string, ValidateFunction> = {};
  beforeAll(() => {
    const names = ['network', 'experiment', 'pipeline'];
    for (const name of names)
      ajv.addSchema(JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8')) as object);
    for (const name of names) validators[name] = ajv.getSchema(`${name}.schema.json`)!;
  });
  const judge = (name: string, text: string) => {
    const valid = validators[name]!(parse(text));
    return valid ? [] : (validators[name]!.errors ?? []).map(({ instancePath }) => instancePath);
  };

  it.each(examples)('%s fits its schema', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(judge(/schemas\/(\w+)/.exec(text)![1]!, text)).toEqual([]);
  });

  it('a reference may stand for any value', () => {
    expect(
      judge(
        'experiment',
        'set: { train.epochs: "${params.e}", train.optimizer: "${params.o}", acquire.dataset: "${params.d}" }',
      ),
    ).toEqual([]);
    expect(
      judge('network', 'layers: [{ dense: { units: "${classes}", activation: "${parameters.a}" } }]'),
    ).toEqual([]);
  });

  it('a network may be written in place, as a mapping or as a list', () => {
    expect(judge('experiment', 'set: { build.network: { layers: [flatten] } }')).toEqual([]);
    expect(judge('experiment', 'set: { build.network: [flatten, dense: { units: 3 }] }')).toEqual([]);
    expect(judge('experiment', 'set: { build.network: [flaten] }')).toContain('/set/build.network/0');
  });

  it('a wrong value is underlined while one types', () => {
    expect(judge('experiment', 'set: { train.epochs: three }')).toContain('/set/train.epochs');
    expect(judge('experiment', 'sed: 1')).toContain('');
    expect(judge('pipeline', 'stages: { train: { uses: train, with: { epoch: 3 } } }')).toContain(
      '/stages/train/with',
    );
    expect(judge('network', 'layers: [{ dense: { units: 0 } }]')).toContain('/layers/0/dense/units');
  });

  it('every value of a stage is described', () => {
    const { definitions } = JSON.parse(readFileSync(join(root, 'schemas/pipeline.schema.json'), 'utf8')) as {
      definitions: Record<string, { properties?: Record<string, { description?: string }> }>;
    };
    for (const kind of Object.keys(builtInStages)) {
      for (const [name, { description }] of Object.entries(definitions[kind]!.properties ?? {})) {
        expect(description, `${kind}.${name}`).toBeTruthy();
      }
    }
  });

  it('a stale one is found', () => {
    const copy = realpathSync(mkdtempSync(join(tmpdir(), 'assay-schemas-')));
    for (const name of ['dist', 'scripts', 'schemas', 'package.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    execFileSync('ln', ['-s', join(root, 'node_modules'), join(copy, 'node_modules')]);
    const generate = () =>
      spawnSync(process.execPath, ['scripts/generate-schemas.mjs', '--check'], {
        cwd: copy,
        encoding: 'utf8',
      });
    const fresh = generate();
    writeFileSync(join(copy, 'schemas/pipeline.schema.json'), '{}\n');
    const stale = generate();
    rmSync(copy, { recursive: true, force: true });
    expect([fresh.status, fresh.stderr]).toEqual([0, '']);
    expect([stale.status, stale.stderr]).toEqual([
      1,
      'schemas/pipeline.schema.json is stale: run npm run build and commit it\n',
    ]);
  });
});

describe('the way of a cached run', () => {
  it('loads no package but yaml and the distance of words', () => {
    const code = `
      import { createRequire } from 'node:module';
      import { checkExperiment } from './dist/config/check-experiment.js';
      const result = await checkExperiment({ file: 'experiments/mnist-cnn.yaml', projectRoot: process.cwd(), loadCustomStage: undefined });
      const files = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('node_modules'));
      const packages = new Set(files.map((file) => file.split('node_modules/').at(-1).split('/')[0]));
      console.log(JSON.stringify([result.ok, [...packages].sort()]));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual([true, ['fastest-levenshtein', 'yaml']]);
  });
});
