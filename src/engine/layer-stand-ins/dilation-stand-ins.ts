/**
 * Layers with dilation, out of operations that tfjs can differentiate: conv1d, conv2d and separableConv2d. depthwiseConv2d
 * is taught in `models/dilated-depthwise.ts`, for there tf.layers doesn't even compute it. Layers without dilation stay as
 * they are.
 */
import { dilatedDepthwise } from '../../models/dilated-depthwise.js';
import { tf } from '../../models/tfjs.js';
import { replaceConvolution, type ConvolutionLayer, type Convolve } from './convolution-layer.js';
import { dilatedConvolution } from './dilated-convolution.js';
import type { LiveLayer } from './live-layer.js';

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
  replaceConvolution(convolution, convolve);
}
