/**
 * Gradients against differences of the loss itself, which know nothing of derivatives: what the conformance suite takes
 * for right is right. Weights are moved to both sides and the losses compared; float32 leaves about three digits.
 */
import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { variableOf } from '../../src/engine/tfjs-weights.js';
import { tf } from '../../src/models/tfjs.js';
import {
  around,
  artifactOf,
  batchOf,
  fromRow,
  onImage,
  onRow,
  onSequence,
  row,
  setupOf,
  type ConformanceCase,
} from './conformance/conformance-case.js';
import { loadPlainBackend, plainBackend } from './conformance/plain-backend.js';
import { PlainTraining } from './conformance/plain-training.js';

beforeAll(loadPlainBackend);

const image = (type: string, settings: object = {}): ConformanceCase =>
  row(`${type} ${JSON.stringify(settings).replaceAll('"', '')}`, around(onImage, type, settings));
const sequence = (type: string, settings: object = {}): ConformanceCase =>
  row(`${type} ${JSON.stringify(settings).replaceAll('"', '')}`, around(onSequence, type, settings, fromRow));

/** Smooth ones: a corner (relu, a maximum) has no one slope. */
const cases: readonly ConformanceCase[] = [
  image('conv2d', { filters: 3, kernelSize: [2, 3], strides: [1, 2], padding: 'same', activation: 'tanh' }),
  image('conv2d', { filters: 3, kernelSize: [2, 3], dilationRate: [3, 1], padding: 'same' }),
  image('conv2dTranspose', { filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
  image('depthwiseConv2d', { kernelSize: 2, strides: 2, depthMultiplier: 2 }),
  image('depthwiseConv2d', { kernelSize: 2, dilationRate: 2, depthMultiplier: 2 }),
  image('separableConv2d', { filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' }),
  image('averagePooling2d', { poolSize: [2, 3], strides: 1, padding: 'same' }),
  image('averagePooling2d', { poolSize: 3, strides: 2, padding: 'same' }),
  image('upSampling2d', { size: [2, 3] }),
  image('upSampling2d', { size: [2, 3], interpolation: 'bilinear' }),
  image('batchNormalization'),
  image('layerNormalization', { axis: [1, 3] }),
  image('dropout', { rate: 0.4 }),
  image('alphaDropout', { rate: 0.4 }),
  image('gaussianDropout', { rate: 0.4 }),
  image('activation', { activation: 'mish' }),
  sequence('lstm', { units: 3, dropout: 0.2, recurrentDropout: 0.2, recurrentActivation: 'sigmoid' }),
  sequence('gru', { units: 3, recurrentActivation: 'sigmoid', goBackwards: true }),
  sequence('bidirectional', { layer: { simpleRNN: { units: 2 } }, mergeMode: 'mul' }),
  row(
    'a weighed and smoothed loss with penalties',
    around(onRow, 'dense', { units: 5, activation: 'gelu', kernelRegularizer: 'l2' }, fromRow),
    { changes: { loss: 'logcosh', labelSmoothing: 0.1, classWeights: [1, 3, 0.5] }, sampleWeights: true },
  ),
];

const step = 2 ** -6;

it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const setup = { ...setupOf(one), optimizer: { kind: 'sgd', learningRate: 0 } as const };
  const training = await PlainTraining.open(await artifactOf(one), setup);
  const batch = batchOf(0, one);
  const { gradients } = training.step(batch, 0, 0);
  void tf.setBackend(plainBackend);
  for (const weight of training.model.trainableWeights) {
    const gradient = gradients.get(weight.originalName)!;
    const variable = variableOf(weight);
    const values = variable.dataSync<'float32'>().slice();
    const lossAt = (element: number, moved: number): number =>
      tf.tidy(() => {
        const next = values.slice();
        next[element]! += moved;
        variable.assign(tf.tensor(next, variable.shape));
        return training.loss(batch, training.predict(batch, true)).dataSync()[0]!;
      });
    const largest = Math.max(...gradient.map(Math.abs));
    const random = new RandomStream(3, weight.originalName);
    for (const element of [
      0,
      values.length - 1,
      random.integer(values.length),
      random.integer(values.length),
    ]) {
      const slope = (lossAt(element, step) - lossAt(element, -step)) / (2 * step);
      const apart = Math.abs(slope - gradient[element]!);
      expect(apart, `${weight.originalName}[${element}]`).toBeLessThan(0.01 * largest + 1e-4);
    }
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  training.close();
});
