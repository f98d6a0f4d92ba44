/** A network that leaves as an ONNX model predicts what it predicts in tfjs, for batches of any size. */
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.js';
import { exportOnnx } from '../../../src/engine/onnx/export/export-onnx.js';
import type { OnnxRuntime } from '../../../src/engine/onnx-runtime/onnx-runtime.js';
import { openOnnxRuntime } from '../../../src/engine/onnx-runtime/open-runtime.js';
import { modelToArtifact } from '../../../src/models/tfjs-artifact.js';
import { tf, tfLayers, useCpuBackend } from '../../../src/models/tfjs.js';
import { build, preset } from '../../models/support.js';

const { layers, sequential } = tfLayers;

const networks: Readonly<Record<string, () => Promise<tfLayers.LayersModel>>> = {
  mlp: () => build(preset('mlp')),
  lenet5: () => build(preset('lenet5')),
  'cnn-small': () => build(preset('cnn-small')),
  'resnet-mini': () => build(preset('resnet-mini')),
  'all kinds of windows': () => {
    const inputShape = [28, 28, 1];
    const stack = [
      layers.conv2d({ inputShape, filters: 6, kernelSize: [3, 2], strides: 2, padding: 'same' }),
      layers.batchNormalization(),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'relu' }),
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.separableConv2d({ filters: 5, kernelSize: 3 }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ];
    return Promise.resolve(sequential({ layers: stack }));
  },
  'recurrent layers': () => {
    const stack = [
      layers.reshape({ inputShape: [28, 28, 1], targetShape: [28, 28] }),
      layers.lstm({ units: 7, returnSequences: true }),
      layers.gru({ units: 5 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ];
    return Promise.resolve(sequential({ layers: stack }));
  },
};

describe('an exported model', () => {
  let runtime: OnnxRuntime;
  beforeAll(async () => {
    await useCpuBackend();
    runtime = await openOnnxRuntime('cpu');
  });

  it.each(Object.keys(networks))('predicts as in tfjs: %s', async (name) => {
    const model = await networks[name]!();
    const session = await runtime.createSession(await exportOnnx(await modelToArtifact(model)), {
      threads: 1,
    });
    expect(session.inputNames).toEqual(['images']);
    expect(session.outputNames).toEqual(['predictions']);
    for (const count of [1, 4]) {
      const random = new RandomStream(count, name);
      const pixels = Float32Array.from({ length: count * 784 }, () => random.float());
      const images = runtime.tensor('float32', pixels, [count, 28, 28, 1]);
      const { predictions } = await session.run({ images }, { predictions: null });
      const expected = tf.tidy(() =>
        (model.predict(tf.tensor4d(pixels, [count, 28, 28, 1])) as tf.Tensor).dataSync(),
      );
      expect(predictions!.dims).toEqual([count, 10]);
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - Number(predictions!.data[i]))));
      expect(worst).toBeLessThan(1e-5);
    }
    await session.release();
    model.dispose();
  });

  it('is the same bytes each time', async () => {
    const artifact = await modelToArtifact(await networks['lenet5']!());
    expect(Buffer.from(await exportOnnx(artifact)).equals(Buffer.from(await exportOnnx(artifact)))).toBe(
      true,
    );
  });
});
