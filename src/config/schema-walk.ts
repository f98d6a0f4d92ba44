/** Walks a value and its schema together: which branch of a union is meant, what stands at a key, which defaults to fill in. */
import type { Json } from '../core/json.js';
import type { Schema } from './json-schema.js';
import {
  makeList,
  makeMap,
  member,
  nodeFromJson,
  withEntry,
  type MapEntry,
  type SourceNode,
} from './source-node.js';

/** The name JSON Schema has for the type of a value. */
function typeOf(node: SourceNode): string {
  if (node.kind === 'list') return 'array';
  if (node.kind === 'map') return 'object';
  if (node.value === null) return 'null';
  return typeof node.value;
}

function admitsType(schema: Schema, type: string): boolean {
  if (schema.const !== undefined || schema.enum !== undefined) {
    return (schema.enum ?? [schema.const]).some((value) => (value === null ? 'null' : typeof value) === type);
  }
  if (schema.type === undefined) {
    const branches = schema.anyOf ?? schema.oneOf;
    return branches === undefined || branches.some((branch) => admitsType(branch, type));
  }
  const types: readonly string[] = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return types.includes(type) || (type === 'number' && types.includes('integer'));
}

function admitsValue(schema: Schema, value: Json): boolean {
  return (schema.enum ?? [schema.const]).includes(value);
}

/** A mapping of exactly one of several keys, such as a layer with its settings. */
export function isOneOfManyKeys({ maxProperties, properties }: Schema): boolean {
  return maxProperties === 1 && properties !== undefined;
}

/** The place in `branches` of the one that the user means by `node`, or nothing when none or several could be. */
function pickBranch(schema: Schema, branches: readonly Schema[], node: SourceNode): number | undefined {
  const tag = schema.discriminator?.propertyName;
  if (tag !== undefined) {
    const value = node.kind === 'map' ? node.entries.get(tag)?.value : undefined;
    if (value?.kind !== 'scalar') return undefined;
    const at = branches.findIndex(({ properties }) => admitsValue(properties?.[tag] ?? {}, value.value));
    return at < 0 ? undefined : at;
  }
  const type = typeOf(node);
  // `dense` may be short for `{ dense: {} }`, or have forgotten its settings: both branches are to be told of.
  if (type === 'string' && branches.some(isOneOfManyKeys)) return undefined;
  const fitting = branches.map((_, index) => index).filter((index) => admitsType(branches[index]!, type));
  if (fitting.length < 2 || node.kind !== 'map') return fitting.length === 1 ? fitting[0] : undefined;
  // Several kinds of mappings without a tag: the one whose keys are most like the value's.
  const score = (index: number): number => {
    const { properties = {}, required = [] } = branches[index]!;
    const known = [...node.entries.keys()].filter((key) => Object.hasOwn(properties, key)).length;
    return known - required.filter((key) => !node.entries.has(key)).length;
  };
  return fitting.reduce((best, index) => (score(index) > score(best) ? index : best));
}

/** The schemas that hold for `node` itself: its own and, inside unions, those of the branch that is meant. */
function branchesFor(schema: Schema, node: SourceNode | undefined): Schema[] {
  const all = [schema];
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined && node !== undefined) {
    const picked = pickBranch(schema, union, node);
    if (picked !== undefined) all.push(...branchesFor(union[picked]!, node));
  }
  for (const part of schema.allOf ?? []) all.push(...branchesFor(part, node));
  return all;
}

/** The schemas of what stands, or could stand, at `key` of `node`. */
function childSchemas(schema: Schema, node: SourceNode | undefined, key: string): Schema[] {
  const { properties, patternProperties, additionalProperties, items } = schema;
  if (node?.kind === 'list') {
    const item = items === undefined ? undefined : itemSchema(items, Number(key));
    return item === undefined ? [] : [item];
  }
  const found = properties !== undefined && Object.hasOwn(properties, key) ? [properties[key]!] : [];
  for (const [pattern, child] of Object.entries(patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) found.push(child);
  }
  if (found.length === 0 && typeof additionalProperties === 'object') found.push(additionalProperties);
  return found;
}

/** The first schema of what stands, or could stand, at `key` of `node`. */
export function schemaAt(schema: Schema, node: SourceNode | undefined, key: string): Schema | undefined {
  return branchesFor(schema, node).flatMap((branch) => childSchemas(branch, node, key))[0];
}

/** All schemas that hold for what stands at the path, in unions those of the branches that are meant. */
export function schemasAt(schema: Schema, node: SourceNode, path: readonly string[]): Schema[] {
  let schemas = withConditions(branchesFor(schema, node));
  let current: SourceNode | undefined = node;
  for (const key of path) {
    const parent: SourceNode | undefined = current;
    current = member(current, key);
    const below = schemas.flatMap((one) => childSchemas(one, parent, key));
    schemas = withConditions(below.flatMap((one) => branchesFor(one, current)));
  }
  return schemas;
}

/** With both outcomes of each `if`; a validator follows only one. */
function withConditions(schemas: readonly Schema[]): Schema[] {
  return schemas.flatMap((schema) => [
    schema,
    ...[schema.then, schema.else].filter((one) => one !== undefined),
  ]);
}

/** The value with one item more than may be left of each list that is too long: as wrong as it was, and quick to judge. */
export function cutLists(schema: Schema, node: SourceNode): SourceNode {
  const schemas = branchesFor(schema, node);
  const below = (key: string, child: SourceNode): SourceNode => {
    const next = schemas.flatMap((one) => childSchemas(one, node, key))[0];
    return next === undefined ? child : cutLists(next, child);
  };
  if (node.kind === 'scalar') return node;
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, entry]): [string, MapEntry] => [
      key,
      { key: entry.key, value: below(key, entry.value) },
    ]);
    return makeMap(new Map(entries), node.place);
  }
  const most = Math.min(...schemas.map(({ maxItems = Infinity }) => maxItems));
  const items = node.items.length > most ? node.items.slice(0, most + 1) : node.items;
  return makeList(
    items.map((item, index) => below(String(index), item)),
    node.place,
  );
}

function itemSchema(items: Schema | readonly Schema[], index: number): Schema | undefined {
  return Array.isArray(items) ? (items as readonly Schema[])[index] : (items as Schema);
}

/**
 * Fills in what is not set, at every level, also inside lists and unions (where ajv itself would not: it can't know the
 * branch before it has judged them all).
 */
export function fillDefaults(schema: Schema, node: SourceNode): SourceNode {
  let made = node;
  for (const { properties, additionalProperties, items } of branchesFor(schema, node)) {
    if (made.kind === 'map') {
      for (const [key, property] of Object.entries(properties ?? {})) {
        const entry = made.entries.get(key);
        if (entry === undefined && property.default === undefined) continue;
        const value = fillDefaults(property, entry?.value ?? nodeFromJson(property.default!));
        if (value !== entry?.value) made = withEntry(made, key, { key: entry?.key, value });
      }
      if (typeof additionalProperties === 'object') {
        for (const [key, entry] of made.entries) {
          if (Object.hasOwn(properties ?? {}, key)) continue;
          const value = fillDefaults(additionalProperties, entry.value);
          if (value !== entry.value) made = withEntry(made, key, { key: entry.key, value });
        }
      }
    } else if (made.kind === 'list' && items !== undefined) {
      const filled = made.items.map((item, index) => fillDefaults(itemSchema(items, index) ?? {}, item));
      const list = made;
      if (filled.some((item, index) => item !== list.items[index])) made = makeList(filled, made.place);
    }
  }
  return made;
}
