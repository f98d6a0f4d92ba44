/** Sums of products: reductions, matrix products, convolutions, pooling. Images are NCHW here, as ONNX has them. */
import { type Attributes, broadcastShapes, type Shape, type Value } from '../graph.js';
import type { GraphBuilder } from '../graph-builder.js';

export type ReduceOp = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

export function reduce(
  b: GraphBuilder,
  op: ReduceOp,
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
): Value {
  if (axes.length === 0) return x;
  const shape = x.shape.flatMap((side, i) => (!axes.includes(i) ? [side] : keepDims ? [1] : []));
  return b.add(op, [x, b.int64s(axes)], { dtype: x.dtype, shape }, { keepdims: keepDims ? 1 : 0 });
}

/** x [m, k] · y [k, n] (+ bias), each transposed first where asked. */
export function gemm(
  b: GraphBuilder,
  x: Value,
  y: Value,
  transA = false,
  transB = false,
  bias?: Value,
): Value {
  const shape = [x.shape[transA ? 1 : 0]!, y.shape[transB ? 0 : 1]!];
  const inputs = bias === undefined ? [x, y] : [x, y, bias];
  return b.add('Gemm', inputs, { dtype: x.dtype, shape }, { transA: Number(transA), transB: Number(transB) });
}

/** Matrix products over the last two axes, broadcast over the others. */
export function matMul(b: GraphBuilder, x: Value, y: Value): Value {
  const batch = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2));
  return b.add('MatMul', [x, y], { dtype: x.dtype, shape: [...batch, x.shape.at(-2)!, y.shape.at(-1)!] });
}

/** How a window moves over an image: [vertical, horizontal]; pads [top, left, bottom, right]. */
export interface Window {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
}

const windowAttributes = ({ strides, pads, dilations }: Window): Attributes => ({
  strides,
  pads,
  dilations,
});

/** How many places a window has along one axis. */
const places = (side: number, kernel: number, stride: number, pads: number, dilation: number): number =>
  Math.floor((side + pads - dilation * (kernel - 1) - 1) / stride) + 1;

function windowOutput([height, width]: readonly number[], [kh, kw]: readonly number[], w: Window): Shape {
  return [
    places(height!, kh!, w.strides[0], w.pads[0] + w.pads[2], w.dilations[0]),
    places(width!, kw!, w.strides[1], w.pads[1] + w.pads[3], w.dilations[1]),
  ];
}

/** x [n, c, h, w], filter [o, c / group, kh, kw], bias [o]. */
export function conv(
  b: GraphBuilder,
  x: Value,
  filter: Value,
  window: Window,
  group = 1,
  bias?: Value,
): Value {
  const shape = [
    x.shape[0]!,
    filter.shape[0]!,
    ...windowOutput(x.shape.slice(2), filter.shape.slice(2), window),
  ];
  const inputs = bias === undefined ? [x, filter] : [x, filter, bias];
  return b.add('Conv', inputs, { dtype: 'float32', shape }, { ...windowAttributes(window), group });
}

/** The largest number of each window; kernel [vertical, horizontal]. */
export function maxPool(b: GraphBuilder, x: Value, kernel: readonly number[], window: Window): Value {
  const shape = [x.shape[0]!, x.shape[1]!, ...windowOutput(x.shape.slice(2), kernel, window)];
  return b.add(
    'MaxPool',
    [x],
    { dtype: 'float32', shape },
    { ...windowAttributes(window), kernel_shape: kernel },
  );
}

/** The mean of each window, over the elements that are inside the image. */
export function averagePool(b: GraphBuilder, x: Value, kernel: readonly number[], window: Window): Value {
  const shape = [x.shape[0]!, x.shape[1]!, ...windowOutput(x.shape.slice(2), kernel, window)];
  return b.add(
    'AveragePool',
    [x],
    { dtype: 'float32', shape },
    { ...windowAttributes(window), kernel_shape: kernel },
  );
}
