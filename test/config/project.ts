/** A project in a temporary folder, with small stage kinds of its own, so that these tests hang on no real stage. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkExperiment, type ExperimentOptions } from '../../src/config/check-experiment.js';
import type { CheckedExperiment } from '../../src/config/checked-experiment.js';
import { openExperimentTemplate, type ExperimentTemplate } from '../../src/config/experiment-template.js';
import { compileSchema } from '../../src/config/compile-schema.js';
import type { CustomStageLoader } from '../../src/config/pipeline-file.js';
import type { StageKind, StageKinds } from '../../src/config/stage-kinds.js';
import { formatProblems } from '../../src/core/format-problem.js';
import type { Result } from '../../src/core/problem.js';
import type { ArtifactType, StageDescriptor } from '../../src/stages/stage.js';

export type Files = Readonly<Record<string, string | Uint8Array>>;

const settings = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const constant = (kind: string, properties: object) =>
  settings({ kind: { const: kind, type: 'string' }, ...properties }, ['kind']);

const schemas: Readonly<Record<string, object>> = {
  load: settings(
    {
      dataset: { enum: ['mnist', 'synthetic-digits'] },
      size: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
      limit: settings({ train: { type: 'integer', minimum: 1 }, test: { type: 'integer', minimum: 1 } }),
    },
    ['dataset'],
  ),
  net: settings(
    {
      network: { assayFile: 'network', anyOf: [{ type: 'string' }, { type: 'object' }] },
      parameters: { type: 'object', patternProperties: { '^.*$': {} } },
      inputShape: {
        type: 'array',
        items: { type: 'integer', minimum: 1 },
        minItems: 3,
        maxItems: 3,
        default: [28, 28, 1],
      },
      classes: { type: 'integer', minimum: 2, default: 10 },
    },
    ['network'],
  ),
  fit: settings(
    {
      epochs: { type: 'integer', minimum: 1 },
      rate: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 0.1 },
      shuffle: { type: 'boolean', default: true },
      sizes: { type: 'array', items: { type: 'integer' }, maxItems: 4, uniqueItems: true, default: [1, 2] },
      label: { type: 'string', minLength: 1, pattern: '^[a-z]+$' },
      window: {
        anyOf: [
          { type: 'integer', minimum: 1 },
          { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 2, maxItems: 2 },
        ],
      },
      optimizer: {
        anyOf: [
          constant('sgd', { momentum: { type: 'number', minimum: 0, default: 0.9 } }),
          constant('adam', {
            learningRate: { type: 'number', exclusiveMinimum: 0, default: 0.001 },
            beta: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.9 },
          }),
        ],
        default: { kind: 'adam' },
      },
    },
    ['epochs'],
  ),
  judge: settings({ bins: { type: 'integer', minimum: 1, default: 15 } }),
};

const facts: Readonly<
  Record<string, { consumes: Readonly<Record<string, ArtifactType>>; produces: ArtifactType }>
> = {
  load: { consumes: {}, produces: 'dataset' },
  net: { consumes: {}, produces: 'model' },
  fit: { consumes: { data: 'dataset', 'model?': 'model' }, produces: 'trained-model' },
  judge: { consumes: { data: 'dataset', model: 'trained-model' }, produces: 'evaluation' },
};

function describe(
  kind: string,
  consumes: Readonly<Record<string, ArtifactType>>,
  produces: ArtifactType,
): StageDescriptor {
  return {
    kind,
    version: 1,
    consumes,
    produces,
    dependsOnSeed: () => false,
    dependsOnEngine: false,
    load: () => Promise.reject(new Error('nothing runs in these tests')),
  };
}

let kinds: Promise<StageKinds> | undefined;

function testKinds(): Promise<StageKinds> {
  kinds ??= Promise.all(
    Object.entries(schemas).map(async ([name, schema]): Promise<[string, StageKind]> => {
      const compiled = await compileSchema(schema, name);
      if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
      const { consumes, produces } = facts[name]!;
      return [name, { descriptor: describe(name, consumes, produces), ...compiled.value }];
    }),
  ).then((entries) => new Map(entries));
  return kinds;
}

/** What a case says nothing of. */
const plainFiles: Files = {
  'package.json': '{}',
  'pipelines/p.yaml': `params:
  classes: 10
stages:
  load:
    uses: load
    with:
      dataset: mnist
  fit:
    uses: fit
    needs: load
    with:
      epochs: 5
  judge:
    uses: judge
    needs: [load, fit]
`,
  'experiments/e.yaml': 'pipeline: ../pipelines/p.yaml\n',
};

export interface Project {
  readonly root: string;
  open(options?: Partial<ExperimentOptions>): Promise<Result<ExperimentTemplate>>;
  check(options?: Partial<ExperimentOptions>): Promise<Result<CheckedExperiment>>;
  remove(): void;
}

/** A project of `plainFiles` with `files` put over them. */
export function makeProject(files: Files = {}): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-config-')));
  for (const [name, content] of Object.entries({ ...plainFiles, ...files })) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  const complete = async (options: Partial<ExperimentOptions> = {}): Promise<ExperimentOptions> => ({
    file: join(root, 'experiments/e.yaml'),
    projectRoot: root,
    kinds: await testKinds(),
    loadCustomStage: refuseCustomStages,
    ...options,
  });
  return {
    root,
    open: async (options) => openExperimentTemplate(await complete(options)),
    check: async (options) => checkExperiment(await complete(options)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const refuseCustomStages: CustomStageLoader = (path) =>
  Promise.reject(new Error(`no stage of one's own in this test: ${path}`));

/** Makes a project, checks it, removes it; the value, or a failure that shows the problems. */
export async function checked(
  files: Files,
  options: Partial<ExperimentOptions> = {},
): Promise<CheckedExperiment> {
  const project = makeProject(files);
  try {
    const result = await project.check(options);
    if (!result.ok) throw new Error(formatProblems(result.problems));
    return result.value;
  } finally {
    project.remove();
  }
}

/** As `checked`, for the template. The files are gone when it is there: it must not need them any more. */
export async function opened(
  files: Files,
  options: Partial<ExperimentOptions> = {},
): Promise<ExperimentTemplate> {
  const project = makeProject(files);
  try {
    const result = await project.open(options);
    if (!result.ok) throw new Error(formatProblems(result.problems));
    return result.value;
  } finally {
    project.remove();
  }
}

/** As `checked`, for what must not pass: the problems as users see them. */
export async function refused(files: Files, options: Partial<ExperimentOptions> = {}): Promise<string> {
  const project = makeProject(files);
  try {
    const result = await project.check(options);
    return result.ok ? 'no problem' : formatProblems(result.problems).replaceAll(project.root, '<root>');
  } finally {
    project.remove();
  }
}

export function settingsOf(experiment: CheckedExperiment, stage: string) {
  const found = experiment.stages.find(({ name }) => name === stage);
  if (found === undefined) throw new Error(`no stage ${stage}`);
  return found.settings;
}
