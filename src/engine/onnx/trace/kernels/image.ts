/**
 * tfjs kernels over images: convolution and pooling. tfjs has images as [n, h, w, c]; the window operators of the
 * graph have them as [h, w, n, c] (`graph/operators/macro.ts`), so each goes in and out through a Transpose, and
 * `passes/sink-transposes.ts` takes away those that meet.
 */
import { backend_util } from './tfjs-shapes.js';
import type { Shape, Value } from '../../graph/graph.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { add, mul } from '../../graph/operators/elementwise.js';
import {
  rowConv,
  rowConvFilterGradient,
  rowFactorGradient,
  rowMaxPool,
  rowMaxPoolGradient,
  rowWeightedSum,
  type WindowTable,
} from '../../graph/operators/macro.js';
import { concat, reshape, slice, transpose } from '../../graph/operators/shape.js';
import { turnRound, windowTable } from '../../graph/window-table.js';
import { type KernelCall, type Lowerings, NotLowered } from '../lowering.js';
import { activate } from './elementwise.js';

const inward = (b: GraphBuilder, x: Value): Value => transpose(b, x, [1, 2, 0, 3]);
const outward = (b: GraphBuilder, x: Value): Value => transpose(b, x, [2, 0, 1, 3]);

type Four = [number, number, number, number];

/** How a window lies over an image, as tfjs works it out. */
interface Layout {
  readonly table: WindowTable;
  readonly inputPlaces: readonly [number, number];
}

/** As tfjs works it out. */
export interface Geometry {
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly padInfo: {
    readonly top: number;
    readonly left: number;
    readonly bottom: number;
    readonly right: number;
  };
}

function layoutOf(g: Geometry): Layout {
  const inputPlaces = [g.inHeight, g.inWidth] as const;
  const table = windowTable({
    input: inputPlaces,
    output: [g.outHeight, g.outWidth],
    kernel: [g.filterHeight, g.filterWidth],
    strides: [g.strideHeight, g.strideWidth],
    dilations: [g.dilationHeight, g.dilationWidth],
    before: [g.padInfo.top, g.padInfo.left],
  });
  return { table, inputPlaces };
}

/** @param image the shape of the convolved image, n × h × w × c; @param filter that of the filter. */
export function convGeometry(
  { attrs }: KernelCall,
  image: Shape,
  filter: Shape,
  depthwise: boolean,
): Geometry {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs as ConvAttributes;
  if (dataFormat !== undefined && dataFormat !== 'NHWC')
    throw new NotLowered('Conv2D', `data format ${dataFormat}`);
  return backend_util.computeConv2DInfo(
    image as Four, filter as Four, strides, dilations ?? 1, pad as 'same', dimRoundingMode, depthwise,
  ); // prettier-ignore
}

const convLayout = (call: KernelCall, image: Shape, filter: Shape, depthwise: boolean): Layout =>
  layoutOf(convGeometry(call, image, filter, depthwise));

interface ConvAttributes {
  readonly strides: [number, number] | number;
  readonly pad: unknown;
  readonly dataFormat?: string;
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor';
}

export function poolGeometry({ attrs }: KernelCall, image: Shape): Geometry {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as ConvAttributes & {
    filterSize: [number, number];
  };
  return backend_util.computePool2DInfo(
    image as Four,
    filterSize,
    strides,
    1,
    pad as 'same',
    dimRoundingMode,
  );
}

const poolLayout = (call: KernelCall, image: Shape): Layout => layoutOf(poolGeometry(call, image));

/** [kh, kw, c, o] → [k, c, o]. */
const flatFilter = (b: GraphBuilder, filter: Value): Value => {
  const [kh, kw, c, o] = filter.shape as Four;
  return reshape(b, filter, [kh * kw, c, o]);
};

function conv2d(call: KernelCall): Value {
  const { b, input } = call;
  const [x, filter] = [input('x'), input('filter')];
  const { table } = convLayout(call, x.shape, filter.shape, false);
  return outward(b, rowConv(b, inward(b, x), flatFilter(b, filter), table));
}

/** Each channel c gives channels c × m + q; the graph's factors are for one channel of output each. */
function depthwiseConv2d(call: KernelCall): Value {
  const { b, input } = call;
  const [x, filter] = [input('x'), input('filter')];
  const { table } = convLayout(call, x.shape, filter.shape, true);
  const [kh, kw, c, m] = filter.shape as Four;
  const factors = reshape(b, filter, [kh * kw, c * m]);
  return outward(b, rowWeightedSum(b, inward(b, repeatChannels(b, x, m)), factors, table));
}

/** [n, h, w, c] → [n, h, w, c × times], each channel several times in a row. */
function repeatChannels(b: GraphBuilder, x: Value, times: number): Value {
  if (times === 1) return x;
  const [n, h, w, c] = x.shape as Four;
  const apart = reshape(b, x, [n, h, w, c, 1]);
  return reshape(b, concat(b, new Array<Value>(times).fill(apart), 4), [n, h, w, c * times]);
}

/** The other way: the sum over the copies of each channel. */
function sumRepeated(b: GraphBuilder, x: Value, times: number): Value {
  if (times === 1) return x;
  const [n, h, w, c] = x.shape as Four;
  const apart = reshape(b, x, [n, h, w, c / times, times]);
  const copies = Array.from({ length: times }, (_, i) => slice(b, apart, [{ axis: 4, start: i, count: 1 }]));
  return reshape(
    b,
    copies.reduce((total, copy) => add(b, total, copy)),
    [n, h, w, c / times],
  );
}

/** What a fused kernel does after its sum. */
export function withBias(call: KernelCall, out: Value): Value {
  const { b, optionalInput, attrs } = call;
  const bias = optionalInput('bias');
  const sum = bias === undefined ? out : add(b, out, bias);
  const leak = (attrs['leakyreluAlpha'] as number | undefined) ?? 0.2;
  return activate(b, sum, attrs['activation'] as string, optionalInput('preluActivationWeights'), leak);
}

/** One divided by how many elements of each window are inside the image, [h', w', 1, 1]. */
function shares(b: GraphBuilder, { rows, window, places }: WindowTable): Value {
  const values = Float32Array.from({ length: rows.length / window }, (_, p) => {
    let inside = 0;
    for (let j = 0; j < window; j++) if (rows[p * window + j]! >= 0) inside++;
    return 1 / inside;
  });
  if (values.every((value) => value === values[0])) return b.scalar(values[0]!);
  return b.constant(values, [...places, 1, 1], 'float32');
}

const ones = (b: GraphBuilder, { window }: WindowTable): Value => b.splat(1, [window, 1], 'float32');

export const imageKernels: Lowerings = {
  Conv2D: conv2d,
  FusedConv2D: (call) => withBias(call, conv2d(call)),
  Conv2DBackpropInput: (call) => {
    const { b, input, attrs } = call;
    const [dy, filter] = [input('dy'), input('filter')];
    const image = attrs['inputShape'] as number[];
    const { table, inputPlaces } = convLayout(call, image, filter.shape, false);
    const turned = transpose(b, flatFilter(b, filter), [0, 2, 1]);
    return outward(b, rowConv(b, inward(b, dy), turned, turnRound(table, inputPlaces)));
  },
  Conv2DBackpropFilter: (call) => {
    const { b, input, attrs } = call;
    const [x, dy] = [input('x'), input('dy')];
    const shape = attrs['filterShape'] as number[];
    const { table } = convLayout(call, x.shape, shape, false);
    return reshape(b, rowConvFilterGradient(b, inward(b, x), inward(b, dy), table), shape);
  },
  DepthwiseConv2dNative: depthwiseConv2d,
  FusedDepthwiseConv2D: (call) => withBias(call, depthwiseConv2d(call)),
  DepthwiseConv2dNativeBackpropInput: (call) => {
    const { b, input, attrs } = call;
    const [dy, filter] = [input('dy'), input('filter')];
    const { table, inputPlaces } = convLayout(call, attrs['inputShape'] as number[], filter.shape, true);
    const [kh, kw, c, m] = filter.shape as Four;
    const back = turnRound(table, inputPlaces);
    const all = outward(b, rowWeightedSum(b, inward(b, dy), reshape(b, filter, [kh * kw, c * m]), back));
    return sumRepeated(b, all, m);
  },
  DepthwiseConv2dNativeBackpropFilter: (call) => {
    const { b, input, attrs } = call;
    const [x, dy] = [input('x'), input('dy')];
    const shape = attrs['filterShape'] as number[];
    const { table } = convLayout(call, x.shape, shape, true);
    const repeated = inward(b, repeatChannels(b, x, shape[3]!));
    return reshape(b, rowFactorGradient(b, repeated, inward(b, dy), table), shape);
  },
  MaxPool: (call) => {
    const { b, input } = call;
    const x = input('x');
    return outward(b, rowMaxPool(b, inward(b, x), poolLayout(call, x.shape).table));
  },
  MaxPoolGrad: (call) => {
    const { b, input } = call;
    const [x, dy] = [input('input'), input('dy')];
    return outward(b, rowMaxPoolGradient(b, inward(b, x), inward(b, dy), poolLayout(call, x.shape).table));
  },
  AvgPool: (call) => {
    const { b, input } = call;
    const x = input('x');
    const { table } = poolLayout(call, x.shape);
    return outward(b, mul(b, rowWeightedSum(b, inward(b, x), ones(b, table), table), shares(b, table)));
  },
  AvgPoolGrad: (call) => {
    const { b, input } = call;
    const [x, dy] = [input('input'), input('dy')];
    const { table, inputPlaces } = poolLayout(call, x.shape);
    const back = turnRound(table, inputPlaces);
    return outward(b, rowWeightedSum(b, mul(b, inward(b, dy), shares(b, table)), ones(b, table), back));
  },
};
