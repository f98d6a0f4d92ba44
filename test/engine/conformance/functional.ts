/** Networks made by code: shared layers, models inside models, layers of the user's own, what network files don't have. */
import { tf, tfLayers } from '../../../src/models/tfjs.js';
import { chain, conv, dense, graph, on, type Layer, type Tensor } from './code-network.js';
import { imageShape, row, training, type ConformanceCase } from './conformance-case.js';

const { layers } = tfLayers;

/** A layer of the user's own: x · sigmoid(alpha · x), with one learned number for each channel. */
class Gate extends tfLayers.layers.Layer {
  static readonly className = 'ConformanceGate';
  alpha: tfLayers.LayerVariable | undefined;

  override build(shape: tfLayers.Shape): void {
    this.alpha = this.addWeight('alpha', [shape.at(-1)!], 'float32', tfLayers.initializers.ones());
    this.built = true;
  }

  override computeOutputShape(shape: tfLayers.Shape): tfLayers.Shape {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = [inputs].flat()[0]!;
      return tf.mul(x, tf.sigmoid(tf.mul(x, this.alpha!.read())));
    });
  }
}
tf.serialization.registerClass(Gate);

/** With elu: at the corner of relu a rounding decides, and 20 steps on, a thousandth of a weight hangs on it. */
const block = (x: Tensor, filters: number): Tensor => {
  const first = on(layers.batchNormalization(), on(conv(filters, { useBias: false }), x));
  const second = on(
    layers.batchNormalization(),
    on(conv(filters, { useBias: false }), on(layers.elu(), first)),
  );
  const shortcut = on(conv(filters, { kernelSize: 1, useBias: false }), x);
  return on(layers.elu(), on(layers.add(), second, shortcut));
};

const inner = (): Layer =>
  tfLayers.sequential({
    name: 'inner',
    layers: [
      layers.conv2d({
        inputShape: [...imageShape],
        filters: 3,
        kernelSize: 2,
        activation: 'tanh',
      }),
      layers.dropout({ rate: 0.2 }),
      layers.batchNormalization(),
    ],
  });

const shapes: readonly ConformanceCase[] = [
  training(
    'two paths',
    graph((image) => {
      const left = on(layers.maxPooling2d({ poolSize: 2 }), on(conv(3, { activation: 'relu' }), image));
      const right = on(conv(2, { strides: 2, padding: 'valid', kernelSize: 2 }), image);
      return on(layers.concatenate(), left, right);
    }),
  ),
  training(
    'two residual blocks',
    graph((image) => block(block(image, 3), 4)),
  ),
  training(
    'a layer used twice',
    graph((image) => {
      const shared = conv(2, { activation: 'tanh' });
      return on(shared, on(shared, image));
    }),
  ),
  training(
    'a dense layer on two paths',
    graph((image) => {
      const shared = dense(4);
      const flat = on(layers.flatten(), image);
      return on(layers.multiply(), on(shared, flat), on(shared, on(layers.reLU(), flat)));
    }),
  ),
  training(
    'a model inside',
    graph((image) => on(inner(), image)),
  ),
  training(
    'a model inside, used twice',
    graph((image) => {
      const shared = inner();
      return on(layers.add(), on(shared, image), on(shared, on(layers.reLU(), image)));
    }),
  ),
  training(
    "a layer of the user's own",
    chain(
      () => conv(3),
      () => new Gate({}),
    ),
  ),
  training(
    'dropout in the middle of convolutions',
    chain(
      () => conv(3, { activation: 'relu' }),
      () => layers.dropout({ rate: 0.4 }),
      () => conv(2),
    ),
  ),
  training(
    'a layer that is not to be trained',
    chain(
      () => conv(3, { trainable: false, activation: 'tanh' }),
      () => conv(2),
    ),
  ),
  training(
    'normalisation that is not to be trained',
    chain(
      () => conv(3, { useBias: false }),
      () => layers.batchNormalization({ trainable: false }),
      () => conv(2),
    ),
  ),
  training(
    'an activation by itself and a dense layer over channels',
    chain(
      () => dense(4),
      () => layers.activation({ activation: 'relu' }),
    ),
  ),
  row(
    'the output of a layer used and passed by',
    graph((image) => {
      const hidden = on(conv(2, { activation: 'tanh' }), image);
      return on(layers.concatenate({ axis: 1 }), hidden, on(layers.average(), hidden, image));
    }),
  ),
];

/** A layer by its name in tf.layers, over an image whose channels come first. */
const channelsFirst = (type: string, options: object = {}): ConformanceCase =>
  row(
    `${type} over channels first`,
    chain(
      () => conv(3),
      () => layers.permute({ dims: [3, 1, 2] }),
      () =>
        (layers as unknown as Readonly<Record<string, (options: object) => Layer>>)[type]!({
          ...options,
          dataFormat: 'channelsFirst',
        }),
    ),
  );
const window = { filters: 2, kernelSize: 2, strides: 2 };

const axes: readonly ConformanceCase[] = [
  ...[3, -1].map((axis) =>
    training(
      `batch normalisation along ${axis}`,
      chain(
        () => conv(3, { useBias: false }),
        () => layers.batchNormalization({ axis }),
      ),
    ),
  ),
  ...['conv2d', 'depthwiseConv2d', 'separableConv2d', 'conv2dTranspose'].map((type) =>
    channelsFirst(type, window),
  ),
  channelsFirst('conv2d', { filters: 2, kernelSize: 2, dilationRate: 2 }),
  ...['maxPooling2d', 'averagePooling2d', 'globalMaxPooling2d', 'globalAveragePooling2d'].map((type) =>
    channelsFirst(type),
  ),
  ...['upSampling2d', 'zeroPadding2d'].map((type) => channelsFirst(type)),
  channelsFirst('cropping2D', { cropping: 1 }),
];

export const functionalCases = { shapes, axes };
