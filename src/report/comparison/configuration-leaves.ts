/** Configurations of many runs as one list of leaves: what all have in common is written once. */
import { isJsonObject, type Json } from '../../core/json.js';
import type { ComparedRun } from './compared-run.js';
import type { PageSetting } from './page-data.js';

type Path = readonly (string | number)[];

function* leavesOf(value: Json, path: Path): Generator<readonly [Path, string]> {
  if (Array.isArray(value) && value.length > 0 && value.some((item: Json) => typeof item === 'object'))
    for (const [i, item] of (value as readonly Json[]).entries()) yield* leavesOf(item, [...path, i]);
  else if (isJsonObject(value) && Object.keys(value).length > 0)
    for (const [key, member] of Object.entries(value)) yield* leavesOf(member, [...path, key]);
  else yield [path, JSON.stringify(value)];
}

/** Every leaf that any of the runs has, in the order in which they are met. */
export function configurationLeaves(runs: readonly ComparedRun[]): readonly PageSetting[] {
  const found = new Map<string, { path: Path; values: Map<string, number>; of: number[] }>();
  for (const [run, { config }] of runs.entries())
    for (const [path, text] of leavesOf(config, [])) {
      const key = JSON.stringify(path);
      let leaf = found.get(key);
      if (leaf === undefined)
        found.set(key, (leaf = { path, values: new Map(), of: new Array<number>(runs.length).fill(-1) }));
      let index = leaf.values.get(text);
      if (index === undefined) leaf.values.set(text, (index = leaf.values.size));
      leaf.of[run] = index;
    }
  return [...found.values()].map(({ path, values, of }) => ({
    path,
    values: [...values.keys()],
    ...(values.size === 1 && !of.includes(-1) ? {} : { of }),
  }));
}
