/** All files of an experiment but its networks, read once: its chain, its pipeline, and what the command line sets. */
import { dirname } from 'node:path';
import type { CheckContext } from './check-context.js';
import { readCommandLine } from './command-line-set.js';
import type { Assignment } from './dotted-path.js';
import { readChain, textMember, type ExperimentLayer } from './experiment-chain.js';
import { checkValue, type Checker } from './explain-errors.js';
import { readPipeline, type Pipeline } from './pipeline-file.js';
import type { ProblemList } from './problem-list.js';
import type { FileRequest } from './read-source.js';
import { makeMap, member } from './source-node.js';

export interface ExperimentFiles {
  /** The experiment first; never empty. */
  readonly layers: readonly ExperimentLayer[];
  readonly pipeline: Pipeline;
  readonly commandLine: readonly Assignment[];
}

/** What can't be read is told. `pipeline` is nothing where no pipeline was found. */
export async function readExperimentFiles(
  { request, projectRoot, validators, pipelines }: CheckContext,
  set: readonly string[],
  problems: ProblemList,
): Promise<{ readonly layers: readonly ExperimentLayer[]; readonly files: ExperimentFiles | undefined }> {
  const layers = readChain(request, validators.experiment, problems);
  const commandLine = readCommandLine(set, projectRoot, problems);
  const pipelineRequest = findPipeline(layers, projectRoot, problems);
  const pipeline =
    pipelineRequest === undefined ? undefined : await readPipeline(pipelineRequest, pipelines, problems);
  if (pipeline !== undefined && layers.length > 0)
    return { layers, files: { layers, pipeline, commandLine } };
  // Otherwise they are judged with the settings.
  checkFacts(commandLine, validators.experiment, problems);
  return { layers, files: undefined };
}

/** `seed`, `engine` and `name`, set by path, follow the rules of the file. */
export function checkFacts(
  assignments: readonly Assignment[],
  experiment: Checker,
  problems: ProblemList,
): void {
  for (const { path, at, value } of assignments) {
    if (!['seed', 'engine', 'name'].includes(path)) continue;
    const node = makeMap(new Map([[path, { key: at, value }]]), at);
    checkValue(experiment, { node, name: '', at }, problems);
  }
}

/** The pipeline of the nearest experiment that names one. Without any, that is the problem, unless the chain broke off. */
export function findPipeline(
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
