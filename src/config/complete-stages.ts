/** From merged settings to complete ones: references, defaults and networks put in, every value judged by its kind's schema. */
import type { JsonObject } from '../core/json.js';
import type { Configuration, ConfiguredStage } from './configuration.js';
import { checkValue } from './explain-errors.js';
import { inlineNetwork, type NetworkFiles } from './inline-network.js';
import type { Schema } from './json-schema.js';
import type { NetworkCheckers } from './network-layers.js';
import { placeFolders } from './place-folders.js';
import type { ProblemList } from './problem-list.js';
import { networkKey, resolveConfiguration, type ResolvedConfiguration } from './resolve-configuration.js';
import { toJson, type MapNode } from './source-node.js';

export interface CompleteConfiguration {
  readonly params: MapNode;
  readonly stages: readonly ConfiguredStage[];
  /** The same before networks took the places of their names. */
  readonly resolved: ResolvedConfiguration;
}

export interface CompletionContext {
  readonly projectRoot: string;
  readonly networks: NetworkCheckers;
  /** Networks that were read, by who asks for which; absent: each is read anew. */
  readonly networkFiles?: NetworkFiles | undefined;
  /** A pipeline by itself may leave settings to its experiments. */
  readonly partial: boolean;
}

export function completeStages(
  configuration: Configuration,
  { projectRoot, networks, networkFiles, partial }: CompletionContext,
  problems: ProblemList,
): CompleteConfiguration {
  const resolved = resolveConfiguration(configuration, problems);
  const { params, stages, root } = resolved;
  const complete = stages.map(({ stage, settings }): ConfiguredStage => {
    const { kind, name, at } = stage;
    const key = networkKey(kind?.schema);
    const placed = placeFolders(name, settings, kind?.schema, projectRoot, problems);
    const whole =
      key === undefined
        ? placed
        : inlineNetwork(
            name,
            placed,
            key,
            {
              projectRoot,
              checkers: networks,
              files: networkFiles,
              root,
              required: requiredBeside(key, kind?.schema),
            },
            problems,
          );
    if (kind !== undefined)
      checkValue(kind, { node: whole, name, at: settings.place ?? at, partial }, problems);
    return { stage, settings: whole };
  });
  return { params, stages: complete, resolved };
}

/** `{ params, <stage>: settings }`, with networks still as they are named: what people compare. */
export function comparable({ params, stages }: ResolvedConfiguration): JsonObject {
  return {
    params: toJson(params),
    ...Object.fromEntries(stages.map(({ stage, settings }) => [stage.name, toJson(settings)])),
  };
}

function requiredBeside(key: string, schema: Schema | undefined): readonly string[] {
  return (schema?.required ?? []).filter((name) => name !== key);
}
