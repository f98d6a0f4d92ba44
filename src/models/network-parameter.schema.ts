/** What a network's parameter may be, declared or set. Imported at run time by the build alone. */
import Type from 'typebox';

export const networkParameter = Type.Union([
  Type.Number(),
  Type.Boolean(),
  Type.String({ maxLength: 200 }),
  Type.Array(Type.Number(), { maxItems: 1000 }),
]);
