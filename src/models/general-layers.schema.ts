/** Layers over values of any shape: dense, activations, dropout and noise, normalisation, shapes, joins. */
import Type from 'typebox';
import { activation, count, flag, layerType, rate, useBias, weight } from './layer-settings.schema.js';

const number = (description: string, options: object = {}) => Type.Number({ description, ...options });
const epsilon = number('Added to the variance, so that nothing is divided by zero. Default: 0.001.', {
  exclusiveMinimum: 0,
  maximum: 1,
});
const center = flag('Whether a learned offset (beta) is added. Default: true.');
const scale = flag('Whether a learned factor (gamma) is applied. Default: true.');
const beta = weight('beta', 'offsets', 'zeros');
const gamma = weight('gamma', 'factors', 'ones');
const initializerOnly = (name: string, what: string, start: string) =>
  Object.fromEntries(
    Object.entries(weight(name, what, start)).filter(([key]) => key.endsWith('Initializer')),
  );
const weights = { weights: true };
const merges = { merges: true };
const axis = (description: string) => Type.Enum([-4, -3, -2, -1, 1, 2, 3, 4], { description });

const join = (what: string) => layerType(`${what} of layers of one shape, value by value.`, {}, {}, merges);

export const generalLayers = {
  dense: layerType(
    'Every output looks at every input.',
    { units: count('How many outputs.', 1_000_000) },
    {
      activation: activation(),
      useBias,
      ...weight('kernel', 'weights', 'glorotNormal'),
      ...weight('bias', 'biases', 'zeros'),
    },
    weights,
  ),
  flatten: layerType('All values of an image in one row.', {}, {}),

  activation: layerType('An activation as a layer.', { activation: activation('Which one.') }, {}),
  reLU: layerType(
    'Negative values become 0.',
    {},
    { maxValue: number('Larger ones become this.', { exclusiveMinimum: 0 }) },
  ),
  leakyReLU: layerType(
    'Negative values become small.',
    {},
    { alpha: number('Factor on negative values. Default: 0.3.', { minimum: 0 }) },
  ),
  prelu: layerType(
    'Negative values are multiplied by a learned factor.',
    {},
    {
      ...weight('alpha', 'factors', 'zeros'),
      sharedAxes: Type.Array(Type.Integer({ minimum: 1, maximum: 4 }), {
        description:
          'Axes along which the factor is the same, from 1: [1, 2] gives each channel of an image one. Default: none.',
        minItems: 1,
        maxItems: 4,
        uniqueItems: true,
      }),
    },
    weights,
  ),
  elu: layerType('Negative values x become exp(x) - 1.', {}, {}),
  softmax: layerType('Values become probabilities that add up to 1, along the last axis.', {}, {}),

  dropout: layerType(
    'While training, sets values to 0 at random and enlarges the rest.',
    { rate: rate('Share of values set to 0.') },
    {},
  ),
  spatialDropout1d: layerType(
    'While training, sets whole features of a sequence to 0.',
    { rate: rate('Share of features set to 0.') },
    {},
  ),
  spatialDropout2d: layerType(
    'While training, sets whole channels of an image to 0.',
    { rate: rate('Share of channels set to 0.') },
    {},
  ),
  alphaDropout: layerType(
    'Dropout that keeps mean and variance; for selu.',
    { rate: rate('Share of values dropped.') },
    {},
  ),
  gaussianDropout: layerType(
    'While training, multiplies by noise round 1.',
    { rate: rate('As of dropout with the same variance.') },
    {},
  ),
  gaussianNoise: layerType(
    'While training, adds noise.',
    { stddev: number('Standard deviation of the noise.', { minimum: 0 }) },
    {},
  ),

  batchNormalization: layerType(
    'Scales each channel to mean 0 and variance 1 over the batch; when not training, by moving means.',
    {},
    {
      momentum: number('Share of the old value in each step of the moving means. Default: 0.99.', {
        minimum: 0,
        maximum: 1,
      }),
      epsilon,
      center,
      scale,
      ...beta,
      ...gamma,
      ...initializerOnly('movingMean', 'moving means', 'zeros'),
      ...initializerOnly('movingVariance', 'moving variances', 'ones'),
    },
    weights,
  ),
  layerNormalization: layerType(
    'Scales each example to mean 0 and variance 1.',
    {},
    {
      axis: Type.Union([axis('One axis.'), Type.Array(axis('An axis.'), { minItems: 1, maxItems: 4 })], {
        description:
          'Axes over which mean and variance are taken, from 1, or from the end by -1. Default: -1.',
      }),
      epsilon,
      center,
      scale,
      ...beta,
      ...gamma,
    },
    weights,
  ),

  reshape: layerType(
    'The same values in another shape.',
    {
      targetShape: Type.Array(Type.Integer({ minimum: -1, maximum: 1_000_000 }), {
        description:
          'The shape of one example; one side may be -1 and is worked out. [28, 28] makes a sequence of 28 rows.',
        minItems: 1,
        maxItems: 5,
      }),
    },
    {},
  ),
  permute: layerType(
    'Axes in another order.',
    {
      dims: Type.Array(Type.Integer({ minimum: 1, maximum: 5 }), {
        description: 'The old axes in their new order, from 1: [2, 1, 3] turns an image on its side.',
        minItems: 1,
        maxItems: 5,
        uniqueItems: true,
      }),
    },
    {},
  ),
  repeatVector: layerType('A row of values, several times.', { n: count('How many times.', 65_536) }, {}),
  rescaling: layerType(
    'Multiplies and adds fixed numbers.',
    { scale: number('Factor.') },
    { offset: number('Added after multiplying. Default: 0.') },
  ),

  add: join('The sum'),
  multiply: join('The product'),
  average: join('The mean'),
  maximum: join('The largest'),
  minimum: join('The smallest'),
  concatenate: layerType(
    'Layers side by side.',
    {},
    { axis: axis('Along which axis, from 1, or from the end by -1. Default: -1, the channels.') },
    merges,
  ),
  dot: layerType(
    'The products of two layers, summed along an axis.',
    {
      axes: Type.Union(
        [axis('One axis of both.'), Type.Array(axis('One axis of each.'), { minItems: 2, maxItems: 2 })],
        {
          description: 'The axis to sum along, from 1, or from the end by -1: one for both, or one for each.',
        },
      ),
    },
    {
      normalize: flag(
        'Whether both are scaled to length 1 first, which gives the cosine of their angle. Default: false.',
      ),
    },
    merges,
  ),
};
