/** Activations, losses and all that is added to, weighed in or cut off from an objective, on networks of two layers. */
import type { OptimizerSettings, TrainingSetup } from '../../../src/engine/engine.js';
import { lossNames } from '../../../src/engine/loss-names.js';
import { sharedDefinitions } from '../../../src/models/shared-definitions.schema.js';
import { tfLayers } from '../../../src/models/tfjs.js';
import {
  around,
  classes,
  fromRow,
  imageShape,
  onImage,
  onRow,
  row,
  training,
  type ConformanceCase,
} from './conformance-case.js';

const { layers, constraints, regularizers } = tfLayers;
const { activation } = sharedDefinitions as unknown as { activation: { enum: string[] } };

const activations: readonly ConformanceCase[] = activation.enum.flatMap((name) => [
  training(name, around(onRow, 'dense', { units: 5, activation: name }, fromRow)),
  row(`${name} over channels`, around(onImage, 'activation', { activation: name })),
]);

/** A network whose outputs are what the loss is made for. */
const ending = (act: 'softmax' | 'sigmoid' | 'tanh' | 'linear') => () =>
  tfLayers.sequential({
    name: 'network',
    layers: [
      layers.flatten({ inputShape: [...imageShape], name: 'flat' }),
      layers.dense({
        units: 6,
        activation: 'tanh',
        name: 'hidden',
      }),
      layers.dense({
        units: classes,
        activation: act,
        name: 'out',
      }),
    ],
  });
const losses: readonly ConformanceCase[] = lossNames.flatMap((loss) => [
  training(loss, ending('softmax'), { changes: { loss } }),
  row(`${loss} of sigmoids, smoothed and weighed`, ending('sigmoid'), {
    changes: { loss, labelSmoothing: 0.2, classWeights: [0.5, 2, 1] },
    sampleWeights: true,
  }),
]);

const changed = (name: string, changes: Partial<TrainingSetup>, rest: Partial<ConformanceCase> = {}) =>
  training(name, around(onRow, 'dense', { units: 5, activation: 'tanh' }, fromRow), { ...rest, changes });
const sampleWeights = true;
const weighing: readonly ConformanceCase[] = [
  changed('class weights', { classWeights: [3, 0, 1] }),
  changed('label smoothing', { labelSmoothing: 0.3 }),
  changed('class weights and label smoothing', { classWeights: [3, 0.1, 1], labelSmoothing: 0.1 }),
  changed('sample weights', {}, { sampleWeights }),
  changed('sample and class weights', { classWeights: [3, 0, 1] }, { sampleWeights }),
  changed(
    'sample weights, smoothing and clipping',
    { labelSmoothing: 0.2, loss: 'binaryCrossentropy', clipping: { globalNorm: 0.05 } },
    { sampleWeights },
  ),
  training('sample weights of convolutions', around(onImage, 'maxPooling2d', {}), { sampleWeights }),
  training('sample weights where images meet', around(onImage, 'batchNormalization', {}), { sampleWeights }),
  training(
    'sample weights beside penalties and draws',
    [...onRow, { dense: { units: 5, kernelRegularizer: 'l2' } }, { dropout: { rate: 0.3 } }, ...fromRow],
    { sampleWeights },
  ),
  changed('pixels from 0 to 1', { scaling: { scale: 1 / 255, offset: 0 } }),
  changed('pixels by mean and deviation', { scaling: { scale: 0.0137, offset: -1.734 } }),
];

const clipping: readonly ConformanceCase[] = [
  changed('by value', { clipping: { value: 0.01 } }),
  changed('by norm', { clipping: { norm: 0.05 } }),
  changed('by norm, none so large', { clipping: { norm: 1e6 } }),
  changed('by global norm', { clipping: { globalNorm: 0.05 } }),
  changed('by all', { clipping: { value: 0.02, norm: 0.05, globalNorm: 0.06 } }),
];

const optimizerSettings: readonly OptimizerSettings[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.05 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.5 },
  { kind: 'nesterov', learningRate: 0.05 },
  { kind: 'adagrad', learningRate: 0.1 },
  { kind: 'adagrad', learningRate: 0.1, initialAccumulator: 0.5 },
  { kind: 'rmsprop', learningRate: 0.01 },
  { kind: 'rmsprop', learningRate: 0.01, rho: 0.5, momentum: 0.5, epsilon: 1e-3 },
  { kind: 'adam', learningRate: 0.02 },
  { kind: 'adam', learningRate: 0.02, beta2: 0.9, epsilon: 1e-3 },
  { kind: 'adamw', learningRate: 0.02, weightDecay: 0.1 },
];
const optimizers: readonly ConformanceCase[] = optimizerSettings.map((optimizer) =>
  changed(JSON.stringify(optimizer).replaceAll('"', '').slice(6, -1), { optimizer }),
);

const kinds = [
  { kind: 'l1', l1: 0.01 },
  { kind: 'l2', l2: 0.02 },
  { kind: 'l1l2', l1: 0.01, l2: 0.02 },
  'l1',
  'l2',
  'l1l2',
];
const penalties: readonly ConformanceCase[] = [
  ...kinds.map((one) =>
    training(
      JSON.stringify(one).replaceAll('"', ''),
      around(
        onRow,
        'dense',
        { units: 5, activation: 'tanh', kernelRegularizer: one, biasRegularizer: one },
        fromRow,
      ),
    ),
  ),
  row(
    'of a convolution',
    around(onImage, 'conv2d', { filters: 3, kernelSize: 2, kernelRegularizer: 'l2', biasRegularizer: 'l1' }),
  ),
  row(
    'of a separable convolution',
    around(onImage, 'separableConv2d', {
      filters: 3,
      kernelSize: 2,
      depthwiseRegularizer: 'l2',
      pointwiseRegularizer: 'l1',
    }),
  ),
  row(
    'of a normalisation',
    around(onImage, 'batchNormalization', { gammaRegularizer: 'l2', betaRegularizer: 'l1' }),
  ),
];

/** Constraints are for networks made by code; each step ends with them. */
const held: readonly ConformanceCase[] = [
  { name: 'maxNorm', constraint: constraints.maxNorm({ maxValue: 0.5, axis: 0 }) },
  {
    name: 'minMaxNorm',
    constraint: constraints.minMaxNorm({ minValue: 0.3, maxValue: 0.6, rate: 0.7, axis: 0 }),
  },
  { name: 'nonNeg', constraint: constraints.nonNeg() },
  { name: 'unitNorm', constraint: constraints.unitNorm({ axis: 0 }) },
].map(({ name, constraint }) =>
  training(name, () =>
    tfLayers.sequential({
      name: 'network',
      layers: [
        layers.flatten({ inputShape: [...imageShape], name: 'flat' }),
        layers.dense({
          units: 6,
          activation: 'tanh',
          name: 'hidden',
          kernelConstraint: constraint,
          kernelRegularizer: regularizers.l2({ l2: 0.01 }),
        }),
        layers.dense({
          units: classes,
          activation: 'softmax',
          name: 'out',
        }),
      ],
    }),
  ),
);

/** Each as a network file may name it, with options where it has none by default; what they draw is not compared. */
const { initializer } = sharedDefinitions as unknown as {
  initializer: { anyOf: [{ enum: string[] }, ...{ properties: { kind: { const: string } } }[]] };
};
const [named, ...withOptions] = initializer.anyOf;
const initializers: readonly ConformanceCase[] = [
  ...named.enum.map((kind) => [kind, kind] as const),
  ...withOptions.map(({ properties }) => {
    const kind = properties.kind.const;
    return [`${kind} with options`, kind === 'constant' ? { kind, value: 0.1 } : { kind }] as const;
  }),
].map(([name, kernelInitializer]) =>
  row(name, around(onRow, 'dense', { units: 6, activation: 'tanh', kernelInitializer }, fromRow)),
);

export const objectiveCases = {
  initializers,
  activations,
  losses,
  weighing,
  clipping,
  optimizers,
  penalties,
  constraints: held,
};
