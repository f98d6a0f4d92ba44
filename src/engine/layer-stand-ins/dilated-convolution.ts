/**
 * Convolution with gaps in its kernel, and its gradients, which tfjs 4.22 refuses. Both gradients are convolutions
 * themselves. Stride 1 only: tfjs has no dilation beside strides.
 */
import { padImage } from '../../models/dilated-depthwise.js';
import { tf } from '../../models/tfjs.js';

type Pair = readonly [vertical: number, horizontal: number];

/** @param image [count, height, width, inputs]; @param kernel [height, width, inputs, outputs]. */
export function dilatedConvolution(
  image: tf.Tensor4D,
  kernel: tf.Tensor4D,
  dilation: Pair,
  padding: string,
): tf.Tensor4D {
  const [rows, columns] = kernel.shape;
  const gaps: [number, number] = [...dilation];
  const convolve = tf.customGrad((x, w, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor, w as tf.Tensor]);
    const value = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid', 'NHWC', gaps);
    const gradFunc = (dy: tf.Tensor, [savedX, savedW]: tf.Tensor[]): tf.Tensor[] => [
      imageGradient(dy as tf.Tensor4D, savedW as tf.Tensor4D, gaps),
      kernelGradient(savedX as tf.Tensor4D, dy as tf.Tensor4D, gaps),
    ];
    return { value, gradFunc };
  });
  // The zeros stay outside, as an operation that has a gradient of its own.
  return convolve(padImage(tf, image, [rows, columns], padding, { dilation }), kernel);
}

/** Each pixel gets back what it gave: the gradient under the kernel turned round, inputs and outputs changed over. */
function imageGradient(dy: tf.Tensor4D, kernel: tf.Tensor4D, dilation: [number, number]): tf.Tensor {
  const [rows, columns] = kernel.shape;
  const [vertical, horizontal] = [(rows - 1) * dilation[0], (columns - 1) * dilation[1]];
  const padded = tf.pad(dy, [
    [0, 0],
    [vertical, vertical],
    [horizontal, horizontal],
    [0, 0],
  ]);
  const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(padded, turned, 1, 'valid', 'NHWC', dilation);
}

/** Pixels times gradient, summed over images and places: images count as inputs, and the gaps become strides. */
function kernelGradient(image: tf.Tensor4D, dy: tf.Tensor4D, dilation: [number, number]): tf.Tensor {
  const byInput = tf.transpose(image, [3, 1, 2, 0]);
  const window = tf.transpose(dy, [1, 2, 0, 3]);
  return tf.transpose(tf.conv2d(byInput, window, dilation, 'valid'), [1, 2, 0, 3]);
}
