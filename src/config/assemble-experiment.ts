/** Puts a `CheckedExperiment` together from parts in which no problem was found, and compares it with what it was made from. */
import { basename, resolve } from 'node:path';
import { differencesOf, type Difference } from '../core/differences.js';
import type { JsonObject } from '../core/json.js';
import { realPath } from '../core/inside-folder.js';
import type { EngineRequest } from '../engine/engine.js';
import type { CheckedExperiment, CheckedStage } from './checked-experiment.js';
import { comparable, type CompleteConfiguration } from './complete-stages.js';
import { factOf, mergeConfiguration, type Configuration } from './configuration.js';
import { textMember, type ExperimentLayer } from './experiment-chain.js';
import { findPipeline, type ExperimentFiles } from './experiment-files.js';
import type { Pipeline } from './pipeline-file.js';
import { ProblemList } from './problem-list.js';
import { shownPath } from './project-path.js';
import { defaultSeed, resolveConfiguration, type ResolvedConfiguration } from './resolve-configuration.js';
import { positionOf } from './source-file.js';
import { emptyMap, member, toJson, type MapNode, type SourceNode } from './source-node.js';
import type { WiredStage } from './wiring.js';

/** What an experiment is compared with: the extended experiment, else the bare pipeline, as it would run. */
export interface Parent {
  readonly name: string;
  readonly settings: JsonObject;
  /** Where the extended experiment runs another pipeline. */
  readonly swapped: Difference | undefined;
}

export function parentOf({ layers, pipeline }: ExperimentFiles, root: string): Parent {
  const [parent] = layers.slice(1);
  const before = mergeConfiguration(pipeline, layers.slice(1), [], new ProblemList());
  return {
    name: (parent?.document ?? pipeline.document).source.name,
    settings: whole(before, resolveConfiguration(before, new ProblemList())),
    swapped: parent === undefined ? undefined : pipelineBefore(layers.slice(1), pipeline, root),
  };
}

function whole(configuration: Configuration, resolved: ResolvedConfiguration): JsonObject {
  return { ...factsOf(configuration), ...comparable(resolved) };
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

function factsOf(configuration: Configuration): {
  readonly seed: number;
  readonly engine: EngineRequest;
} {
  const value = (key: string): unknown => {
    const node: SourceNode | undefined = factOf(configuration, key);
    return node === undefined ? undefined : toJson(node);
  };
  return {
    seed: (value('seed') as number | undefined) ?? defaultSeed,
    engine: (value('engine') as EngineRequest | undefined) ?? 'auto',
  };
}

interface Parts {
  readonly own: ExperimentLayer;
  readonly configuration: Configuration;
  readonly complete: CompleteConfiguration;
  readonly wired: readonly WiredStage[];
  readonly projectRoot: string;
  readonly parent: Parent;
}

export function assemble({
  own,
  configuration,
  complete,
  wired,
  projectRoot,
  parent,
}: Parts): CheckedExperiment {
  const { source } = own.document;
  const facts = factsOf(configuration);
  const name =
    textMember(configuration.facts, 'name')?.value ?? basename(source.path).replace(/\.ya?ml$/i, '');
  const differences = differencesOf(parent.settings, whole(configuration, complete.resolved));
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
    parent: parent.name,
    differences: parent.swapped === undefined ? differences : [parent.swapped, ...differences],
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
    originOf(path) {
      const node = path.reduce<SourceNode | undefined>((current, key) => member(current, key), settings);
      return node?.origin === undefined ? undefined : positionOf(node.origin);
    },
  };
}
