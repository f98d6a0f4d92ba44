/** The resolved configuration as YAML, line by line, with what differs from the parent marked. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js';
import type { RunFacts } from '../../stages/stage.js';
import { yamlFlow, yamlScalar } from '../yaml-text.js';
import { plural } from './format.js';

export interface ConfigurationLine {
  readonly indent: number;
  readonly key: string;
  /** Empty for the head of a mapping or a list. */
  readonly value: string;
  readonly changed: boolean;
  /** What stood there before; empty unless this very line was changed. */
  readonly before: string;
}

export interface ConfigurationView {
  readonly sentence: string;
  readonly parent: string;
  /** `before` and `now` are empty where the setting was not set. */
  readonly changes: readonly { readonly path: string; readonly before: string; readonly now: string }[];
  readonly lines: readonly ConfigurationLine[];
}

const longestFlow = 64;

function isNested(value: Json): value is readonly Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}

class LineWriter {
  readonly lines: ConfigurationLine[] = [];
  readonly #changes: ReadonlyMap<string, RunFacts['differences'][number]>;

  constructor(differences: RunFacts['differences']) {
    this.#changes = new Map(differences.map((difference) => [difference.path, difference]));
  }

  /** One setting. `path` is as differences name it; `inside` says that something around it was changed as a whole. */
  write(key: string, value: Json, path: string, indent: number, inside = false): void {
    const change = this.#changes.get(path);
    const changed = inside || change !== undefined;
    const before =
      change === undefined ? '' : change.before === undefined ? 'not set' : yamlFlow(change.before);
    const line = { indent, key, changed, before };
    const text = yamlFlow(value);
    const items = isNested(value) ? Object.entries(value) : [];
    const holdsNested = items.some(([, item]) => isNested(item));
    // Mappings are opened, so that a changed setting has a line of its own; short lists of plain values stay on one.
    const oneLine =
      items.length === 0 || (Array.isArray(value) && !holdsNested && text.length <= longestFlow);
    if (oneLine) {
      this.lines.push({ ...line, value: text });
      return;
    }
    this.lines.push({ ...line, value: '' });
    for (const [name, item] of items) {
      const below = path === '' ? name : `${path}.${name}`;
      if (Array.isArray(value)) this.#writeItem(item, below, indent + 1, changed);
      else this.write(`${yamlScalar(name)}:`, item, below, indent + 1, changed);
    }
  }

  /** An item of a list: on one line where it is short, as the layers of a network mostly are. */
  #writeItem(item: Json, path: string, indent: number, inside: boolean): void {
    const text = yamlFlow(item);
    if (text.length <= longestFlow || !isNested(item))
      this.lines.push({ indent, key: '-', value: text, changed: inside, before: '' });
    else this.write('-', item, path, indent, inside);
  }
}

function sentenceOf(count: number, parent: string | undefined): string {
  const origin = parent ?? 'its parent';
  if (count === 0) return `Everything is as in ${origin}.`;
  return `${plural(count, 'setting')} ${count === 1 ? 'differs' : 'differ'} from ${origin}.`;
}

export function configurationView({
  config,
  differences,
  parent,
}: Pick<RunFacts, 'config' | 'differences' | 'parent'>): ConfigurationView {
  const writer = new LineWriter(differences);
  const { stages, ...general } = config;
  for (const [key, value] of Object.entries(general)) writer.write(`${yamlScalar(key)}:`, value, key, 0);
  if (isJsonObject(stages)) {
    writer.lines.push({ indent: 0, key: 'stages:', value: '', changed: false, before: '' });
    for (const [name, stage] of Object.entries(stages)) {
      writer.lines.push({ indent: 1, key: `${yamlScalar(name)}:`, value: '', changed: false, before: '' });
      if (!isJsonObject(stage)) continue;
      for (const [key, value] of Object.entries(stage)) {
        // Differences name a stage's settings without the `with` in between: `train.epochs`.
        writer.write(`${yamlScalar(key)}:`, value, key === 'with' ? name : `stages.${name}.${key}`, 2);
      }
    }
  }
  return {
    sentence: sentenceOf(differences.length, parent),
    parent: parent ?? '',
    changes: differences.map(({ path, before, now }) => ({
      path,
      before: yamlFlow(before),
      now: yamlFlow(now),
    })),
    lines: writer.lines,
  };
}
