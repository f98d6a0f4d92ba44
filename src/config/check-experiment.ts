/**
 * Checks an experiment with everything it is made of, and tells all problems of all files at once. The one place where a
 * `CheckedExperiment` comes from.
 */
import { basename, dirname, resolve } from 'node:path';
import { failed, ok, type Result } from '../core/problem.js';
import type { Json, JsonObject } from '../core/json.js';
import { openContext, type CheckOptions } from './check-context.js';
import type { EngineRequest } from '../engine/engine.js';
import type { CheckedExperiment, CheckedStage, Difference } from './checked-experiment.js';
import { readCommandLine } from './command-line-set.js';
import { comparable, completeStages, type CompleteConfiguration } from './complete-stages.js';
import { factOf, mergeConfiguration, type Configuration } from './configuration.js';
import type { CompiledValidators } from './compiled-validators.js';
import { differencesOf } from './differences.js';
import type { Assignment } from './dotted-path.js';
import { readChain, textMember, type ExperimentLayer } from './experiment-chain.js';
import { checkValue } from './explain-errors.js';
import { readPipeline, type Pipeline } from './pipeline-file.js';
import { ProblemList } from './problem-list.js';
import { realPath, shownPath } from './project-path.js';
import type { FileRequest } from './read-source.js';
import { defaultSeed } from './resolve-configuration.js';
import { positionOf } from './source-file.js';
import { emptyMap, makeMap, member, toJson, type MapNode, type SourceNode } from './source-node.js';
import { wire, type WiredStage } from './wiring.js';

export interface ExperimentOptions extends CheckOptions {
  /** Arguments of `--set`, in order: `train.epochs=3`. */
  readonly set?: readonly string[] | undefined;
}

/**
 * Reads, merges, resolves and judges. Reads files and nothing else; what users do wrong comes back as problems, sorted by
 * file and line (docs/errors.md lists their codes).
 */
export async function checkExperiment(options: ExperimentOptions): Promise<Result<CheckedExperiment>> {
  const { projectRoot, request, validators, pipelines } = await openContext(options);
  const problems = new ProblemList();
  const layers = readChain(request, validators.experiment, problems);
  const commandLine = readCommandLine(options.set ?? [], projectRoot, problems);
  checkCommandLine(commandLine, validators, problems);
  const pipelineRequest = findPipeline(layers, projectRoot, problems);
  const pipeline =
    pipelineRequest === undefined ? undefined : await readPipeline(pipelineRequest, pipelines, problems);
  const [own] = layers;
  if (own === undefined || pipeline === undefined) return failed(...problems.sorted());

  const configuration = mergeConfiguration(pipeline, layers, commandLine, problems);
  const context = { projectRoot, networkChecker: validators.network, partial: false };
  const complete = completeStages(configuration, context, problems);
  const wired = wire(pipeline.stages, problems);
  if (!problems.empty) return failed(...problems.sorted());

  const parent = compareWithParent(layers, pipeline, configuration, projectRoot);
  return ok(assemble({ own, configuration, complete, wired, projectRoot, ...parent }));
}

/** `seed`, `engine` and `name` on the command line follow the rules of the file. */
function checkCommandLine(
  assignments: readonly Assignment[],
  { experiment }: CompiledValidators,
  problems: ProblemList,
): void {
  for (const { path, at, value } of assignments) {
    if (!['seed', 'engine', 'name'].includes(path)) continue;
    const node = makeMap(new Map([[path, { key: at, value }]]), at);
    checkValue(experiment, { node, name: '', at }, problems);
  }
}

/** The pipeline of the nearest experiment that names one. Without any, that is the problem, unless the chain broke off. */
function findPipeline(
  layers: readonly ExperimentLayer[],
  root: string,
  problems: ProblemList,
): FileRequest | undefined {
  for (const { document } of layers) {
    const path = textMember(document.root, 'pipeline');
    if (path === undefined) continue;
    return {
      path: path.value,
      from: dirname(document.source.path),
      root,
      what: '"pipeline"',
      at: path.place,
    };
  }
  const last = layers.at(-1)?.document;
  const broken =
    last === undefined || ['pipeline', 'extends'].some((key) => member(last.root, key) !== undefined);
  if (!broken) {
    problems.add({
      code: 'missing-setting',
      message: 'expected "pipeline" to be the path of a pipeline, got nothing',
      at: last.source.lineAt(last.root.place?.from ?? 0),
      fix: 'add a line such as pipeline: ../pipelines/image-classification.yaml, or extends: another experiment',
    });
  }
  return undefined;
}

interface Parent {
  readonly parent: string;
  readonly differences: readonly Difference[];
}

/** Against the extended experiment, else the bare pipeline; both as they would run. */
function compareWithParent(
  layers: readonly ExperimentLayer[],
  pipeline: Pipeline,
  now: Configuration,
  root: string,
): Parent {
  const [parent] = layers.slice(1);
  const before = mergeConfiguration(pipeline, layers.slice(1), [], new ProblemList());
  const whole = (configuration: Configuration): Json => ({
    ...factsOf(configuration),
    ...comparable(configuration),
  });
  const differences = differencesOf(whole(before), whole(now));
  const swapped = parent === undefined ? undefined : pipelineBefore(layers.slice(1), pipeline, root);
  return {
    parent: (parent?.document ?? pipeline.document).source.name,
    differences: swapped === undefined ? differences : [swapped, ...differences],
  };
}

/** The pipeline that the extended experiment runs, where it is another. */
function pipelineBefore(
  parents: readonly ExperimentLayer[],
  { document }: Pipeline,
  root: string,
): Difference | undefined {
  const request = findPipeline(parents, root, new ProblemList());
  if (request === undefined) return undefined;
  const before = shownPath(realPath(resolve(request.from, request.path)), root);
  const now = document.source.name;
  return before === now ? undefined : { path: 'pipeline', before, now };
}

function factsOf(configuration: Configuration): { readonly seed: number; readonly engine: EngineRequest } {
  const value = (key: string): unknown => {
    const node: SourceNode | undefined = factOf(configuration, key);
    return node === undefined ? undefined : toJson(node);
  };
  return {
    seed: (value('seed') as number | undefined) ?? defaultSeed,
    engine: (value('engine') as EngineRequest | undefined) ?? 'auto',
  };
}

interface Parts extends Parent {
  readonly own: ExperimentLayer;
  readonly configuration: Configuration;
  readonly complete: CompleteConfiguration;
  readonly wired: readonly WiredStage[];
  readonly projectRoot: string;
}

function assemble({
  own,
  configuration,
  complete,
  wired,
  projectRoot,
  parent,
  differences,
}: Parts): CheckedExperiment {
  const { source } = own.document;
  const facts = factsOf(configuration);
  const name =
    textMember(configuration.facts, 'name')?.value ?? basename(source.path).replace(/\.ya?ml$/i, '');
  const params = toJson(complete.params) as JsonObject;
  const settings = new Map(complete.stages.map(({ stage, settings: node }) => [stage.name, node]));
  const stages = wired.map((stage) => checkedStage(stage, settings.get(stage.stage.name) ?? emptyMap()));
  const configured = wired.map(({ stage }, index) => [
    stage.name,
    { uses: stage.uses, needs: stages[index]!.needs, with: stages[index]!.settings },
  ]);
  const experiment: Omit<CheckedExperiment, symbol> = {
    name,
    description: textMember(configuration.facts, 'description')?.value,
    file: source.name,
    projectRoot,
    ...facts,
    params,
    stages,
    parent,
    differences,
    config: { name, ...facts, params, stages: Object.fromEntries(configured) as JsonObject },
  };
  // The brand is a promise in the type alone, and everything above has kept it.
  return experiment as CheckedExperiment;
}

function checkedStage({ stage, roles }: WiredStage, settings: MapNode): CheckedStage {
  return {
    name: stage.name,
    descriptor: stage.kind!.descriptor,
    needs: stage.needs.map(({ name }) => name),
    roles,
    settings: toJson(settings) as JsonObject,
    locate(path) {
      let place = settings.place ?? stage.at;
      let node: SourceNode | undefined = settings;
      for (const key of path) {
        node = member(node, key);
        if (node === undefined) break;
        place = node.place ?? place;
      }
      return place === undefined ? undefined : positionOf(place);
    },
  };
}
