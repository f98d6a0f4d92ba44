/**
 * Layers with dilation, out of operations that tfjs can differentiate: conv1d, conv2d and separableConv2d. depthwiseConv2d
 * is taught in `models/dilated-depthwise.ts`, for there tf.layers doesn't even compute it. Layers without dilation stay as
 * they are.
 */
import { dilatedDepthwise } from '../../models/dilated-depthwise.js';
import { tf } from '../../models/tfjs.js';
import { dilatedConvolution } from './dilated-convolution.js';
import { oneTensor, type LiveLayer } from './live-layer.js';

interface ConvolutionLayer extends LiveLayer {
  /** One number for a sequence, two for an image; the kernel's sides alike. */
  readonly dilationRate: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
  readonly kernel: { read(): tf.Tensor };
  readonly depthwiseKernel: { read(): tf.Tensor4D };
  readonly pointwiseKernel: { read(): tf.Tensor4D };
  readonly bias: { read(): tf.Tensor } | null;
  readonly activation: { apply(x: tf.Tensor): tf.Tensor } | null;
}

/** The convolution alone, over an input whose channels are last. */
type Convolve = (layer: ConvolutionLayer, input: tf.Tensor) => tf.Tensor;

const convolutions: Readonly<Record<string, Convolve>> = {
  /** A sequence is an image of one row. */
  Conv1D: (layer, input) => {
    const { dilationRate, padding } = layer;
    const kernel = tf.expandDims<tf.Tensor4D>(layer.kernel.read(), 0);
    const image = tf.expandDims<tf.Tensor4D>(input, 1);
    return tf.squeeze(dilatedConvolution(image, kernel, [1, dilationRate[0]!], padding), [1]);
  },
  Conv2D: (layer, input) => {
    const [vertical, horizontal] = layer.dilationRate as [number, number];
    const kernel = layer.kernel.read() as tf.Tensor4D;
    return dilatedConvolution(input as tf.Tensor4D, kernel, [vertical, horizontal], layer.padding);
  },
  SeparableConv2D: (layer, input) => {
    const [vertical, horizontal] = layer.dilationRate as [number, number];
    const kernel = layer.depthwiseKernel.read();
    const depthwise = dilatedDepthwise(
      tf,
      input as tf.Tensor4D,
      kernel,
      [vertical, horizontal],
      layer.padding,
    );
    return tf.conv2d(depthwise, layer.pointwiseKernel.read(), 1, 'valid');
  },
};

export function standInForDilation(layer: LiveLayer): void {
  const convolve = convolutions[layer.getClassName()];
  const convolution = layer as ConvolutionLayer;
  if (convolve === undefined || convolution.dilationRate.every((rate) => rate === 1)) return;
  layer.call = (inputs) =>
    tf.tidy(() => {
      const { bias, activation, dataFormat } = convolution;
      const input = oneTensor(inputs);
      const axes = input.shape.map((_, axis) => axis);
      const channelsFirst = dataFormat === 'channelsFirst';
      // Channels from axis 1 to the end, and afterwards back.
      let output = convolve(
        convolution,
        channelsFirst ? tf.transpose(input, [0, ...axes.slice(2), 1]) : input,
      );
      if (bias !== null) output = tf.add(output, bias.read());
      if (channelsFirst) output = tf.transpose(output, [0, axes.length - 1, ...axes.slice(1, -1)]);
      return activation === null ? output : activation.apply(output);
    });
}
