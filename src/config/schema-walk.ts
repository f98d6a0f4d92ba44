/** Walks a value and its schema together: which branch of a union is meant, what stands at a key, which defaults to fill in. */
import type { Json } from '../core/json.js';
import type { Schema } from './json-schema.js';
import { makeList, nodeFromJson, withEntry, type SourceNode } from './source-node.js';

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

/** The place in `branches` of the one that the user means by `node`, or nothing when none or several could be. */
export function pickBranch(
  schema: Schema,
  branches: readonly Schema[],
  node: SourceNode,
): number | undefined {
  const tag = schema.discriminator?.propertyName;
  if (tag !== undefined) {
    const value = node.kind === 'map' ? node.entries.get(tag)?.value : undefined;
    if (value?.kind !== 'scalar') return undefined;
    const at = branches.findIndex(({ properties }) => admitsValue(properties?.[tag] ?? {}, value.value));
    return at < 0 ? undefined : at;
  }
  const type = typeOf(node);
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
export function branchesFor(schema: Schema, node: SourceNode | undefined): Schema[] {
  const all = [schema];
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined && node !== undefined) {
    const picked = pickBranch(schema, union, node);
    if (picked !== undefined) all.push(...branchesFor(union[picked]!, node));
  }
  for (const part of schema.allOf ?? []) all.push(...branchesFor(part, node));
  return all;
}

/** The schema of what stands, or could stand, at `key` of `node`. */
export function schemaAt(schema: Schema, node: SourceNode | undefined, key: string): Schema | undefined {
  for (const { properties, additionalProperties, items } of branchesFor(schema, node)) {
    if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
    if (typeof additionalProperties === 'object') return additionalProperties;
    if (items !== undefined && node?.kind === 'list') return itemSchema(items, Number(key));
  }
  return undefined;
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
