/**
 * Depthwise convolutions that libtensorflow refuses on most processors. Its own kernels take neither strides that differ
 * from one another nor gaps in the kernel; those of oneDNN take some of both, and are in use only where the processor has
 * instructions for neural networks (AVX512-VNNI and later). Put into live layers of the engine `tensorflow` alone.
 */
import { padImage } from '../../models/dilated-depthwise.js';
import { tf, type tfLayers } from '../../models/tfjs.js';
import { replaceConvolution, type ConvolutionLayer, type Convolve } from './convolution-layer.js';
import { standInForDilation } from './dilation-stand-ins.js';
import { liveLayers } from './live-layer.js';

const byClass: Readonly<Record<string, Convolve>> = {
  DepthwiseConv2D: depthwise,
  SeparableConv2D: (layer, input) =>
    tf.conv2d(depthwise(layer, input), layer.pointwiseKernel.read(), 1, 'valid'),
};

/** @param model live; what is saved of it stays as it is. */
export function putDepthwiseStandIns(model: tfLayers.LayersModel): void {
  for (const layer of liveLayers(model)) {
    const convolve = byClass[layer.getClassName()];
    if (convolve === undefined) continue;
    const convolution = layer as ConvolutionLayer;
    if (new Set(convolution.strides).size > 1) replaceConvolution(convolution, convolve);
    else standInForDilation(layer);
  }
}

/** Convolved everywhere, of which every so many are kept. */
function depthwise({ depthwiseKernel, strides, padding }: ConvolutionLayer, input: tf.Tensor): tf.Tensor4D {
  const kernel = depthwiseKernel.read();
  const [rows, columns] = kernel.shape;
  const pair = strides as [number, number];
  const padded = padImage(tf, input as tf.Tensor4D, [rows, columns], padding, { strides: pair });
  return keepEvery(tf.depthwiseConv2d(padded, kernel, 1, 'valid'), ...pair);
}

/** As a strided slice, made of operations that have gradients. */
function keepEvery(image: tf.Tensor4D, vertical: number, horizontal: number): tf.Tensor4D {
  const [count, height, width, channels] = image.shape;
  const [rows, columns] = [Math.ceil(height / vertical), Math.ceil(width / horizontal)];
  const padded = tf.pad(image, [
    [0, 0],
    [0, rows * vertical - height],
    [0, columns * horizontal - width],
    [0, 0],
  ]);
  const grouped = tf.reshape(padded, [count, rows, vertical, columns, horizontal, channels]);
  const first = tf.slice(grouped, [0, 0, 0, 0, 0, 0], [count, rows, 1, columns, 1, channels]);
  return tf.reshape(first, [count, rows, columns, channels]);
}
