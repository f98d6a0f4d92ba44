/**
 * Dilated depthwise convolution, which tfjs computes but can't differentiate, and which tf.layers 4.22 saves as a
 * setting of its layer and then takes no notice of. Here it is made of operations that have gradients: for each place in
 * the kernel, what lies under it times its weights.
 */
import type { tf as Tf, tfLayers as TfLayers } from './tfjs.js';

type Pair = readonly [vertical: number, horizontal: number];

/** The image with the zeros round it that a padding of "same" asks for, one more behind where their number is odd. */
export function padImage(
  tf: typeof Tf,
  image: Tf.Tensor4D,
  kernelSize: Pair,
  padding: string,
  { strides = [1, 1], dilation = [1, 1] }: { readonly strides?: Pair; readonly dilation?: Pair },
): Tf.Tensor4D {
  if (padding !== 'same') return image;
  const [vertical, horizontal] = ([0, 1] as const).map((side): [number, number] => {
    const length = image.shape[1 + side]!;
    const last = (Math.ceil(length / strides[side]) - 1) * strides[side];
    const zeros = Math.max(0, last + (kernelSize[side] - 1) * dilation[side] + 1 - length);
    return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
  });
  return tf.pad(image, [[0, 0], vertical!, horizontal!, [0, 0]]);
}

/** @param image [count, height, width, channels]; @param kernel [height, width, channels, outputs of each channel]. */
export function dilatedDepthwise(
  tf: typeof Tf,
  image: Tf.Tensor4D,
  kernel: Tf.Tensor4D,
  dilation: Pair,
  padding: string,
): Tf.Tensor4D {
  const [rows, columns, channels, multiplier] = kernel.shape;
  const padded = padImage(tf, image, [rows, columns], padding, { dilation });
  const [count, height, width] = padded.shape;
  const size: [number, number, number] = [
    count,
    height - (rows - 1) * dilation[0],
    width - (columns - 1) * dilation[1],
  ];
  const parts: Tf.Tensor[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const under = tf.slice(padded, [0, row * dilation[0], column * dilation[1], 0], [...size, channels]);
      const weights = tf.slice(kernel, [row, column, 0, 0], [1, 1, channels, multiplier]);
      parts.push(
        tf.mul(tf.reshape(under, [...size, channels, 1]), tf.reshape(weights, [channels, multiplier])),
      );
    }
  }
  return tf.reshape(
    parts.reduce((sum, part) => tf.add(sum, part)),
    [...size, channels * multiplier],
  );
}

/** A depthwise layer's inside. */
interface DepthwiseLayer {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly dilationRate: Pair;
  readonly padding: string;
  readonly dataFormat: string;
  readonly depthwiseKernel: { read(): Tf.Tensor4D };
  readonly bias: { read(): Tf.Tensor } | null;
  readonly activation: { apply(x: Tf.Tensor): Tf.Tensor };
  call: (this: DepthwiseLayer, inputs: Tf.Tensor | Tf.Tensor[], options: object) => Tf.Tensor | Tf.Tensor[];
  computeOutputShape: (this: DepthwiseLayer, shape: readonly (number | null)[]) => (number | null)[];
}

/** Makes every `depthwiseConv2d` of tf.layers do what its `dilationRate` says. */
export function teachDepthwiseDilation(tf: typeof Tf, tfLayers: typeof TfLayers): void {
  const layer = Object.getPrototypeOf(tfLayers.layers.depthwiseConv2d({ kernelSize: 1 })) as DepthwiseLayer;
  const plain = { call: layer.call, computeOutputShape: layer.computeOutputShape };

  layer.computeOutputShape = function (this: DepthwiseLayer, shape) {
    const output = plain.computeOutputShape.call(this, shape);
    if (this.padding === 'same') return output;
    const vertical = this.dataFormat === 'channelsFirst' ? 2 : 1;
    return output.map((side, axis) => {
      const at = axis - vertical;
      if (side === null || (at !== 0 && at !== 1)) return side;
      return side - (this.kernelSize[at] - 1) * (this.dilationRate[at] - 1);
    });
  };

  layer.call = function (this: DepthwiseLayer, inputs, options) {
    if (this.dilationRate.every((rate) => rate === 1)) return plain.call.call(this, inputs, options);
    if (this.strides.some((stride) => stride !== 1)) {
      throw new Error(
        `Either strides or dilations must be 1. Got strides ${this.strides.join()} and dilations ${this.dilationRate.join()}`,
      );
    }
    return tf.tidy(() => {
      const input = [inputs].flat()[0] as Tf.Tensor4D;
      const channelsFirst = this.dataFormat === 'channelsFirst';
      const image = channelsFirst ? tf.transpose(input, [0, 2, 3, 1]) : input;
      const kernel = this.depthwiseKernel.read();
      let output: Tf.Tensor = dilatedDepthwise(tf, image, kernel, this.dilationRate, this.padding);
      if (this.bias !== null) output = tf.add(output, this.bias.read());
      if (channelsFirst) output = tf.transpose(output, [0, 3, 1, 2]);
      return this.activation.apply(output);
    });
  };
}
