/** Activations, initializers and regularizers: what layers' schemas refer to under `$defs`. */
import Type, { type TProperties, type TSchema } from 'typebox';

/** All of tfjs's that can be saved and loaded again; `gelu_new` can't. */
const activations = [
  'elu',
  'gelu',
  'hardSigmoid',
  'linear',
  'logSoftmax',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
];

const number = (description: string, options: object = {}) =>
  Type.Optional(Type.Number({ description, ...options }));
const mean = number('Default: 0.');
const deviation = number('Standard deviation. Default: 0.05.', { exclusiveMinimum: 0 });
const gain = number('Factor. Default: 1.');

/** A kind by name alone, or as `{ kind, … }` with the options of that kind. */
function kinds(
  description: string,
  options: Readonly<Record<string, TProperties>>,
  complete: readonly string[],
): TSchema {
  const forms = Object.entries(options).map(([kind, properties]) =>
    Type.Object({ kind: Type.Literal(kind), ...properties }, { additionalProperties: false }),
  );
  return Type.Union([Type.Enum([...complete]), ...forms], { description });
}

const initializers = {
  zeros: {},
  ones: {},
  constant: { value: Type.Number({ description: 'What every weight starts as.' }) },
  randomUniform: {
    minval: number('Lower bound. Default: -0.05.'),
    maxval: number('Upper bound. Default: 0.05.'),
  },
  randomNormal: { mean, stddev: deviation },
  truncatedNormal: { mean, stddev: deviation },
  varianceScaling: {
    scale: number('Factor on the variance. Default: 1.', { exclusiveMinimum: 0 }),
    mode: Type.Optional(
      Type.Enum(['fanIn', 'fanOut', 'fanAvg'], {
        description:
          'What the variance is divided by: the number of inputs, of outputs, or their mean. Default: fanIn.',
      }),
    ),
    distribution: Type.Optional(
      Type.Enum(['normal', 'uniform', 'truncatedNormal'], { description: 'Default: normal.' }),
    ),
  },
  glorotUniform: {},
  glorotNormal: {},
  heUniform: {},
  heNormal: {},
  leCunUniform: {},
  leCunNormal: {},
  orthogonal: { gain },
  identity: { gain },
};

const share = (what: string) =>
  Type.Optional(Type.Number({ description: `Factor on ${what}. Default: 0.01.`, minimum: 0, maximum: 1000 }));
const l1 = share("the sum of the weights' absolute values");
const l2 = share("the sum of the weights' squares");
const regularizers = { l1: { l1 }, l2: { l2 }, l1l2: { l1, l2 } };

const withoutOptions = (options: object, ...incomplete: string[]): string[] =>
  Object.keys(options).filter((kind) => !incomplete.includes(kind));

export const sharedDefinitions: Readonly<Record<string, TSchema>> = {
  activation: Type.Enum(activations, { description: 'What is applied to each output.' }),
  initializer: kinds('How a weight starts.', initializers, withoutOptions(initializers, 'constant')),
  regularizer: kinds(
    'What is added to the loss for large weights.',
    regularizers,
    withoutOptions(regularizers),
  ),
};
