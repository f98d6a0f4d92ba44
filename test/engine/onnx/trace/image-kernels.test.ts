/** Every lowering of images against tfjs. */
import { describe, expect, it } from 'vitest';
import { imageKernels } from '../../../../src/engine/onnx/trace/kernels/image.js';
import { resizeKernels } from '../../../../src/engine/onnx/trace/kernels/resize.js';
import { tf } from '../../../../src/models/tfjs.js';
import { coarse, expectTfjsNumbers, type KernelCase, normal, positive } from './kernel-cases.js';

interface Geometry {
  readonly strides?: number;
  readonly dilations?: number;
  readonly pad: 'same' | 'valid' | number;
}

const geometries: readonly Geometry[] = [
  { pad: 'valid' }, { pad: 'same' }, { pad: 'same', strides: 2 }, { pad: 'valid', strides: 2 },
  { pad: 'same', dilations: 2 }, { pad: 'valid', dilations: 2 }, { pad: 1, strides: 3 },
]; // prettier-ignore

const image = [2, 7, 6, 3] as const;
const settings = ({ strides = 1, dilations = 1, pad }: Geometry) => ({
  strides: [strides, strides],
  dilations: [dilations, dilations],
  pad,
  dataFormat: 'NHWC',
});
const four = (sides: readonly number[]): [number, number, number, number] => [...sides] as never;

/** The output's shape of a convolution. */
function outputOf(geometry: Geometry, filter: readonly number[], depthwise: boolean): readonly number[] {
  const { strides, dilations, pad } = settings(geometry);
  return tf.backend_util.computeConv2DInfo(
    four(image), four(filter), strides as [number, number], dilations as [number, number], pad, undefined, depthwise,
  ).outShape; // prettier-ignore
}

const conv = [3, 2, 3, 4];
const depthwise = [3, 2, 3, 2];
const convCases = (
  make: (g: Geometry, dy: readonly number[]) => KernelCase,
  filter: number[],
  deep: boolean,
) => geometries.map((g) => make(g, outputOf(g, filter, deep)));
const fused = (filter: number[], outputs: number): KernelCase[] =>
  ['linear', 'relu', 'elu', 'leakyrelu', 'prelu', 'sigmoid', 'relu6'].map((activation) => ({
    inputs: {
      x: normal(...image),
      filter: normal(...filter),
      bias: normal(outputs),
      ...(activation === 'prelu' ? { preluActivationWeights: positive(outputs) } : {}),
    },
    attrs: { ...settings({ pad: 'same' }), activation, leakyreluAlpha: 0.3 },
  }));

const pools = [
  { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
  { filterSize: [3, 2], strides: [1, 2], pad: 'same' },
  { filterSize: [3, 3], strides: [2, 2], pad: 'same' },
  { filterSize: [2, 2], strides: [3, 3], pad: 'valid' },
] as const;
type Pool = (typeof pools)[number];
function pooledOf({ filterSize, strides, pad }: Pool): readonly number[] {
  return tf.backend_util.computePool2DInfo(four(image), [...filterSize], [...strides], 1, pad).outShape;
}

const resizes = [[10, 9], [4, 3], [14, 12]].flatMap((size) =>
  [[false, false], [true, false], [false, true]].map(([alignCorners, halfPixelCenters]) => ({
    size, alignCorners, halfPixelCenters,
  })),
); // prettier-ignore
const resizeForward = resizes.map((attrs): KernelCase => ({ inputs: { images: normal(...image) }, attrs }));
const resizeBackward = resizes.map(({ size, ...attrs }): KernelCase => ({
  inputs: { images: normal(...image), dy: normal(2, ...size, 3) },
  attrs,
}));
/** tfjs differentiates resizing to half pixels' centres as if they were corners. */
const likeCorners = ({ attrs }: KernelCase): boolean => attrs?.['halfPixelCenters'] !== true;

const cases: Readonly<Record<string, readonly KernelCase[]>> = {
  Conv2D: geometries.map((g) => ({
    inputs: { x: normal(...image), filter: normal(...conv) },
    attrs: settings(g),
  })),
  FusedConv2D: fused(conv, 4),
  Conv2DBackpropInput: convCases(
    (g, dy) => ({
      inputs: { dy: normal(...dy), filter: normal(...conv) },
      attrs: { ...settings(g), inputShape: [...image] },
    }),
    conv,
    false,
  ).filter((_, i) => geometries[i]!.dilations === undefined),
  Conv2DBackpropFilter: convCases(
    (g, dy) => ({
      inputs: { x: normal(...image), dy: normal(...dy) },
      attrs: { ...settings(g), filterShape: conv },
    }),
    conv,
    false,
  ).filter((_, i) => geometries[i]!.dilations === undefined),
  DepthwiseConv2dNative: geometries.map((g) => ({
    inputs: { x: normal(...image), filter: normal(...depthwise) },
    attrs: settings(g),
  })),
  FusedDepthwiseConv2D: fused(depthwise, 6),
  DepthwiseConv2dNativeBackpropInput: convCases(
    (g, dy) => ({
      inputs: { dy: normal(...dy), filter: normal(...depthwise) },
      attrs: { ...settings(g), inputShape: [...image] },
    }),
    depthwise,
    true,
  ).filter((_, i) => geometries[i]!.dilations === undefined),
  DepthwiseConv2dNativeBackpropFilter: convCases(
    (g, dy) => ({
      inputs: { x: normal(...image), dy: normal(...dy) },
      attrs: { ...settings(g), filterShape: depthwise },
    }),
    depthwise,
    true,
  ).filter((_, i) => geometries[i]!.dilations === undefined),
  MaxPool: pools.map((attrs) => ({ inputs: { x: normal(...image) }, attrs })),
  MaxPoolGrad: pools.map((attrs) => ({
    inputs: { dy: normal(...pooledOf(attrs)), input: normal(...image), output: normal(...pooledOf(attrs)) },
    attrs,
  })),
  AvgPool: pools.map((attrs) => ({ inputs: { x: coarse(...image) }, attrs })),
  AvgPoolGrad: pools.map((attrs) => ({
    inputs: { dy: normal(...pooledOf(attrs)), input: normal(...image) },
    attrs,
  })),
  ResizeBilinear: resizeForward,
  ResizeNearestNeighbor: resizeForward,
  ResizeBilinearGrad: resizeBackward.filter(likeCorners),
  ResizeNearestNeighborGrad: resizeBackward.filter(likeCorners),
};

describe('kernels of images have the numbers of tfjs', () => {
  it('and each has a case', () => {
    const lowered = { ...imageKernels, ...resizeKernels };
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(lowered).toSorted());
  });

  it.each(Object.keys(cases))('%s', async (kernel) => {
    for (const one of cases[kernel]!) await expectTfjsNumbers(kernel, one);
  });
});
