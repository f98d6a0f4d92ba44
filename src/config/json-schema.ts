/**
 * The part of JSON Schema that settings are described in, brought to one form: references put in place, unions of
 * constants as `enum`, unions told apart by a key as `oneOf` with `discriminator`. ajv judges, compiles that form and
 * gives errors of the right branch only; `schema-walk.ts` and `describe-schema.ts` read it.
 */
import type { Json } from '../core/json.js';

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly propertyNames?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  /** Ours: the setting names a file whose content takes its place, or is that content; or it names a folder. */
  readonly assayFile?: 'network' | 'folder';
  /** Ours: what a pattern asks for, in words. */
  readonly assayRule?: string;
  readonly $ref?: string;
}

/** Keywords that hold one schema, a list of schemas, and schemas by name. */
const single = [
  'additionalProperties',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'items',
  'additionalItems',
];
const many = ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items'];
const named = ['properties', 'patternProperties', 'definitions', '$defs'];

type Loose = Record<string, unknown>;

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * With `keepReferences`, a schema that repeats a lot stays small; whoever walks it needs `linkReferences`.
 * @throws {TypeError} when the schema is not JSON.
 */
export function normalizeSchema(schema: object, keepReferences = false): Schema {
  const whole = JSON.parse(JSON.stringify(schema)) as Loose;
  return normalize(whole, keepReferences ? undefined : whole, []) as Schema;
}

/** Replaces each reference to a definition by the definition itself, the same object every time. Changes `schema`. */
export function linkReferences(schema: Schema): Schema {
  const whole = schema as Loose;
  const seen = new Set<unknown>();
  const visit = (node: Loose | unknown[]): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const [key, child] of Object.entries(node)) {
      if (typeof child !== 'object' || child === null) continue;
      const { $ref } = child as { $ref?: unknown };
      const target = typeof $ref === 'string' ? lookUp($ref, whole) : undefined;
      if (target !== undefined) (node as Loose)[key] = target;
      visit((target ?? child) as Loose);
    }
  };
  visit(whole);
  return schema;
}

function normalize(node: unknown, whole: Loose | undefined, within: readonly string[]): unknown {
  if (!isObject(node)) return node;
  const { $ref } = node;
  if (typeof $ref === 'string') {
    if (whole === undefined) return node;
    const target = within.includes($ref) ? undefined : lookUp($ref, whole);
    // A schema that contains itself keeps its reference: ajv can follow it.
    return target === undefined
      ? node
      : normalize({ ...target, ...omit(node, '$ref') }, whole, [...within, $ref]);
  }
  const made: Loose = { ...node };
  const visit = (child: unknown): unknown => normalize(child, whole, within);
  if (made['assayFile'] === 'network') {
    // What stands there is checked as a file of its own.
    for (const key of ['type', 'properties', 'required', ...many, ...single])
      Reflect.deleteProperty(made, key);
    return made;
  }
  for (const key of single) if (isObject(made[key])) made[key] = visit(made[key]);
  for (const key of many) if (Array.isArray(made[key])) made[key] = (made[key] as unknown[]).map(visit);
  for (const key of named) {
    const schemas = made[key];
    if (isObject(schemas)) {
      made[key] = Object.fromEntries(Object.entries(schemas).map(([name, child]) => [name, visit(child)]));
    }
  }
  if (Array.isArray(made['prefixItems']) && made['items'] === undefined) {
    made['items'] = made['prefixItems'];
    delete made['prefixItems'];
  }
  const [pattern, ...others] = Object.keys((made['patternProperties'] as Loose | undefined) ?? {});
  if (pattern === '^.*$' && others.length === 0 && made['additionalProperties'] === undefined) {
    made['additionalProperties'] = (made['patternProperties'] as Loose)[pattern];
    delete made['patternProperties'];
  }
  return normalizeUnion(made);
}

function lookUp(reference: string, whole: Loose): Loose | undefined {
  if (!reference.startsWith('#')) return undefined;
  let node: unknown = whole;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    node = isObject(node) || Array.isArray(node) ? (node as Loose)[key] : undefined;
  }
  return isObject(node) ? node : undefined;
}

function omit(node: Loose, ...keys: readonly string[]): Loose {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key)));
}

function normalizeUnion(node: Loose): Loose {
  const key = Array.isArray(node['anyOf']) ? 'anyOf' : 'oneOf';
  if (!Array.isArray(node[key])) return node;
  // A union in a union is one union.
  const branches = (node[key] as Loose[]).flatMap((branch) =>
    Object.keys(branch).length === 1 && Array.isArray(branch['anyOf'])
      ? (branch['anyOf'] as Loose[])
      : [branch],
  );
  const values = branches.flatMap((branch) =>
    'const' in branch
      ? [branch['const']]
      : Array.isArray(branch['enum'])
        ? (branch['enum'] as unknown[])
        : [],
  );
  const constants = branches.every((branch) => 'const' in branch || Array.isArray(branch['enum']));
  if (constants) return { ...omit(node, key), enum: [...new Set(values)] };

  const objects = branches.filter((branch) => branch['type'] === 'object' && isObject(branch['properties']));
  const others = branches.filter((branch) => !objects.includes(branch));
  const merged = objects.length > 1 ? mergeSingleKeys(objects) : undefined;
  if (merged !== undefined) {
    if (others.length > 0) return { ...omit(node, key), anyOf: [...others, merged] };
    return { ...omit(node, key), ...merged };
  }
  const tag = objects.length > 1 ? discriminatorOf(objects) : undefined;
  if (tag === undefined) return { ...node, [key]: branches };
  const union = { type: 'object', required: [tag], discriminator: { propertyName: tag }, oneOf: objects };
  if (others.length > 0) return { ...omit(node, key), anyOf: [...others, union] };
  return { ...omit(node, key), ...union };
}

/** Mappings of one key each, all different (`{ dense: … }` or `{ conv2d: … }`), are one mapping of exactly one key. */
function mergeSingleKeys(branches: readonly Loose[]): Loose | undefined {
  const properties: Loose = {};
  for (const branch of branches) {
    const entries = Object.entries(branch['properties'] as Loose);
    const [name, child] = entries[0] ?? [''];
    const required = Array.isArray(branch['required']) && branch['required'].includes(name);
    if (entries.length !== 1 || !required || branch['additionalProperties'] !== false || name in properties)
      return undefined;
    properties[name] = child;
  }
  return { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
}

/** A key that every branch requires with values of its own. */
function discriminatorOf(branches: readonly Loose[]): string | undefined {
  const [first] = branches;
  return Object.keys(first!['properties'] as Loose).find((name) => {
    const seen = new Set<unknown>();
    return branches.every((branch) => {
      const property = (branch['properties'] as Loose)[name];
      const required = Array.isArray(branch['required']) && branch['required'].includes(name);
      if (!required || !isObject(property)) return false;
      const values = 'const' in property ? [property['const']] : (property['enum'] as unknown[] | undefined);
      return (
        Array.isArray(values) &&
        values.every((value) => typeof value === 'string' && !seen.has(value) && seen.add(value))
      );
    });
  });
}
