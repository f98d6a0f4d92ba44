/**
 * tfjs's two-dimensional convolution and its gradients by `multiply.ts`. Float32, channels last; the rest stays tfjs's.
 */
import { tf } from '../../models/tfjs.js';
import { canFuse, fusedTail } from './fused-tail.js';
import { multiply, strided } from './multiply.js';
import { filterByInput, patches, patchesTransposed, type Axis } from './patches.js';
import { makeTensor, valuesOf, type KernelArguments } from './tensor-access.js';

type Geometry = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Shape4D = [number, number, number, number];

export function conv2d(call: KernelArguments): tf.TensorInfo | undefined {
  if (!isPlain(call, 'x', 'filter')) return undefined;
  const geometry = geometryOf(call, call.inputs['x']!.shape, call.inputs['filter']!.shape);
  return makeTensor(call.backend, geometry.outShape, convolve(call, geometry));
}

export function fusedConv2d(call: KernelArguments): tf.TensorInfo | undefined {
  if (!isPlain(call, 'x', 'filter') || !canFuse(call)) return undefined;
  const geometry = geometryOf(call, call.inputs['x']!.shape, call.inputs['filter']!.shape);
  return fusedTail(call, geometry.outShape, convolve(call, geometry));
}

export function conv2dBackpropFilter(call: KernelArguments): tf.TensorInfo | undefined {
  if (!isPlain(call, 'x', 'dy')) return undefined;
  const { backend, inputs, attrs } = call;
  const geometry = geometryOf(call, inputs['x']!.shape, attrs['filterShape'] as number[]);
  const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth } = geometry;
  const [yAxis, xAxis] = forwardAxes(geometry);
  const elements = filterHeight * filterWidth * inChannels;
  const gradient = new Float32Array(elements * outChannels);
  multiply(
    patchesTransposed(valuesOf(backend, inputs['x']!), inChannels, yAxis, xAxis),
    strided(valuesOf(backend, inputs['dy']!), 0, 1, outChannels),
    elements,
    outChannels,
    batchSize * outHeight * outWidth,
    gradient,
  );
  return makeTensor(backend, geometry.filterShape, gradient);
}

export function conv2dBackpropInput(call: KernelArguments): tf.TensorInfo | undefined {
  if (!isPlain(call, 'dy', 'filter')) return undefined;
  const { backend, inputs, attrs } = call;
  const geometry = geometryOf(call, attrs['inputShape'] as number[], inputs['filter']!.shape);
  const { batchSize, inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth } = geometry;
  const [yAxis, xAxis] = backwardAxes(geometry);
  const rows = batchSize * inHeight * inWidth;
  const gradient = new Float32Array(rows * inChannels);
  multiply(
    patches(valuesOf(backend, inputs['dy']!), outChannels, yAxis, xAxis),
    filterByInput(valuesOf(backend, inputs['filter']!), inChannels, outChannels),
    rows,
    inChannels,
    filterHeight * filterWidth * outChannels,
    gradient,
  );
  return makeTensor(backend, geometry.inShape, gradient);
}

function convolve({ backend, inputs }: KernelArguments, geometry: Geometry): Float32Array {
  const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth } = geometry;
  const [yAxis, xAxis] = forwardAxes(geometry);
  const rows = batchSize * outHeight * outWidth;
  const output = new Float32Array(rows * outChannels);
  multiply(
    patches(valuesOf(backend, inputs['x']!), inChannels, yAxis, xAxis),
    strided(valuesOf(backend, inputs['filter']!), 0, 1, outChannels),
    rows,
    outChannels,
    filterHeight * filterWidth * inChannels,
    output,
  );
  return output;
}

function isPlain({ inputs, attrs }: KernelArguments, ...names: readonly string[]): boolean {
  const format = attrs['dataFormat'] as string | undefined;
  return (
    (format === undefined || format === 'NHWC') && names.every((name) => inputs[name]!.dtype === 'float32')
  );
}

function geometryOf({ attrs }: KernelArguments, input: number[], filter: number[]): Geometry {
  return tf.backend_util.computeConv2DInfo(
    input as Shape4D,
    filter as Shape4D,
    attrs['strides'] as number | [number, number],
    // The gradients' kernels are told of no dilation: tfjs refuses to differentiate one.
    (attrs['dilations'] as number | [number, number] | undefined) ?? 1,
    attrs['pad'] as 'valid' | 'same' | number,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil' | undefined,
  );
}

/** Each output place looks at the input. */
function forwardAxes(geometry: Geometry): [Axis, Axis] {
  const { padInfo } = geometry;
  return [
    {
      places: geometry.outHeight,
      elements: geometry.filterHeight,
      size: geometry.inHeight,
      stride: geometry.strideHeight,
      step: geometry.dilationHeight,
      shift: -padInfo.top,
      divisor: 1,
    },
    {
      places: geometry.outWidth,
      elements: geometry.filterWidth,
      size: geometry.inWidth,
      stride: geometry.strideWidth,
      step: geometry.dilationWidth,
      shift: -padInfo.left,
      divisor: 1,
    },
  ];
}

/** Each input place looks at the outputs that looked at it. */
function backwardAxes(geometry: Geometry): [Axis, Axis] {
  const { padInfo } = geometry;
  return [
    {
      places: geometry.inHeight,
      elements: geometry.filterHeight,
      size: geometry.outHeight,
      stride: 1,
      step: -1,
      shift: padInfo.top,
      divisor: geometry.strideHeight,
    },
    {
      places: geometry.inWidth,
      elements: geometry.filterWidth,
      size: geometry.outWidth,
      stride: 1,
      step: -1,
      shift: padInfo.left,
      divisor: geometry.strideWidth,
    },
  ];
}
