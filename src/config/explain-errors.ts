/**
 * Turns what a compiled validator found into problems: one for each wrong value, in one sentence shape, at its line.
 * Errors of a union's branches that nobody meant are dropped.
 */
import type { ErrorObject } from 'ajv';
import { expected, showValue } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { describeSchema } from './describe-schema.js';
import type { Schema } from './json-schema.js';
import { meantErrors, pointerParts } from './meant-errors.js';
import { limits } from './limits.js';
import type { ProblemList } from './problem-list.js';
import { cutLists, isOneOfManyKeys } from './schema-walk.js';
import type { Place } from './source-file.js';
import { member, toJson, type SourceNode } from './source-node.js';

/** What a compiled validator is: it says whether, and leaves its errors on itself, as ajv does. */
export interface Validate {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null | undefined;
}

/** A schema in the normal form and its validator. */
export interface Checker {
  readonly schema: Schema;
  readonly validate: Validate;
}

export interface CheckedValue {
  readonly node: SourceNode;
  /** Put before each path in messages: `train`; empty at the top of a file. */
  readonly name: string;
  /** Where the whole stands, for what has no place of its own. */
  readonly at: Place | undefined;
  /** Of a stage's settings: whether what is missing is no fault (a pipeline may leave it to its experiments). */
  readonly partial?: boolean;
}

/** Judges the value and tells every problem; true when there is none. */
export function checkValue(checker: Checker, value: CheckedValue, problems: ProblemList): boolean {
  // A validator judges every item even of a list that is far too long, at a cost that grows with their square.
  const node = value.node.size > limits.errors ? cutLists(checker.schema, value.node) : value.node;
  if (checker.validate(toJson(node))) return true;
  const before = problems.count;
  const said = new Set<string>();
  for (const { error, holder } of meantErrors(checker.validate.errors ?? [], checker.schema, node)) {
    if (value.partial === true && error.keyword === 'required') continue;
    // One sentence tells the whole rule of a value, so one is enough.
    const key = isAboutKey(error)
      ? `${error.instancePath} ${JSON.stringify(error.params)}`
      : error.instancePath;
    if (said.has(key)) continue;
    said.add(key);
    if (problems.full) {
      problems.skip();
      continue;
    }
    explain(error, holder, value, problems);
  }
  return problems.count === before;
}

function isAboutKey({ keyword }: ErrorObject): boolean {
  return keyword === 'additionalProperties' || keyword === 'required';
}

interface Spot {
  readonly path: readonly string[];
  readonly shown: string;
  readonly node: SourceNode | undefined;
  readonly at: Place | undefined;
}

function spotOf(error: ErrorObject, { node, name, at }: CheckedValue): Spot {
  const path = pointerParts(error.instancePath);
  let place = at;
  let current: SourceNode | undefined = node;
  for (const key of path) {
    current = member(current, key);
    place = current?.place ?? place;
  }
  const shown = [name, ...path].filter((part) => part !== '').join('.');
  return { path, shown, node: current, at: place };
}

function nameOf(spot: Spot, key?: string): string {
  const path = [spot.shown, key].filter((part) => part !== undefined && part !== '').join('.');
  return path === '' ? 'the file' : `"${path}"`;
}

function explain(error: ErrorObject, holder: Schema, value: CheckedValue, problems: ProblemList): void {
  const spot = spotOf(error, value);
  if (isBroken(spot.node)) return;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const entry = spot.node?.kind === 'map' ? spot.node.entries.get(key) : undefined;
      const known = Object.keys(holder.properties ?? {});
      problems.add({
        code: 'unknown-setting',
        message: `expected a setting that ${spot.shown === '' ? 'the file' : `"${spot.shown}"`} knows, got "${key}"`,
        at: entry?.key ?? spot.at,
        fix: suggestName(key, known),
      });
      return;
    }
    case 'required': {
      const key = String(error.params['missingProperty']);
      problems.add({
        code: 'missing-setting',
        message: expected(nameOf(spot, key), describeProperty(holder, key), undefined),
        at: spot.at,
        fix:
          value.partial === undefined || spot.path.length > 0
            ? undefined
            : `set ${value.name}.${key} in the experiment, or ${key} under the stage's "with"`,
      });
      return;
    }
    case 'discriminator': {
      explainTag(error, holder, spot, problems);
      return;
    }
  }
  if (error.propertyName !== undefined) {
    const key = error.propertyName;
    const entry = spot.node?.kind === 'map' ? spot.node.entries.get(key) : undefined;
    problems.add({
      code: 'bad-name',
      message: expected(`each name in ${nameOf(spot)}`, describeSchema({ type: 'string', ...holder }), key),
      at: entry?.key ?? spot.at,
    });
    return;
  }
  explainValue(error, holder, spot, problems);
}

/** A property of several branches is described by all of them together. */
function describeProperty(holder: Schema, key: string): string {
  const property = holder.properties?.[key];
  if (property !== undefined) return describeSchema(property);
  const values = (holder.oneOf ?? []).flatMap(
    ({ properties }) => properties?.[key]?.enum ?? [properties?.[key]?.const ?? null],
  );
  return values.length === 0 ? 'set' : describeSchema({ enum: values });
}

function explainTag(error: ErrorObject, union: Schema, spot: Spot, problems: ProblemList): void {
  const tag = String(error.params['tag']);
  const node = member(spot.node, tag);
  if (isBroken(node)) return;
  const values = (union.oneOf ?? []).flatMap(
    ({ properties }) => properties?.[tag]?.enum ?? [properties?.[tag]?.const ?? null],
  );
  const got = node === undefined ? undefined : toJson(node);
  problems.add({
    code: node === undefined ? 'missing-setting' : 'not-one-of',
    message: expected(nameOf(spot, tag), describeSchema({ enum: values }), got),
    at: node?.place ?? spot.at,
    related: origin(node),
    fix: suggestFrom(values, got),
  });
}

function explainValue(error: ErrorObject, holder: Schema, spot: Spot, problems: ProblemList): void {
  const got = spot.node === undefined ? undefined : toJson(spot.node);
  const repeated = error.keyword === 'uniqueItems' ? `, got ${showValue(got)} twice or more` : undefined;
  const rule = describeSchema(holder);
  problems.add({
    code: codes[error.keyword] ?? 'bad-value',
    message:
      rule === 'another value'
        ? `expected ${nameOf(spot)} to be allowed by its schema, which says it ${error.message ?? 'is not'}, got ${showValue(got)}`
        : repeated === undefined
          ? expected(nameOf(spot), rule, got)
          : `expected ${nameOf(spot)} to be ${rule}, got ${showValue(got)}`,
    at: spot.at,
    related: origin(spot.node),
    fix: fixFor(holder, got),
  });
}

const codes: Readonly<Record<string, string>> = {
  type: 'wrong-type',
  anyOf: 'wrong-type',
  oneOf: 'wrong-type',
  enum: 'not-one-of',
  const: 'not-one-of',
  minimum: 'out-of-range',
  maximum: 'out-of-range',
  exclusiveMinimum: 'out-of-range',
  exclusiveMaximum: 'out-of-range',
  multipleOf: 'out-of-range',
  minLength: 'bad-text',
  maxLength: 'bad-text',
  pattern: 'bad-text',
  minItems: 'bad-list',
  maxItems: 'bad-list',
  uniqueItems: 'bad-list',
  minProperties: 'bad-mapping',
  maxProperties: 'bad-mapping',
};

function isBroken(node: SourceNode | undefined): boolean {
  return node?.kind === 'scalar' && node.broken === true;
}

function origin(node: SourceNode | undefined) {
  return node?.origin === undefined ? undefined : { message: 'its value comes from here', at: node.origin };
}

function suggestFrom(known: readonly unknown[], got: unknown): string | undefined {
  const names = known.filter((value) => typeof value === 'string');
  if (typeof got !== 'string' || got.length > 100 || names.length === 0) return undefined;
  const fix = suggestName(got, names);
  return fix.startsWith('did') || names.length > 14 ? fix : undefined;
}

const booleans: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  no: false,
  off: false,
  false: false,
};

/** What the user probably meant to write. */
function fixFor(schema: Schema, got: unknown): string | undefined {
  const keys = (schema.anyOf ?? [])
    .filter(isOneOfManyKeys)
    .flatMap(({ properties }) => Object.keys(properties ?? {}));
  if (keys.length > 0 && typeof got === 'string') {
    if (keys.includes(got)) return `give it its settings: ${got}: { … }`;
    return suggestFrom(
      [...new Set([...(schema.anyOf ?? []).flatMap((branch) => branch.enum ?? []), ...keys])],
      got,
    );
  }
  if (schema.enum !== undefined || schema.const !== undefined)
    return suggestFrom(schema.enum ?? [schema.const], got);
  if (typeof got !== 'string') return got === null ? 'give it a value, or take the line away' : undefined;
  const wants = (type: string): boolean =>
    schema.type === type || (schema.anyOf ?? []).some((branch) => branch.type === type);
  const meant = booleans[got.toLowerCase()];
  if (wants('boolean') && meant !== undefined) return `write ${meant}, without quotes`;
  const number = got.replace(/(?<=\d)[_,' ](?=\d{3}(\D|$))/g, '');
  if ((wants('number') || wants('integer')) && /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(number)) {
    return `write ${Number(number)}, without quotes`;
  }
  return undefined;
}
