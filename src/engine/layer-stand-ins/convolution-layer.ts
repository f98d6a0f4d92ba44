/** A convolution layer's inside, and how another way of convolving takes the place of its own. Owns no way of its own. */
import { tf } from '../../models/tfjs.js';
import { oneTensor, type LiveLayer } from './live-layer.js';

export interface ConvolutionLayer extends LiveLayer {
  /** One number for a sequence, two for an image; strides and the kernel's sides alike. */
  readonly dilationRate: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
  readonly kernel: { read(): tf.Tensor };
  readonly depthwiseKernel: { read(): tf.Tensor4D };
  readonly pointwiseKernel: { read(): tf.Tensor4D };
  readonly bias: { read(): tf.Tensor } | null;
  readonly activation: { apply(x: tf.Tensor): tf.Tensor } | null;
}

/** The convolution alone, over an input whose channels are last. */
export type Convolve = (layer: ConvolutionLayer, input: tf.Tensor) => tf.Tensor;

/** What goes with it, offset and activation, stays as it is. */
export function replaceConvolution(layer: ConvolutionLayer, convolve: Convolve): void {
  layer.call = (inputs) =>
    tf.tidy(() => {
      const { bias, activation, dataFormat } = layer;
      const input = oneTensor(inputs);
      const axes = input.shape.map((_, axis) => axis);
      const channelsFirst = dataFormat === 'channelsFirst';
      // Channels from axis 1 to the end, and afterwards back.
      let output = convolve(layer, channelsFirst ? tf.transpose(input, [0, ...axes.slice(2), 1]) : input);
      if (bias !== null) output = tf.add(output, bias.read());
      if (channelsFirst) output = tf.transpose(output, [0, axes.length - 1, ...axes.slice(1, -1)]);
      return activation === null ? output : activation.apply(output);
    });
}
