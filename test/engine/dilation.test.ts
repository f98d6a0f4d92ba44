/** Dilated layers against plain convolutions whose kernels have zeros in the gaps, by value and by every gradient. */
import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { putLayerStandIns } from '../../src/engine/layer-stand-ins/put-layer-stand-ins.js';
import { TensorDraws } from '../../src/engine/layer-stand-ins/tensor-draws.js';
import { tf, tfLayers, useCpuBackend } from '../../src/models/tfjs.js';
import { largestDifference } from './support.js';

const { layers } = tfLayers;

beforeAll(useCpuBackend);

const random = new RandomStream(4, 'dilation');
const randomTensor = (shape: number[]): tf.Tensor => {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  random.fillNormal(values, 0, 1);
  return tf.tensor(values, shape);
};

/** A kernel [rows, columns, a, b] with its places so far apart. */
function spread(kernel: tf.Tensor, [vertical, horizontal]: readonly [number, number]): tf.Tensor4D {
  const [rows, columns, a, b] = kernel.shape as [number, number, number, number];
  const apart = tf.pad(tf.reshape(kernel, [rows, 1, columns, 1, a, b]), [
    [0, 0],
    [0, vertical - 1],
    [0, 0],
    [0, horizontal - 1],
    [0, 0],
    [0, 0],
  ]);
  const whole = tf.reshape(apart, [rows * vertical, columns * horizontal, a, b]);
  const size = [(rows - 1) * vertical + 1, (columns - 1) * horizontal + 1, a, b];
  return tf.slice(whole, [0, 0, 0, 0], size) as unknown as tf.Tensor4D;
}

type Padding = 'same' | 'valid';
interface Shape {
  readonly kernelSize: [number, number];
  readonly dilationRate: [number, number];
  readonly padding: Padding;
}

/** Each layer with what it should put out, of its input and its weights in order. */
const kinds: Readonly<
  Record<
    string,
    {
      make: (shape: Shape, dataFormat: 'channelsFirst' | 'channelsLast') => tfLayers.layers.Layer;
      expected: (shape: Shape, x: tf.Tensor4D, weights: tf.Tensor[]) => tf.Tensor;
    }
  >
> = {
  conv2d: {
    make: (shape, dataFormat) =>
      layers.conv2d({
        ...shape,
        dataFormat,
        filters: 3,
        activation: 'tanh',
        biasInitializer: 'randomNormal',
      }),
    expected: ({ dilationRate, padding }, x, [kernel, bias]) =>
      tf.tanh(tf.add(tf.conv2d(x, spread(kernel!, dilationRate), 1, padding), bias!)),
  },
  depthwiseConv2d: {
    make: (shape, dataFormat) =>
      layers.depthwiseConv2d({
        ...shape,
        dataFormat,
        depthMultiplier: 2,
        activation: 'tanh',
        biasInitializer: 'randomNormal',
      }),
    expected: ({ dilationRate, padding }, x, [kernel, bias]) =>
      tf.tanh(tf.add(tf.depthwiseConv2d(x, spread(kernel!, dilationRate), 1, padding), bias!)),
  },
  separableConv2d: {
    make: (shape, dataFormat) => layers.separableConv2d({ ...shape, dataFormat, filters: 3, useBias: false }),
    expected: ({ dilationRate, padding }, x, [depthwise, pointwise]) =>
      tf.separableConv2d(x, spread(depthwise!, dilationRate), pointwise as tf.Tensor4D, 1, padding),
  },
};

const shapes: readonly Shape[] = (['same', 'valid'] as const).flatMap((padding) =>
  (
    [
      [
        [3, 3],
        [2, 2],
      ],
      [
        [2, 2],
        [2, 2],
      ],
      [
        [2, 3],
        [3, 1],
      ],
      [
        [1, 4],
        [5, 2],
      ],
    ] as const
  ).map(([kernelSize, dilationRate]) => ({
    kernelSize: [...kernelSize],
    dilationRate: [...dilationRate],
    padding,
  })),
);

/** Value, gradient of the input and gradients of the weights, of outputs times random numbers, summed. */
function gradientsOf(
  f: (x: tf.Tensor, weights: tf.Tensor[]) => tf.Tensor,
  x: tf.Tensor,
  weights: readonly tf.Tensor[],
): ArrayLike<number>[] {
  const factors = new RandomStream(1, 'factors');
  let value: ArrayLike<number> = [];
  const grads = tf.grads((...inputs: tf.Tensor[]) => {
    const y = f(inputs[0]!, inputs.slice(1));
    value = y.dataSync();
    const r = Float32Array.from({ length: y.size }, () => factors.normal());
    return tf.sum(tf.mul(y, tf.tensor(r, y.shape)));
  });
  const gradients = grads([x, ...weights]).map((gradient) => gradient.dataSync());
  return [value, ...gradients];
}

const rows = shapes.flatMap((shape) =>
  Object.keys(kinds).flatMap((kind) =>
    (['channelsLast', 'channelsFirst'] as const).map((dataFormat) => ({ kind, dataFormat, shape })),
  ),
);

it.each(rows)('$kind, $dataFormat, $shape', ({ kind, dataFormat, shape }) => {
  const { make, expected } = kinds[kind]!;
  const x = randomTensor([2, 7, 8, 2]) as tf.Tensor4D;
  const first = dataFormat === 'channelsFirst';
  const input = first ? tf.transpose(x, [0, 3, 1, 2]) : x;
  const layer = make(shape, dataFormat);
  const model = tfLayers.sequential();
  model.add(layers.inputLayer({ inputShape: input.shape.slice(1) }));
  model.add(layer);
  putLayerStandIns(model, new TensorDraws(1));
  const weights = layer.getWeights();

  const theirs = gradientsOf((image, w) => expected(shape, image as tf.Tensor4D, w), x, weights);
  const ours = gradientsOf(
    (image, w) => {
      // The layer reads its weights; tf.grads gives copies of them, by which it differentiates.
      layer.weights.forEach((weight, i) => Object.assign(weight, { read: () => w[i] }));
      const y = model.apply(first ? tf.transpose(image, [0, 3, 1, 2]) : image, {
        training: true,
      }) as tf.Tensor;
      return first ? tf.transpose(y, [0, 2, 3, 1]) : y;
    },
    x,
    weights,
  );
  expect(ours.length).toBe(theirs.length);
  ours.forEach((numbers, i) => expect(largestDifference(numbers, theirs[i]!)).toBeLessThan(1e-5));
  const shown = model.outputs[0]!.shape.slice(1);
  expect(shown.reduce<number>((product, side) => product * side!, 2)).toBe(theirs[0]!.length);
});

it.each([
  [3, 2, 'same'],
  [2, 3, 'same'],
  [3, 3, 'valid'],
] as const)('conv1d, a kernel of %i, dilation %i, %s', (kernelSize, dilationRate, padding) => {
  const x = randomTensor([2, 9, 2]);
  const layer = layers.conv1d({ kernelSize, dilationRate, padding, filters: 3, activation: 'tanh' });
  const model = tfLayers.sequential();
  model.add(layers.inputLayer({ inputShape: [9, 2] }));
  model.add(layer);
  putLayerStandIns(model, new TensorDraws(1));
  const weights = layer.getWeights();
  const theirs = gradientsOf(
    (sequence, [kernel, bias]) => {
      const wide = spread(tf.expandDims(kernel!, 0), [1, dilationRate]);
      const y = tf.conv2d(tf.expandDims<tf.Tensor4D>(sequence, 1), wide, 1, padding);
      return tf.tanh(tf.add(tf.squeeze(y, [1]), bias!));
    },
    x,
    weights,
  );
  const ours = gradientsOf(
    (sequence, w) => {
      layer.weights.forEach((weight, i) => Object.assign(weight, { read: () => w[i] }));
      return model.apply(sequence, { training: true }) as tf.Tensor;
    },
    x,
    weights,
  );
  ours.forEach((numbers, i) => expect(largestDifference(numbers, theirs[i]!)).toBeLessThan(1e-5));
});
