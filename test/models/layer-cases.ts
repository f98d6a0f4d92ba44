/** Every layer type that a network file may name, with settings of every kind, in a network around it. */
import type { JsonObject } from '../../src/core/json.js';
import type { LayerEntry } from '../../src/models/network.js';

const random = { kind: 'randomNormal', stddev: 0.3 };
const weights = (...names: string[]): JsonObject =>
  Object.assign(
    {},
    ...names.map((name) => ({
      [`${name}Initializer`]: random,
      [`${name}Regularizer`]: { kind: 'l1l2', l1: 0.001, l2: 0.002 },
    })),
  ) as JsonObject;
const without = (ending: string, settings: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => !key.endsWith(ending)));
const window = { kernelSize: [2, 3], strides: [1, 2], padding: 'same', activation: 'tanh', useBias: true };
const recurrent = {
  units: 3,
  activation: 'sigmoid',
  useBias: true,
  dropout: 0.1,
  recurrentDropout: 0.1,
  returnSequences: true,
  goBackwards: true,
  ...without('Regularizer', weights('kernel', 'recurrent', 'bias')),
};
const gated = { ...recurrent, recurrentActivation: 'sigmoid' };

/** What the layer under test stands on: an image 6×6×2, a sequence 6×4, or a row of 5; all come out of trained weights. */
const image: LayerEntry[] = [{ conv2d: { filters: 2, kernelSize: 1, name: 'base' } }];
const sequence: LayerEntry[] = [{ reshape: { targetShape: [6, -1] } }, { dense: { units: 4, name: 'base' } }];
const row: LayerEntry[] = ['flatten', { dense: { units: 5, name: 'base' } }];

export type LayerCase = readonly [
  type: string,
  base: LayerEntry[],
  settings: JsonObject,
  output: readonly number[],
];

export const layerCases: readonly LayerCase[] = [
  ['conv2d', image, { filters: 3, ...window, dilationRate: 1, ...weights('kernel', 'bias') }, [6, 3, 3]],
  [
    'depthwiseConv2d',
    image,
    {
      ...window,
      strides: 2,
      dilationRate: 1,
      depthMultiplier: 2,
      ...weights('bias'),
      depthwiseInitializer: random,
    },
    [3, 3, 4],
  ],
  [
    'separableConv2d',
    image,
    { filters: 3, ...window, strides: 2, dilationRate: 1, ...weights('depthwise', 'pointwise', 'bias') },
    [3, 3, 3],
  ],
  [
    'conv2dTranspose',
    image,
    { filters: 3, ...window, strides: 2, ...weights('kernel', 'bias') },
    [12, 12, 3],
  ],
  [
    'conv1d',
    sequence,
    { filters: 3, ...window, kernelSize: 2, strides: 2, dilationRate: 1, ...weights('kernel', 'bias') },
    [3, 3],
  ],
  ['maxPooling2d', image, { poolSize: [2, 3], strides: 2, padding: 'same' }, [3, 3, 2]],
  ['averagePooling2d', image, { poolSize: 3, strides: [1, 2], padding: 'same' }, [6, 3, 2]],
  ['globalMaxPooling2d', image, {}, [2]],
  ['globalAveragePooling2d', image, {}, [2]],
  ['maxPooling1d', sequence, { poolSize: 2, strides: 1, padding: 'same' }, [6, 4]],
  ['averagePooling1d', sequence, { poolSize: 3, strides: 2, padding: 'same' }, [3, 4]],
  ['globalMaxPooling1d', sequence, {}, [4]],
  ['globalAveragePooling1d', sequence, {}, [4]],
  [
    'cropping2D',
    image,
    {
      cropping: [
        [1, 0],
        [0, 2],
      ],
    },
    [5, 4, 2],
  ],
  ['zeroPadding2d', image, { padding: [1, 2] }, [8, 10, 2]],
  ['upSampling2d', image, { size: 2, interpolation: 'bilinear' }, [12, 12, 2]],
  ['dense', row, { units: 3, activation: 'gelu', useBias: true, ...weights('kernel', 'bias') }, [3]],
  ['flatten', image, {}, [72]],
  ['activation', image, { activation: 'swish' }, [6, 6, 2]],
  ['reLU', image, { maxValue: 6 }, [6, 6, 2]],
  ['leakyReLU', image, { alpha: 0.1 }, [6, 6, 2]],
  ['prelu', image, { sharedAxes: [1, 2], ...weights('alpha') }, [6, 6, 2]],
  ['elu', image, {}, [6, 6, 2]],
  ['softmax', image, {}, [6, 6, 2]],
  ['dropout', image, { rate: 0.3 }, [6, 6, 2]],
  ['spatialDropout1d', sequence, { rate: 0.3 }, [6, 4]],
  ['spatialDropout2d', image, { rate: 0.3 }, [6, 6, 2]],
  ['alphaDropout', image, { rate: 0.3 }, [6, 6, 2]],
  ['gaussianDropout', image, { rate: 0.3 }, [6, 6, 2]],
  ['gaussianNoise', image, { stddev: 0.3 }, [6, 6, 2]],
  [
    'batchNormalization',
    image,
    {
      momentum: 0.9,
      epsilon: 0.01,
      center: true,
      scale: true,
      ...weights('beta', 'gamma'),
      movingMeanInitializer: random,
      movingVarianceInitializer: { kind: 'randomUniform', minval: 0.5, maxval: 2 },
    },
    [6, 6, 2],
  ],
  [
    'layerNormalization',
    image,
    {
      axis: [2, -1],
      epsilon: 0.01,
      center: true,
      scale: true,
      ...weights('beta', 'gamma'),
    },
    [6, 6, 2],
  ],
  ['reshape', image, { targetShape: [-1, 4] }, [18, 4]],
  ['permute', image, { dims: [3, 1, 2] }, [2, 6, 6]],
  ['repeatVector', row, { n: 3 }, [3, 5]],
  ['rescaling', image, { scale: 2, offset: -1 }, [6, 6, 2]],
  ['add', image, {}, [6, 6, 2]],
  ['multiply', image, {}, [6, 6, 2]],
  ['average', image, {}, [6, 6, 2]],
  ['maximum', image, {}, [6, 6, 2]],
  ['minimum', image, {}, [6, 6, 2]],
  ['concatenate', image, { axis: 1 }, [12, 6, 2]],
  ['dot', row, { axes: -1, normalize: true }, [1]],
  ['simpleRNN', sequence, recurrent, [6, 3]],
  ['gru', sequence, gated, [6, 3]],
  ['lstm', sequence, { ...gated, unitForgetBias: true }, [6, 3]],
  ['bidirectional', sequence, { layer: { lstm: { units: 3 } }, mergeMode: 'concat' }, [6]],
  [
    'timeDistributed',
    image,
    { layer: { conv1d: { filters: 3, kernelSize: 2, ...weights('kernel') } } },
    [6, 5, 3],
  ],
];
const merging = new Set(['add', 'multiply', 'average', 'maximum', 'minimum', 'concatenate', 'dot']);

/** A network of three classes on images 6×6×1, with the layer under the name "tested". */
export const networkOf = ([type, base, settings, output]: LayerCase) => ({
  layers: [
    ...base,
    ...(merging.has(type) ? [{ dense: { from: 'base', units: base === image ? 2 : 5, name: 'other' } }] : []),
    { [type]: { ...settings, name: 'tested', ...(merging.has(type) && { from: ['base', 'previous'] }) } },
    ...(output.length > 1 ? ['flatten'] : []),
    { dense: { units: 3, activation: 'softmax' } },
  ] as LayerEntry[],
});

export const dilatedCases: readonly LayerCase[] = [
  ['conv2d', image, { filters: 3, kernelSize: [2, 3], dilationRate: [3, 1] }, [3, 4, 3]],
  ['depthwiseConv2d', image, { kernelSize: 2, dilationRate: 3 }, [3, 3, 2]],
  ['depthwiseConv2d', image, { kernelSize: 2, dilationRate: 3, padding: 'same' }, [6, 6, 2]],
  ['separableConv2d', image, { filters: 3, kernelSize: 2, dilationRate: [1, 4] }, [5, 2, 3]],
  ['conv1d', sequence, { filters: 3, kernelSize: 3, dilationRate: 2 }, [2, 3]],
];
