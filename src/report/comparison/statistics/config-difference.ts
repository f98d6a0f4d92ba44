/** Two configurations side by side as YAML: what differs setting by setting, and the whole text with its changed lines. */
import { differencesOf } from '../../../core/differences.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../../core/json.js';
import { yamlFlow, yamlScalar } from '../../yaml-text.js';

export interface SettingChange {
  /** As `--set` writes it: `train.batchSize`, `seed`. */
  readonly path: string;
  /** YAML on one line; empty where it was not set. */
  readonly before: string;
  readonly after: string;
}

export interface DifferenceLine {
  /** Levels, from 0. */
  readonly indent: number;
  readonly text: string;
  readonly mark: 'same' | 'removed' | 'added';
}

export interface ConfigDifference {
  readonly changes: readonly SettingChange[];
  /** Both configurations in one text, in the order of the first; what was removed stands before what takes its place. */
  readonly lines: readonly DifferenceLine[];
}

/** Of two resolved configurations (`{ seed, engine, params, stages: { train: { uses, with } } }`). */
export function configDifference(before: JsonObject, after: JsonObject): ConfigDifference {
  const changes = differencesOf(before, after).map((difference) => ({
    path: settingPath(difference.path),
    before: yamlFlow(difference.before),
    after: yamlFlow(difference.now),
  }));
  const lines: DifferenceLine[] = [];
  compareMappings(before, after, 0, lines);
  return { changes, lines };
}

/** `stages.train.with.batchSize` is `train.batchSize`, `stages.train.uses` is `train.uses`. */
function settingPath(path: string): string {
  return path.replace(/^stages\.([^.]+)(?:\.with)?(?=\.|$)/, '$1');
}

function compareMappings(
  before: JsonObject,
  after: JsonObject,
  indent: number,
  into: DifferenceLine[],
): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare(`${yamlScalar(key)}:`, before[key], after[key], indent, into);
}

function compare(
  head: string,
  before: Json | undefined,
  after: Json | undefined,
  indent: number,
  into: DifferenceLine[],
): void {
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) {
    write(head, before, indent, 'same', into);
  } else if (isJsonObject(before) && isJsonObject(after)) {
    into.push({ indent, text: head, mark: 'same' });
    compareMappings(before, after, indent + 1, into);
  } else if (isList(before) && isList(after) && (isLong(before) || isLong(after))) {
    into.push({ indent, text: head, mark: 'same' });
    compareLists(before, after, indent + 1, into);
  } else {
    if (before !== undefined) write(head, before, indent, 'removed', into);
    if (after !== undefined) write(head, after, indent, 'added', into);
  }
}

/** By a longest common subsequence of equal items, so that one more layer is one line. */
function compareLists(
  before: readonly Json[],
  after: readonly Json[],
  indent: number,
  into: DifferenceLine[],
): void {
  const [old, now] = [before.map(canonicalJson), after.map(canonicalJson)];
  // common[i][j]: the length of the longest of what follows i in `old` and j in `now`.
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i]![j] =
        old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      write('-', before[i]!, indent, 'same', into);
      [i, j] = [i + 1, j + 1];
    } else if (j === now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      write('-', before[i++]!, indent, 'removed', into);
    } else write('-', after[j++]!, indent, 'added', into);
  }
}

const longestFlow = 64;

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A list that does not stand on one line: it holds something nested, or is long. */
function isLong(list: readonly Json[]): boolean {
  return (
    list.some((item) => typeof item === 'object' && item !== null) || yamlFlow(list).length > longestFlow
  );
}

function write(
  head: string,
  value: Json,
  indent: number,
  mark: DifferenceLine['mark'],
  into: DifferenceLine[],
): void {
  const text = yamlFlow(value);
  const isItem = head === '-' && text.length <= longestFlow;
  const opened = !isItem && (isList(value) ? isLong(value) : isJsonObject(value) && text !== '{}');
  into.push({ indent, text: opened ? head : `${head} ${text}`, mark });
  if (!opened) return;
  if (isList(value)) for (const item of value) write('-', item, indent + 1, mark, into);
  else
    for (const [key, member] of Object.entries(value as JsonObject))
      write(`${yamlScalar(key)}:`, member, indent + 1, mark, into);
}
