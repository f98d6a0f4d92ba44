/** An experiment as its sweep asks about it: what it takes, which settings it has, for how many epochs it trains. */
import { builtInStages } from '../../stages/registry.js';
import { isJsonObject, type Json } from '../../core/json.js';
import { comparable, type CompleteConfiguration } from '../complete-stages.js';
import { factOf } from '../configuration.js';
import type { ExperimentBase, Judgement } from '../experiment-base.js';
import { defaultSeed } from '../resolve-configuration.js';
import { schemaAt } from '../schema-walk.js';
import { textMember } from '../experiment-chain.js';
import { member, toJson, type SourceNode } from '../source-node.js';
import type { Schema } from '../json-schema.js';
import type { SweepSubject } from './check-sweep.js';

/** What the stage kind `train` tells of each epoch and can be compared. */
const epochMetrics = ['validation.accuracy', 'validation.loss', 'train.accuracy', 'train.loss'];

export function sweepSubject(base: ExperimentBase, asItIs: Judgement): SweepSubject {
  const { configuration, complete } = asItIs;
  const seed = factOf(configuration, 'seed');
  const values: Json = {
    ...comparable(complete.resolved),
    seed: seed === undefined ? defaultSeed : toJson(seed),
  };
  const value = (path: string): Json | undefined => {
    let current: Json | undefined = values;
    for (const key of path.split('.')) {
      current = Array.isArray(current)
        ? (current as readonly Json[])[Number(key)]
        : isJsonObject(current) && Object.hasOwn(current, key)
          ? current[key]
          : undefined;
    }
    return current;
  };
  const ownKinds = complete.stages.every(({ stage }) => Object.hasOwn(builtInStages, stage.uses));
  const file = base.files.layers[0]!.document.source.path;
  return {
    name: textMember(configuration.facts, 'name')?.value ?? nameOf(file),
    judge(assignments) {
      const judged = base.judge(assignments);
      return { problems: judged.problems.all, epochs: epochsIn(judged.complete) };
    },
    names: {
      has: (path) => value(path) !== undefined || isSetting(complete, path),
      all: leavesOf(values),
    },
    value,
    epochs: epochsIn(complete),
    reported: ownKinds ? epochMetrics : undefined,
  };
}

function nameOf(path: string): string {
  return path
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.ya?ml$/i, '');
}

/** The stage that trains says for how many epochs; where there is none, a stage of one's own with such a setting. */
function epochsIn({ stages }: CompleteConfiguration): number | undefined {
  const isOwn = ({ stage }: (typeof stages)[number]): boolean => !Object.hasOwn(builtInStages, stage.uses);
  const trains = ({ stage }: (typeof stages)[number]): boolean =>
    stage.kind?.descriptor.produces === 'trained-model';
  for (const { settings } of [...stages.filter(trains), ...stages.filter(isOwn)]) {
    const epochs = member(settings, 'epochs');
    if (epochs?.kind === 'scalar' && typeof epochs.value === 'number') return epochs.value;
  }
  return undefined;
}

/** Whether a stage's schema has a setting of this path, though nothing stands there now. */
function isSetting({ stages }: CompleteConfiguration, path: string): boolean {
  const [name, ...keys] = path.split('.');
  const configured = stages.find(({ stage }) => stage.name === name);
  let schema: Schema | undefined = configured?.stage.kind?.schema;
  let node: SourceNode | undefined = configured?.settings;
  for (const key of keys) {
    schema = schema === undefined ? undefined : schemaAt(schema, node, key);
    node = member(node, key);
  }
  return schema !== undefined && keys.length > 0;
}

function leavesOf(value: Json, path = ''): string[] {
  if (!isJsonObject(value)) return [path];
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(child, path === '' ? key : `${path}.${key}`),
  );
}
