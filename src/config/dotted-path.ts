/** Dotted paths such as `train.optimizer.learningRate` and `build.network.layers.0.dense.units`: reading, and replacing what stands there. */
import { showValue } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { isObjectName, limits } from './limits.js';
import type { Schema } from './json-schema.js';
import type { Finding } from './problem-list.js';
import { schemaAt } from './schema-walk.js';
import type { Place } from './source-file.js';
import {
  emptyMap,
  makeList,
  nodeFromJson,
  toJson,
  withEntry,
  type MapNode,
  type SourceNode,
} from './source-node.js';

/** One `path: value` of a `set:` or of the command line. */
export interface Assignment {
  readonly path: string;
  readonly at: Place | undefined;
  readonly value: SourceNode;
}

/** The parts of a path, or what is wrong with it. */
export function splitPath(path: string, at: Place | undefined): readonly string[] | Finding {
  const parts = path.split('.');
  const forbidden = parts.find(isObjectName);
  if (forbidden !== undefined) {
    return {
      code: 'forbidden-key',
      message: `expected a path of settings, got ${showValue(forbidden)} in it, a name that every JavaScript object has by itself`,
      at,
    };
  }
  if (
    parts.length <= limits.depth &&
    parts.every((part) => /^[^\s${}]+$/.test(part) && part.length <= limits.keyLength)
  ) {
    return parts;
  }
  return {
    code: 'bad-path',
    message: `expected a dotted path such as train.epochs, got ${showValue(path)}`,
    at,
  };
}

/**
 * `node` with the value at the path below it replaced. A mapping on the way that is not there begins as its schema's
 * default, so that setting one key of a default keeps the others.
 */
export function replaceAt(
  node: MapNode,
  keys: readonly string[],
  { path, at, value }: Assignment,
  schema: Schema | undefined,
  findings: Finding[],
): MapNode {
  const replaced = replace(node, keys, 1);
  return replaced?.kind === 'map' ? replaced : node;

  function replace(
    current: SourceNode,
    [key, ...rest]: readonly string[],
    depth: number,
    currentSchema: Schema | undefined = schema,
  ): SourceNode | undefined {
    if (key === undefined) return value;
    const shown = path.split('.').slice(0, depth).join('.');
    if (current.kind === 'scalar') {
      findings.push({
        code: 'path-through-value',
        message: `expected "${shown}" to hold a mapping, so that "${path}" can be set, got ${showValue(toJson(current))}`,
        at,
        related: { message: 'it stands here', at: current.place },
        fix: `set "${shown}" as a whole`,
      });
      return undefined;
    }
    if (current.kind === 'list') {
      const index = /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : -1;
      const item = current.items[index];
      if (item === undefined) {
        const count = current.items.length;
        findings.push({
          code: 'no-such-item',
          message: `expected "${shown}" to be followed by the number of one of its ${count} values, ${count === 0 ? 'but it is empty' : `from 0 to ${count - 1}`}, got ${showValue(key)}`,
          at,
          related: { message: 'the list stands here', at: current.place },
        });
        return undefined;
      }
      const below = currentSchema === undefined ? undefined : schemaAt(currentSchema, current, key);
      const made = replace(item, rest, depth + 1, below ?? {});
      return made === undefined ? undefined : makeList(current.items.with(index, made), current.place);
    }
    const entry = current.entries.get(key);
    if (rest.length === 0) return withEntry(current, key, { key: at, value });
    const below = currentSchema === undefined ? undefined : schemaAt(currentSchema, current, key);
    const start = entry?.value ?? (below?.default === undefined ? emptyMap(at) : nodeFromJson(below.default));
    const made = replace(start, rest, depth + 1, below ?? {});
    return made === undefined ? undefined : withEntry(current, key, { key: entry?.key ?? at, value: made });
  }
}

/**
 * The problem of a path whose first part names nothing.
 * @param meant paths of settings that have the first part's name: people leave the stage's out.
 */
export function unknownTarget(
  { path, at }: Assignment,
  first: string,
  known: readonly string[],
  meant: readonly string[] = [],
): Finding {
  const rest = path.slice(first.length);
  return {
    code: 'unknown-path',
    message: `expected "${path.slice(0, limits.keyLength)}" to begin with the name of a stage or with params, got ${showValue(first)}`,
    at,
    fix:
      meant.length === 0
        ? suggestName(first, known)
        : `did you mean ${meant.map((setting) => showValue(`${setting}${rest}`)).join(' or ')}?`,
  };
}
