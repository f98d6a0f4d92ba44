/** From merged settings to complete ones: references, defaults and networks put in, every value judged by its kind's schema. */
import type { Configuration, ConfiguredStage } from './configuration.js';
import { checkValue, type Checker } from './explain-errors.js';
import { inlineNetwork } from './inline-network.js';
import { placeFolders } from './place-folders.js';
import { ProblemList } from './problem-list.js';
import { networkKey, resolveConfiguration } from './resolve-configuration.js';
import { toJson, type MapNode } from './source-node.js';

export interface CompleteConfiguration {
  readonly params: MapNode;
  readonly stages: readonly ConfiguredStage[];
}

export interface CompletionContext {
  readonly projectRoot: string;
  readonly networkChecker: Checker;
  /** A pipeline by itself may leave settings to its experiments. */
  readonly partial: boolean;
}

export function completeStages(
  configuration: Configuration,
  { projectRoot, networkChecker, partial }: CompletionContext,
  problems: ProblemList,
): CompleteConfiguration {
  const { params, stages, root } = resolveConfiguration(configuration, problems);
  const complete = stages.map(({ stage, settings }): ConfiguredStage => {
    const { kind, name, at } = stage;
    const key = networkKey(kind?.schema);
    const placed = placeFolders(name, settings, kind?.schema, projectRoot, problems);
    const whole =
      key === undefined
        ? placed
        : inlineNetwork(name, placed, key, { projectRoot, checker: networkChecker, root }, problems);
    if (kind !== undefined)
      checkValue(kind, { node: whole, name, at: settings.place ?? at, partial }, problems);
    return { stage, settings: whole };
  });
  return { params, stages: complete };
}

/** `{ params, <stage>: settings }`, with networks still as they are named: what people compare. Tells no problems. */
export function comparable(configuration: Configuration) {
  const { params, stages } = resolveConfiguration(configuration, new ProblemList());
  return {
    params: toJson(params),
    ...Object.fromEntries(stages.map(({ stage, settings }) => [stage.name, toJson(settings)])),
  };
}
