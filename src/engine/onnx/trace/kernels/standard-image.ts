/**
 * tfjs's image kernels as ONNX's own operators, for models that leave Assay: plain Conv and pooling, which every runtime
 * has. Forward alone; the training graphs take `image.ts`, which is faster on the processor.
 */
import type { Shape, Value } from '../../graph/graph.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { averagePool, conv, maxPool, type Window } from '../../graph/operators/linear.js';
import { reshape, transpose } from '../../graph/operators/shape.js';
import type { KernelCall, Lowerings } from '../lowering.js';
import { convGeometry, type Geometry, poolGeometry, withBias } from './image.js';

/** tfjs's [n, h, w, c] to ONNX's [n, c, h, w] and back. */
const inward = (b: GraphBuilder, x: Value): Value => transpose(b, x, [0, 3, 1, 2]);
const outward = (b: GraphBuilder, x: Value): Value => transpose(b, x, [0, 2, 3, 1]);

function windowOf(g: Geometry): Window {
  const { top, bottom, left, right } = g.padInfo;
  return {
    strides: [g.strideHeight, g.strideWidth],
    dilations: [g.dilationHeight, g.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

function conv2d(call: KernelCall): Value {
  const { b, input } = call;
  const [x, filter] = [input('x'), input('filter')];
  const window = windowOf(convGeometry(call, x.shape, filter.shape, false));
  return outward(b, conv(b, inward(b, x), transpose(b, filter, [3, 2, 0, 1]), window));
}

/** A group for each channel of the input. */
function depthwiseConv2d(call: KernelCall): Value {
  const { b, input } = call;
  const [x, filter] = [input('x'), input('filter')];
  const window = windowOf(convGeometry(call, x.shape, filter.shape, true));
  const [kh, kw, c, m] = filter.shape as [number, number, number, number];
  const groups = reshape(b, transpose(b, filter, [2, 3, 0, 1]), [c * m, 1, kh, kw]);
  return outward(b, conv(b, inward(b, x), groups, window, c));
}

/** Transposed convolution: tfjs has it as the gradient of a convolution by its input. */
function transposedConv2d(call: KernelCall): Value {
  const { b, input, attrs } = call;
  const [dy, filter] = [input('dy'), input('filter')];
  const [n, height, width, c] = attrs['inputShape'] as [number, number, number, number];
  const window = windowOf(convGeometry(call, [n, height, width, c], filter.shape, false));
  const [kh, kw] = filter.shape as [number, number];
  const missing = (side: number, kernel: number, axis: 0 | 1): number => {
    const out = dy.shape[axis + 1]!;
    const full = (out - 1) * window.strides[axis] + window.dilations[axis] * (kernel - 1) + 1;
    return side - (full - window.pads[axis] - window.pads[axis + 2]!);
  };
  const attributes = {
    strides: window.strides,
    dilations: window.dilations,
    pads: window.pads,
    output_padding: [missing(height, kh, 0), missing(width, kw, 1)],
  };
  const shape: Shape = [n, c, height, width];
  const turned = transpose(b, filter, [3, 2, 0, 1]);
  return outward(b, b.add('ConvTranspose', [inward(b, dy), turned], { dtype: 'float32', shape }, attributes));
}

export const standardImageKernels: Lowerings = {
  Conv2D: conv2d,
  FusedConv2D: (call) => withBias(call, conv2d(call)),
  Conv2DBackpropInput: transposedConv2d,
  DepthwiseConv2dNative: depthwiseConv2d,
  FusedDepthwiseConv2D: (call) => withBias(call, depthwiseConv2d(call)),
  MaxPool: (call) => {
    const { b, input } = call;
    const x = input('x');
    const geometry = poolGeometry(call, x.shape);
    return outward(b, maxPool(b, inward(b, x), kernelOf(geometry), windowOf(geometry)));
  },
  AvgPool: (call) => {
    const { b, input } = call;
    const x = input('x');
    const geometry = poolGeometry(call, x.shape);
    return outward(b, averagePool(b, inward(b, x), kernelOf(geometry), windowOf(geometry)));
  },
};

const kernelOf = (g: Geometry): readonly number[] => [g.filterHeight, g.filterWidth];
