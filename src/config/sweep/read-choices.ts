/**
 * The values of a choice: plain ones, entries with a name or parameters of their own, and files by a pattern. Gives each a
 * label of its own. Whether settings take the values is not asked here.
 */
import { dirname, isAbsolute } from 'node:path';
import { canonicalJson, isJsonObject, type Json } from '../../core/json.js';
import { showValue } from '../../core/problem.js';
import { suggestName } from '../../core/suggest.js';
import { isInside } from '../../core/inside-folder.js';
import type { ProblemList } from '../problem-list.js';
import {
  makeScalar,
  member,
  movedTo,
  toJson,
  type ListNode,
  type MapNode,
  type SourceNode,
} from '../source-node.js';
import type { DraftChoice } from './draft-parameter.js';
import { findFiles } from './find-files.js';

const entryKeys = ['name', 'value', 'space'];

/** `name` is how messages name the list. */
export function readChoices(
  list: ListNode,
  name: string,
  projectRoot: string,
  problems: ProblemList,
): readonly DraftChoice[] {
  const choices = list.items.flatMap((item, index): readonly DraftChoice[] => {
    const shown = `${name}.${index}`;
    if (item.kind !== 'map')
      return [{ label: labelOf(toJson(item)), value: item, space: undefined, at: item.place }];
    if (item.entries.size === 1 && item.entries.has('files')) {
      return readFiles(member(item, 'files')!, `${shown}.files`, projectRoot, problems);
    }
    if (item.entries.has('space') || (item.entries.has('name') && item.entries.has('value'))) {
      return readEntry(item, shown, problems);
    }
    return [{ label: labelOf(toJson(item)), value: item, space: undefined, at: item.place }];
  });
  return labelled(choices, name, problems);
}

function readEntry(entry: MapNode, shown: string, problems: ProblemList): readonly DraftChoice[] {
  const before = problems.count;
  for (const [key, { key: at }] of entry.entries) {
    if (entryKeys.includes(key)) continue;
    problems.add({
      code: 'unknown-setting',
      message: `expected a setting that "${shown}" knows, got "${key}"`,
      at: at ?? entry.place,
      fix: suggestName(key, entryKeys),
    });
  }
  const value = member(entry, 'value');
  const name = member(entry, 'name');
  const space = member(entry, 'space');
  if (value === undefined) {
    problems.add({
      code: 'missing-setting',
      message: `expected "${shown}.value" to be the value that is chosen, got nothing`,
      at: entry.place,
    });
  }
  if (
    name !== undefined &&
    (name.kind !== 'scalar' ||
      typeof name.value !== 'string' ||
      !/^[^\p{Cc}]*\S[^\p{Cc}]*$/u.test(name.value))
  ) {
    problems.add({
      code: 'wrong-type',
      message: `expected "${shown}.name" to be text that is not empty, got ${showValue(toJson(name))}`,
      at: name.place,
    });
  }
  if (space !== undefined && space.kind !== 'map') {
    problems.add({
      code: 'wrong-type',
      message: `expected "${shown}.space" to be a mapping, got ${showValue(toJson(space))}`,
      at: space.place,
    });
  }
  if (value === undefined || problems.count > before) return [];
  const label = name?.kind === 'scalar' ? String(name.value) : labelOf(toJson(value));
  const own = space?.kind === 'map' ? { node: space, name: `${shown}.space` } : undefined;
  return [{ label, value, space: own, at: name?.place ?? value.place ?? entry.place }];
}

function readFiles(
  node: SourceNode,
  shown: string,
  projectRoot: string,
  problems: ProblemList,
): readonly DraftChoice[] {
  const pattern = toJson(node);
  const at = node.place;
  if (typeof pattern !== 'string' || pattern.trim() === '' || isAbsolute(pattern)) {
    problems.add({
      code: typeof pattern === 'string' ? 'bad-text' : 'wrong-type',
      message: `expected "${shown}" to be a pattern of files relative to this file, such as networks/*.yaml, got ${showValue(pattern)}`,
      at,
    });
    return [];
  }
  const from = at === undefined ? projectRoot : dirname(at.source.path);
  const files = findFiles(pattern, from, (folder) => isInside(folder, projectRoot));
  if (files.length === 0) {
    problems.add({
      code: 'no-files',
      message: `expected "${shown}" to match files of the project, got ${showValue(pattern)}, which matches none`,
      at,
      fix: 'patterns are relative to the file in which they stand',
    });
  }
  const stems = files.map(stemOf);
  return files.map((file, index) => ({
    label: stems.filter((stem) => stem === stems[index]).length > 1 ? file : stems[index]!,
    value: movedTo({ ...makeScalar(file, at), origin: undefined }, at),
    space: undefined,
    at,
  }));
}

function stemOf(file: string): string {
  return file
    .split('/')
    .at(-1)!
    .replace(/\.ya?ml$/i, '');
}

/** A scalar as it is, a YAML file by its name, a block by its kind. */
function labelOf(value: Json): string {
  if (typeof value === 'string') return /\.ya?ml$/i.test(value) ? stemOf(value) : value;
  if (isJsonObject(value) && typeof value['kind'] === 'string') return value['kind'];
  return JSON.stringify(value);
}

/** Tells values and names that are there twice; blocks of one kind are told apart by all that they hold. */
function labelled(
  choices: readonly DraftChoice[],
  name: string,
  problems: ProblemList,
): readonly DraftChoice[] {
  const counts = new Map<string, number>();
  for (const { label } of choices) counts.set(label, (counts.get(label) ?? 0) + 1);
  const values = new Map<string, DraftChoice>();
  const labels = new Map<string, DraftChoice>();
  return choices.map((choice) => {
    const json = toJson(choice.value);
    const value = canonicalJson(json);
    const unclear =
      (counts.get(choice.label) ?? 0) > 1 && isJsonObject(json) && json['kind'] === choice.label;
    const label = unclear ? JSON.stringify(json) : choice.label;
    const same = values.get(value) ?? labels.get(label);
    if (same === undefined) {
      values.set(value, choice);
      labels.set(label, choice);
    } else {
      problems.add({
        code: 'duplicate-choice',
        message: values.has(value)
          ? `expected each value of "${name}" to be there once, got ${showValue(json)} again`
          : `expected each value of "${name}" to have a name of its own, got ${showValue(label)} again`,
        at: choice.at,
        related: same.at === choice.at ? undefined : { message: 'the first one stands here', at: same.at },
        fix: values.has(value) ? 'keep one of the two' : 'give it another with { name: …, value: … }',
      });
    }
    return { ...choice, label };
  });
}
