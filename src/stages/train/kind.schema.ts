/** One of the kinds that a setting can be of. Imported at run time by the build alone. */
import Type, { type TProperties } from 'typebox';

export const kind = <Name extends string, Options extends TProperties>(
  name: Name,
  description: string,
  options: Options,
) =>
  Type.Object(
    { kind: Type.Literal(name, { description }), ...options },
    { description, additionalProperties: false },
  );
