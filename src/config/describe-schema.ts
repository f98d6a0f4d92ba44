/** Says in words what a schema admits, to stand after "expected X to be". */
import { showValue } from '../core/problem.js';
import type { Schema } from './json-schema.js';

const mostListed = 14;

/** `an integer from 1 to 10`, `one of "adam", "sgd"`, `a number above 0 or a mapping`. */
export function describeSchema(schema: Schema): string {
  if (schema.const !== undefined) return showValue(schema.const);
  if (schema.enum !== undefined) {
    const [only, ...others] = schema.enum;
    if (others.length === 0) return showValue(only);
    if (schema.enum.length > mostListed) return `one of ${schema.enum.length} names`;
    return `one of ${schema.enum.map(showValue).join(', ')}`;
  }
  const union = schema.discriminator === undefined ? (schema.anyOf ?? schema.oneOf) : undefined;
  if (union !== undefined) return [...new Set(union.map(describeSchema))].join(' or ');
  const types: readonly (string | undefined)[] =
    typeof schema.type === 'object' ? schema.type : [schema.type];
  return types.map((type) => describeType(type, schema)).join(' or ');
}

function describeType(type: string | undefined, schema: Schema): string {
  switch (type) {
    case 'integer':
    case 'number':
      return describeNumber(type, schema);
    case 'string':
      return describeText(schema);
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return describeList(schema);
    case 'object':
      return describeMapping(schema);
    default:
      return 'another value';
  }
}

function describeNumber(type: 'integer' | 'number', schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const noun = type === 'integer' ? 'an integer' : 'a number';
  const rules: string[] = [];
  if (minimum !== undefined && maximum !== undefined) rules.push(`from ${minimum} to ${maximum}`);
  else {
    if (exclusiveMinimum !== undefined) rules.push(`above ${exclusiveMinimum}`);
    if (minimum !== undefined) rules.push(`of at least ${minimum}`);
    if (exclusiveMaximum !== undefined) rules.push(`below ${exclusiveMaximum}`);
    if (maximum !== undefined)
      rules.push(exclusiveMinimum === undefined ? `of at most ${maximum}` : `at most ${maximum}`);
  }
  if (multipleOf !== undefined) rules.push(`that is a multiple of ${multipleOf}`);
  return rules.length === 0 ? noun : `${noun} ${rules.join(' and ')}`;
}

function describeText({ minLength = 0, maxLength, pattern, assayRule }: Schema): string {
  const rules: string[] = [];
  if (assayRule !== undefined) rules.push(assayRule);
  else if (pattern !== undefined) rules.push(`matching /${pattern}/`);
  else if (minLength > 1) rules.push(`of at least ${minLength} characters`);
  else if (minLength === 1) rules.push('that is not empty');
  if (maxLength !== undefined) rules.push(`of at most ${maxLength} characters`);
  return ['text', ...rules].join(' ');
}

function describeMapping({ minProperties, maxProperties }: Schema): string {
  if (minProperties === undefined && maxProperties === undefined) return 'a mapping';
  if (minProperties === maxProperties) return `a mapping of exactly ${keys(minProperties!)}`;
  if (maxProperties === undefined) return `a mapping of at least ${keys(minProperties!)}`;
  return `a mapping of ${minProperties === undefined ? 'at most' : `${minProperties} to`} ${keys(maxProperties)}`;
}

function keys(count: number): string {
  return count === 1 ? 'one key' : `${count} keys`;
}

function describeList({ items, minItems, maxItems, uniqueItems }: Schema): string {
  const count =
    minItems !== undefined && minItems === maxItems
      ? ` of ${minItems} values`
      : minItems !== undefined && maxItems !== undefined
        ? ` of ${minItems} to ${maxItems} values`
        : minItems !== undefined
          ? ` of at least ${minItems} value${minItems === 1 ? '' : 's'}`
          : maxItems !== undefined
            ? ` of at most ${maxItems} values`
            : '';
  const noun = uniqueItems === true ? `a list${count}, all different` : `a list${count}`;
  const each = items === undefined || Array.isArray(items) ? undefined : describeSchema(items as Schema);
  if (each === undefined || each === 'another value' || each === 'a mapping') return noun;
  return `${noun}, each ${each}`;
}
