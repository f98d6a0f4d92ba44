/**
 * Fills in defaults and resolves references over one tree of params, seed and stages. Each needs the other: a reference
 * may name a default, and which defaults apply may hang on a reference (`kind: ${params.optimizer}`); so both are done in
 * turn until nothing more comes.
 */
import type { Configuration, ConfiguredStage } from './configuration.js';
import { factOf } from './configuration.js';
import type { Schema } from './json-schema.js';
import type { ProblemList } from './problem-list.js';
import { ReferenceResolver, type Root } from './references.js';
import { fillDefaults } from './schema-walk.js';
import {
  makeScalar,
  withEntry,
  withoutEntry,
  type MapEntry,
  type MapNode,
  type SourceNode,
} from './source-node.js';

export interface ResolvedConfiguration {
  readonly params: MapNode;
  readonly stages: readonly ConfiguredStage[];
  /** What references in networks may name besides their own stage's settings. */
  readonly root: Root;
}

const mostRounds = 8;

export const defaultSeed = 1;

/** The setting that a network file takes the place of, if the kind has one. */
export function networkKey(schema: Schema | undefined): string | undefined {
  return Object.entries(schema?.properties ?? {}).find(([, { assayFile }]) => assayFile === 'network')?.[0];
}

export function resolveConfiguration(
  configuration: Configuration,
  problems: ProblemList,
): ResolvedConfiguration {
  // The references in a network that is written in place are its stage's own business.
  const held = new Map<string, { readonly key: string; readonly entry: MapEntry }>();
  let stages = configuration.stages.map(({ stage, settings }): ConfiguredStage => {
    const key = networkKey(stage.kind?.schema);
    const entry = key === undefined ? undefined : settings.entries.get(key);
    if (key === undefined || entry === undefined || entry.value.kind === 'scalar') return { stage, settings };
    held.set(stage.name, { key, entry });
    return { stage, settings: withoutEntry(settings, key) };
  });
  let { params } = configuration;
  const seed = factOf(configuration, 'seed') ?? makeScalar(defaultSeed, undefined);
  stages = fillAll(stages, held);
  let root = rootOf(params, seed, stages);
  for (let round = 1; ; round += 1) {
    const resolver = new ReferenceResolver([root]);
    params = asMap(resolver.resolve(params), params);
    const resolved = stages.map(({ stage, settings }) => ({
      stage,
      settings: asMap(resolver.resolve(settings), settings),
    }));
    stages = fillAll(resolved, held);
    root = rootOf(params, seed, stages);
    const filledMore = stages.some(({ settings }, index) => settings !== resolved[index]!.settings);
    if (!filledMore || !resolver.foundUnknown || round === mostRounds) {
      for (const finding of resolver.findings) problems.add(finding);
      break;
    }
  }
  const whole = stages.map(({ stage, settings }): ConfiguredStage => {
    const network = held.get(stage.name);
    return {
      stage,
      settings: network === undefined ? settings : withEntry(settings, network.key, network.entry),
    };
  });
  return { params, stages: whole, root };
}

/** A mapping that grew beyond the limits resolves to nothing; the problem was told, so the written one stands in. */
function asMap(node: SourceNode, written: MapNode): MapNode {
  return node.kind === 'map' ? node : written;
}

function fillAll(
  stages: readonly ConfiguredStage[],
  held: ReadonlyMap<string, { readonly key: string }>,
): ConfiguredStage[] {
  return stages.map(({ stage, settings }) => {
    const { schema } = stage.kind ?? {};
    if (schema === undefined) return { stage, settings };
    const filled = fillDefaults(schema, settings) as MapNode;
    const network = held.get(stage.name);
    // A default must not take the place of a network that is only put aside.
    return {
      stage,
      settings:
        network === undefined || settings.entries.has(network.key)
          ? filled
          : withoutEntry(filled, network.key),
    };
  });
}

function rootOf(params: MapNode, seed: SourceNode, stages: readonly ConfiguredStage[]): Root {
  const root = new Map<string, SourceNode>([
    ['params', params],
    ['seed', seed],
  ]);
  for (const { stage, settings } of stages) root.set(stage.name, settings);
  return root;
}
