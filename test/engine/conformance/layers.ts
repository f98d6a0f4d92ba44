/** Each layer type that a network file may name, with what could go wrong in it. */
import type { JsonObject } from '../../../src/core/json.js';
import type { LayerEntry } from '../../../src/models/network.js';
import {
  around,
  fromImage,
  onImage,
  onRow,
  onSequence,
  row,
  training,
  type ConformanceCase,
} from './conformance-case.js';

const text = (settings: object): string => JSON.stringify(settings).replaceAll('"', '').slice(1, -1);
const image = (type: string, settings: object = {}) =>
  row(`${type} ${text(settings)}`.trim(), around(onImage, type, settings));
const sequence = (type: string, settings: object = {}) =>
  row(`${type} ${text(settings)}`.trim(), around(onSequence, type, settings));
const trained = (one: ConformanceCase): ConformanceCase => ({ ...one, steps: 20 });

/** Every combination of the settings. */
function product<K extends string>(axes: Readonly<Record<K, readonly unknown[]>>): JsonObject[] {
  return Object.entries<readonly unknown[]>(axes).reduce<JsonObject[]>(
    (rows, [key, values]) =>
      rows.flatMap((one) =>
        values.map((value) => (value === undefined ? one : ({ ...one, [key]: value } as JsonObject))),
      ),
    [{}],
  );
}

const padding = ['same', 'valid'];
const windows = product({ kernelSize: [2, 3, [3, 1]], strides: [1, 2, 3], padding });
const pools = product({ poolSize: [2, 3, [2, 3]], strides: [undefined, 1, 2, [2, 1]], padding });
const gaps = product({ kernelSize: [2, 3], dilationRate: [2, [1, 2]], padding: ['same'] });

const convolutions: readonly ConformanceCase[] = [
  ...windows.map((window) => image('conv2d', { filters: 3, ...window })),
  ...windows.map((window) => image('depthwiseConv2d', window)),
  ...windows.map((window) => image('separableConv2d', { filters: 3, ...window })),
  ...windows.map((window) => image('conv2dTranspose', { filters: 3, ...window })),
  ...['conv2d', 'conv2dTranspose', 'separableConv2d'].map((type) =>
    image(type, { filters: 3, kernelSize: [2, 3], strides: [1, 2], padding: 'same' }),
  ),
  // libtensorflow's own kernels take equal strides alone.
  ...product({
    kernelSize: [[2, 3], 4],
    strides: [
      [1, 2],
      [3, 2],
    ],
    padding,
  }).flatMap((window) => [
    trained(image('depthwiseConv2d', { ...window, depthMultiplier: 2 })),
    trained(image('separableConv2d', { filters: 3, ...window, activation: 'relu' })),
  ]),
  ...['conv2d', 'separableConv2d'].flatMap((type) => gaps.map((gap) => image(type, { filters: 3, ...gap }))),
  ...gaps.map((gap) => image('depthwiseConv2d', { ...gap, depthMultiplier: 2 })),
  image('conv2d', { filters: 3, kernelSize: 2, dilationRate: [2, 3] }),
  image('conv2d', { filters: 3, kernelSize: 1, useBias: false }),
  image('conv2d', { filters: 3, kernelSize: [5, 6] }),
  image('depthwiseConv2d', { kernelSize: 3, depthMultiplier: 3, padding: 'same', useBias: false }),
  image('separableConv2d', { filters: 3, kernelSize: 2, useBias: false }),
  image('conv2dTranspose', { filters: 3, kernelSize: 2, useBias: false }),
  ...product({ kernelSize: [2, 3], strides: [1, 2, 4], padding }).map((window) =>
    sequence('conv1d', { filters: 3, ...window }),
  ),
  sequence('conv1d', { filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' }),
  sequence('conv1d', { filters: 3, kernelSize: 2, dilationRate: 2, activation: 'relu' }),
  ...['relu', 'tanh', 'sigmoid', 'elu', 'softmax'].flatMap((activation) => [
    image('conv2d', { filters: 3, kernelSize: 2, activation }),
    image('depthwiseConv2d', { kernelSize: 2, activation }),
    image('separableConv2d', { filters: 3, kernelSize: 2, activation }),
    image('conv2dTranspose', { filters: 3, kernelSize: 2, activation }),
  ]),
  trained(image('conv2d', { filters: 4, kernelSize: 3, activation: 'relu' })),
  trained(image('conv2d', { filters: 4, kernelSize: 2, strides: 2, padding: 'same', activation: 'relu' })),
  trained(image('conv2d', { filters: 4, kernelSize: 2, dilationRate: 2, activation: 'tanh' })),
  trained(image('depthwiseConv2d', { kernelSize: 3, padding: 'same', depthMultiplier: 2 })),
  trained(image('depthwiseConv2d', { kernelSize: 2, dilationRate: 2 })),
  trained(image('separableConv2d', { filters: 4, kernelSize: 3, strides: 2, padding: 'same' })),
  trained(image('separableConv2d', { filters: 4, kernelSize: 2, dilationRate: 2 })),
  trained(image('conv2dTranspose', { filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
  trained(sequence('conv1d', { filters: 3, kernelSize: 3, activation: 'relu' })),
  trained(sequence('conv1d', { filters: 3, kernelSize: 2, dilationRate: 2 })),
];

const pooling: readonly ConformanceCase[] = [
  ...pools.map((pool) => image('maxPooling2d', pool)),
  ...pools.map((pool) => image('averagePooling2d', pool)),
  ...['maxPooling1d', 'averagePooling1d'].flatMap((type) =>
    product({ poolSize: [2, 3], strides: [undefined, 1, 2], padding }).map((pool) => sequence(type, pool)),
  ),
  ...['maxPooling2d', 'averagePooling2d'].map((type) =>
    trained(image(type, { poolSize: 3, strides: 2, padding: 'same' })),
  ),
  ...['maxPooling1d', 'averagePooling1d'].map((type) => trained(sequence(type, { poolSize: 2 }))),
  ...(['globalMaxPooling2d', 'globalAveragePooling2d'] as const).map((type) =>
    training(type, [...onImage, type, ...fromImage.slice(1)]),
  ),
  ...(['globalMaxPooling1d', 'globalAveragePooling1d'] as const).map((type) =>
    training(type, [...onSequence, type, ...fromImage.slice(1)]),
  ),
];

/** Batch normalisation and dropout have names that say what differs; the rest is named by its settings. */
const general: readonly ConformanceCase[] = [
  training('dense', around(onRow, 'dense', { units: 4, activation: 'relu' }, fromImage.slice(1))),
  row('dense without bias', around(onRow, 'dense', { units: 4, useBias: false }, fromImage.slice(1))),
  row('dense over the channels of an image', around(onImage, 'dense', { units: 4, activation: 'relu' })),
  training('flatten', [...onImage, ...fromImage]),
  trained(image('reLU')),
  image('reLU', { maxValue: 0.3 }),
  trained(image('leakyReLU', { alpha: 0.1 })),
  image('leakyReLU'),
  trained(image('prelu')),
  image('prelu', { sharedAxes: [1, 2] }),
  trained(image('elu')),
  trained(image('softmax')),
  trained(image('activation', { activation: 'tanh' })),
  trained(image('batchNormalization', { momentum: 0.9 })),
  image('batchNormalization', { epsilon: 0.1 }),
  image('batchNormalization', { scale: false }),
  image('batchNormalization', { center: false }),
  image('batchNormalization', { scale: false, center: false }),
  training('batchNormalization of a row', around(onRow, 'batchNormalization', {}, fromImage.slice(1))),
  sequence('batchNormalization'),
  trained(image('layerNormalization')),
  image('layerNormalization', { axis: [1, 2, 3] }),
  image('layerNormalization', { axis: 1, epsilon: 0.1 }),
  image('layerNormalization', { axis: [2, -1], scale: false }),
  image('layerNormalization', { center: false }),
  image('layerNormalization', { scale: false, center: false }),
  training('layerNormalization of a row', around(onRow, 'layerNormalization', {}, fromImage.slice(1))),
  trained(image('dropout', { rate: 0.3 })),
  image('dropout', { rate: 0.5 }),
  trained(sequence('spatialDropout1d', { rate: 0.3 })),
  trained(image('spatialDropout2d', { rate: 0.4 })),
  trained(image('alphaDropout', { rate: 0.3 })),
  trained(image('gaussianDropout', { rate: 0.3 })),
  trained(image('gaussianNoise', { stddev: 0.3 })),
  trained(image('reshape', { targetShape: [-1, 4] })),
  trained(image('permute', { dims: [3, 1, 2] })),
  image('permute', { dims: [2, 1, 3] }),
  training('repeatVector', around(onRow, 'repeatVector', { n: 3 })),
  trained(image('rescaling', { scale: 2, offset: -1 })),
  trained(image('zeroPadding2d', { padding: [1, 2] })),
  image('zeroPadding2d', {
    padding: [
      [1, 0],
      [0, 2],
    ],
  }),
  trained(image('cropping2D', { cropping: 1 })),
  image('cropping2D', {
    cropping: [
      [1, 0],
      [0, 2],
    ],
  }),
  trained(image('upSampling2d', { size: [2, 3] })),
  image('upSampling2d', { size: 2, interpolation: 'bilinear' }),
];

const another: LayerEntry = {
  conv2d: { from: 'input', filters: 2, kernelSize: 1, activation: 'tanh', name: 'other' },
};
const otherRow: LayerEntry = { dense: { from: 'flatten_1', units: 6, activation: 'tanh', name: 'other' } };
const joining = (type: string, settings: object = {}) => [
  ...onImage,
  another,
  { [type]: { from: ['base', 'other'], ...settings } as JsonObject },
  ...fromImage,
];

const joins: readonly ConformanceCase[] = [
  ...['add', 'multiply', 'average', 'maximum', 'minimum', 'concatenate'].map((type) =>
    training(type, joining(type)),
  ),
  ...['add', 'average', 'maximum', 'concatenate'].map((type) =>
    row(`${type} of three`, joining(type, { from: ['base', 'other', 'input'] })),
  ),
  ...[1, 2, -1].map((axis) => row(`concatenate along ${axis}`, joining('concatenate', { axis }))),
  ...[{ axes: -1 }, { axes: 1, normalize: true }].map((settings) =>
    training(`dot ${text(settings)}`, [
      ...onRow,
      otherRow,
      { dot: { from: ['base', 'other'], ...settings } },
      ...fromImage.slice(1),
    ]),
  ),
  row('add, a channel to all', [
    ...onImage,
    { conv2d: { from: 'input', filters: 1, kernelSize: 1, name: 'other' } },
    { multiply: { from: ['base', 'other'] } },
    ...fromImage,
  ]),
];

export const layerCases = { convolutions, pooling, general, joins };
