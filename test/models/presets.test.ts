import { describe, expect, it } from 'vitest';
import { planNetwork } from '../../src/models/network-plan.js';
import { printSummary, summarizeNetwork } from '../../src/models/network-summary.js';
import { tf, tfLayers } from '../../src/models/tfjs.js';
import { build, locate, preset, schemaErrors } from './support.js';

const residualBlock = (channels: number): number => 2 * (9 * channels * channels + 4 * channels);
const halvingBlock = (channels: number): number =>
  (channels / 2) * channels + 9 * (channels / 2) * channels + 9 * channels * channels + 3 * 4 * channels;
const resnetMini =
  9 * 16 +
  4 * 16 +
  residualBlock(16) +
  halvingBlock(32) +
  halvingBlock(64) +
  residualBlock(64) +
  64 * 10 +
  10;

describe('presets', () => {
  it.each([
    ['mlp', 784 * 128 + 128 + 128 * 10 + 10, 0],
    ['lenet5', 61_706, 0],
    ['cnn-small', 320 + 18_496 + 16_010, 0],
    ['cnn-fast', 29_658, 2 * (16 + 32 + 64)],
    ['cnn-deep', 82_786, 2 * (24 + 24 + 48 + 48 + 96)],
    ['resnet-mini', resnetMini, 2 * (16 + 2 * 16 + 3 * 32 + 3 * 64 + 2 * 64)],
  ])('%s obeys the schema of network files and has its known parameters', async (name, parameters, fixed) => {
    const network = preset(name);
    expect(schemaErrors(network)).toEqual([]);
    const model = await build(network);
    const summary = summarizeNetwork(model, planNetwork(network, locate), 10);
    expect(summary.name).toBe(name);
    expect(summary.parameters).toBe(parameters);
    expect(summary.parameters - summary.trainableParameters).toBe(fixed);
    expect(summary.layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
    model.dispose();
  });

  it('fit other images and classes', async () => {
    for (const name of ['mlp', 'lenet5', 'cnn-small', 'cnn-fast', 'resnet-mini']) {
      const model = await build(preset(name, 3), { inputShape: [20, 24, 3], classes: 3 });
      expect(model.outputs[0]!.shape).toEqual([null, 3]);
      model.dispose();
    }
  });

  it('cnn-small puts out what the same network written in tfjs puts out', async () => {
    const model = await build(preset('cnn-small'));
    const twin = tfLayers.sequential({
      layers: [
        tfLayers.layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
        tfLayers.layers.maxPooling2d({ poolSize: 2 }),
        tfLayers.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        tfLayers.layers.maxPooling2d({ poolSize: 2 }),
        tfLayers.layers.flatten(),
        tfLayers.layers.dropout({ rate: 0.5 }),
        tfLayers.layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    twin.setWeights(model.getWeights());
    const images = tf.randomUniform([3, 28, 28, 1], 0, 1, 'float32', 5);
    const outputs = [model, twin].map((one) => Array.from((one.predict(images) as tf.Tensor).dataSync()));
    expect(outputs[0]).toEqual(outputs[1]);
    expect(outputs[0]!.slice(0, 10).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    model.dispose();
    twin.dispose();
  });

  it('resnet-mini puts out what its blocks written as tfjs operations put out', async () => {
    const model = await build(preset('resnet-mini'));
    const weight = (name: string): tf.Tensor =>
      model.weights.find((one) => one.originalName === name)!.read();
    const convolve = (x: tf.Tensor, number: number, strides: number, side = 3): tf.Tensor4D => {
      const kernel = weight(`conv2d_${number}/kernel`) as tf.Tensor4D;
      return tf.conv2d(x as tf.Tensor4D, kernel, strides, side === 1 ? 'valid' : 'same');
    };
    // As drawn, moving mean 0, moving variance 1, factor 1 and offset 0: only epsilon is left.
    const normalize = (x: tf.Tensor): tf.Tensor => tf.div(x, Math.sqrt(1 + 1e-3));
    const block = (x: tf.Tensor, first: number, strides: number, past: tf.Tensor): tf.Tensor => {
      const inner = tf.relu(normalize(convolve(x, first, strides)));
      return tf.relu(tf.add(normalize(convolve(inner, first + 1, 1)), past));
    };
    const images = tf.randomUniform([2, 28, 28, 1], 0, 1, 'float32', 5);
    const stem = tf.relu(normalize(convolve(images, 1, 1)));
    const block1 = block(stem, 2, 1, stem);
    const block2 = block(block1, 5, 2, normalize(convolve(block1, 4, 2, 1)));
    const block3 = block(block2, 8, 2, normalize(convolve(block2, 7, 2, 1)));
    const block4 = block(block3, 10, 1, block3);
    const logits = tf.add(
      tf.matMul(tf.mean<tf.Tensor2D>(block4, [1, 2]), weight('dense_1/kernel') as tf.Tensor2D),
      weight('dense_1/bias'),
    );
    const wanted = Array.from(tf.softmax(logits).dataSync());
    const got = Array.from((model.predict(images) as tf.Tensor).dataSync());
    got.forEach((value, index) => expect(value).toBeCloseTo(wanted[index]!, 5));
    model.dispose();
  });

  it('are printed as tables, with where a layer takes its input from when it is not the one above', async () => {
    const network = preset('resnet-mini');
    const model = await build(network);
    const lines = printSummary(summarizeNetwork(model, planNetwork(network, locate), 10)).split('\n');
    expect(lines.slice(0, 8)).toEqual([
      'resnet-mini: images of 28×28×1, 10 classes',
      '',
      'layer                     type                    output    parameters  from',
      '------------------------  ----------------------  --------  ----------  ----------------------------',
      'input                     input                   28×28×1            0',
      'conv2d_1                  conv2d                  28×28×16         144',
      'batchNormalization_1      batchNormalization      28×28×16          64',
      'stem                      reLU                    28×28×16           0',
    ]);
    expect(lines).toContain(
      'add_1                     add                     28×28×16           0  batchNormalization_3, stem',
    );
    expect(lines.slice(-2)).toEqual(['152,666 parameters, 151,738 of them trained', '']);
    model.dispose();
  });
});
