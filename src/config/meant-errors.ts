/**
 * Out of all that a validator finds wrong, what is worth telling: errors of the branches of unions that the user meant,
 * each with the schema whose rule is broken. Validators try every branch; their own paths do not say which was meant.
 */
import type { ErrorObject } from 'ajv';
import { limits } from './limits.js';
import type { Schema } from './json-schema.js';
import { schemasAt } from './schema-walk.js';
import type { SourceNode } from './source-node.js';

export interface MeantError {
  readonly error: ErrorObject;
  /** The schema that holds the broken rule; of a name, the schema of names. */
  readonly holder: Schema;
}

/** `/a~1b/0` → `['a/b', '0']`. */
export function pointerParts(pointer: string): string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function meantErrors(errors: readonly ErrorObject[], schema: Schema, node: SourceNode): MeantError[] {
  // What is said of a name is said by the errors inside it.
  const looked = errors
    .slice(0, limits.errors)
    .filter(({ keyword }) => keyword !== 'propertyNames' && keyword !== 'if');
  const schemas = new Map<string, readonly Schema[]>();
  const meant = looked.flatMap((error): MeantError[] => {
    let candidates = schemas.get(error.instancePath);
    if (candidates === undefined) {
      candidates = schemasAt(schema, node, pointerParts(error.instancePath));
      schemas.set(error.instancePath, candidates);
    }
    if (error.propertyName !== undefined)
      candidates = candidates.flatMap(({ propertyNames }) => propertyNames ?? []);
    const holder = candidates.find((candidate) => says(candidate, error));
    return holder === undefined ? [] : [{ error, holder }];
  });
  if (meant.length === 0) return looked.slice(0, 1).map((error) => ({ error, holder: {} }));
  // A union only sums up what its branches say, unless none of them was meant.
  const isUnion = ({ error }: MeantError): boolean => error.keyword === 'anyOf' || error.keyword === 'oneOf';
  const isAnswered = ({ error: { instancePath } }: MeantError): boolean =>
    meant.some(
      (other) =>
        other.error.instancePath.startsWith(`${instancePath}/`) ||
        (other.error.instancePath === instancePath && !isUnion(other)),
    );
  return meant.filter((one) => !isUnion(one) || !isAnswered(one));
}

/** Whether the error is about a rule of this very schema. */
function says(schema: Schema, { keyword, params }: ErrorObject): boolean {
  const rule: unknown = schema[keyword as keyof Schema];
  if (rule === undefined) return false;
  switch (keyword) {
    case 'additionalProperties':
      return !Object.hasOwn(schema.properties ?? {}, String(params['additionalProperty']));
    case 'required':
      return (rule as readonly string[]).includes(String(params['missingProperty']));
    case 'type':
      return JSON.stringify(params['type']) === JSON.stringify(rule);
    case 'enum':
      return JSON.stringify(params['allowedValues']) === JSON.stringify(rule);
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return params['limit'] === rule;
    default:
      return true;
  }
}
