/** Our losses against those of tf.layers, by value and by gradient. */
import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { lossNames } from '../../src/engine/loss-names.js';
import { losses } from '../../src/engine/losses.js';
import { tf, tfLayers, useCpuBackend } from '../../src/models/tfjs.js';
import { largestDifference } from './support.js';

beforeAll(useCpuBackend);

const [count, classes] = [6, 4];

it.each(lossNames)('%s is what tf.layers trains on', async (name) => {
  const random = new RandomStream(5, name);
  const x = tf.tensor2d(
    Float32Array.from({ length: count * 3 }, () => random.normal()),
    [count, 3],
  );
  const y = tf.cast(tf.oneHot(tf.tensor1d([0, 3, 1, 1, 2, 0], 'int32'), classes), 'float32');
  const dense = tfLayers.layers.dense({
    units: classes,
    activation: 'softmax',
    inputShape: [3],
    useBias: false,
  });
  const model = tfLayers.sequential({ layers: [dense] });
  const kernel = dense.getWeights()[0]!.clone();
  const predicted = (w: tf.Tensor): tf.Tensor => tf.softmax(tf.matMul(x, w));
  const { value, grad } = tf.valueAndGrad((w: tf.Tensor) => tf.mean(losses[name](y, predicted(w))))(kernel);

  // One step of plain gradient descent with rate 1 shows the gradient that tf.layers takes.
  model.compile({ optimizer: tf.train.sgd(1), loss: name });
  const loss = (await model.trainOnBatch(x, y)) as number;
  const step = tf.sub(kernel, dense.getWeights()[0]!);
  expect(value.dataSync()[0]).toBeCloseTo(loss, 5);
  expect(largestDifference(grad.dataSync(), step.dataSync())).toBeLessThan(1e-5);
});
