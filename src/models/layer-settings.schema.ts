/**
 * The settings that many layers share, and how a layer's schema is put together of them. Imported at run time by the
 * build alone. What several layers repeat (activations, initializers, …) stands once, under `$defs` of the network file.
 */
import Type, { type TProperties, type TSchema } from 'typebox';

const define = (name: string, description: string) =>
  Type.Unsafe<unknown>({ $ref: `#/$defs/${name}`, description });

export const activation = (description = 'What is applied to the output. Absent: nothing.') =>
  define('activation', description);
export const count = (description: string, maximum: number) =>
  Type.Integer({ description, minimum: 1, maximum });
export const flag = (description: string) => Type.Boolean({ description });
export const rate = (description: string) => Type.Number({ description, minimum: 0, exclusiveMaximum: 1 });
export const oneOf = (description: string, ...values: string[]) => Type.Enum(values, { description });

/** A whole number for both directions, or one for each: `[vertical, horizontal]`. */
export const pair = (description: string, minimum: number, maximum = 256) => {
  const side = Type.Integer({ minimum, maximum });
  return Type.Union([side, Type.Array(side, { minItems: 2, maxItems: 2 })], {
    description: `${description} One number for both directions, or [vertical, horizontal].`,
  });
};

/** As `pair`, or each edge on its own: `[[top, bottom], [left, right]]`. */
export const edges = (description: string) => {
  const side = Type.Integer({ minimum: 0, maximum: 256 });
  const two = Type.Array(side, { minItems: 2, maxItems: 2 });
  return Type.Union([side, two, Type.Array(two, { minItems: 2, maxItems: 2 })], {
    description: `${description} One number for all edges, [vertical, horizontal], or [[top, bottom], [left, right]].`,
  });
};

export const padding = oneOf(
  '"valid": only where the window fits. "same": zeros round the edge, so that the size stays (divided by the strides). Default: valid.',
  'valid',
  'same',
);

/**
 * Initializer and, unless said otherwise, regularizer of one weight. There are no constraints: tfjs reads them and never
 * applies them while it trains.
 */
export function weight(name: string, what: string, start: string, regularized = true): TProperties {
  return {
    [`${name}Initializer`]: define('initializer', `How ${what} start. Default: ${start}.`),
    ...(regularized && {
      [`${name}Regularizer`]: define('regularizer', `What is added to the loss for large ${what}.`),
    }),
  };
}

export const useBias = flag('Whether each output gets a number of its own added. Default: true.');

/** One layer type before it is turned into a schema. */
export interface LayerType {
  readonly description: string;
  readonly required: TProperties;
  readonly optional: TProperties;
  /** Whether it has weights that `trainable: false` can hold still. */
  readonly weights: boolean;
  readonly merges: boolean;
}

export function layerType(
  description: string,
  required: TProperties,
  optional: TProperties,
  kind: { weights?: boolean; merges?: boolean } = {},
): LayerType {
  return { description, required, optional, weights: kind.weights ?? false, merges: kind.merges ?? false };
}

const layerName = Type.String({
  description:
    'A name by which later layers can take it as input; unique in the network. Default: its type and a number.',
  pattern: '^[A-Za-z][A-Za-z0-9_-]*$',
  maxLength: 60,
});
const source = (description: string) => Type.String({ description, minLength: 1, maxLength: 60 });
const from = source(
  'The layer to take the input from, by name; "input" is the image. Default: the layer before.',
);
const manyFrom = Type.Array(source('A layer before this one, "previous" (the one just before) or "input".'), {
  description: 'The layers to join, by name; "previous" is the one just before, "input" the image.',
  minItems: 2,
  maxItems: 64,
});

/** The settings of one layer type; a wrapped layer stands inside another and has neither name nor `from`. */
function layerSchema(type: LayerType, wrapped = false): TSchema {
  const optional: TProperties = {
    ...type.optional,
    ...(type.weights && { trainable: flag('Whether training changes its weights. Default: true.') }),
    ...(!wrapped && { name: layerName }),
    ...(!wrapped && !type.merges && { from }),
  };
  const loose = Object.entries(optional).map(([name, schema]) => [name, Type.Optional(schema)] as const);
  const required = type.merges ? { ...type.required, from: manyFrom } : type.required;
  return Type.Object(
    { ...required, ...(Object.fromEntries(loose) as TProperties) },
    { description: type.description, additionalProperties: false },
  );
}

/** Exactly one of these layer types, as a mapping of one key. */
export function oneLayerOf(
  types: Readonly<Record<string, LayerType>>,
  description: string,
  wrapped = false,
): TSchema {
  const schemas = Object.entries(types).map(
    ([name, type]) => [name, Type.Optional(layerSchema(type, wrapped))] as const,
  );
  const mapping = Type.Object(Object.fromEntries(schemas), {
    description,
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  });
  const bare = Object.keys(types).filter(
    (name) => Object.keys(types[name]!.required).length === 0 && !types[name]!.merges,
  );
  if (bare.length === 0) return mapping;
  const alone = Type.Enum(bare, { description: 'A layer type alone, all its settings at their defaults.' });
  return Type.Union([alone, mapping], { description });
}
