/** Compiles a schema at run time with ajv. For stages of one's own; Assay's own schemas are compiled when it is built. */
import { failed, ok, type Result } from '../core/problem.js';
import type { Checker, Validate } from './explain-errors.js';
import { normalizeSchema } from './json-schema.js';

/** Compiling takes ten milliseconds, and a stage is checked once for every trial of a sweep. */
const compiled = new WeakMap<object, Checker>();

/** `shown` names the schema's file in the problem `bad-stage-schema`. */
export async function compileSchema(schema: object, shown: string): Promise<Result<Checker>> {
  const known = compiled.get(schema);
  if (known !== undefined) return ok(known);
  const { Ajv } = await import('ajv');
  try {
    const normal = normalizeSchema(schema);
    const ajv = new Ajv({
      allErrors: true,
      discriminator: true,
      strict: false,
      validateFormats: false,
      logger: false,
    });
    const checker = { schema: normal, validate: ajv.compile(normal) as Validate };
    compiled.set(schema, checker);
    return ok(checker);
  } catch (error) {
    return failed({
      code: 'bad-stage-schema',
      message: `expected the schema of ${shown} to be a JSON Schema (draft-07), but ${(error as Error).message}`,
    });
  }
}
