/** tfjs kernels that sum up, or pick, along axes. */
import { type Value } from '../../graph/graph.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { add, cast, mul, sub, unary } from '../../graph/operators/elementwise.js';
import { reduce, type ReduceOp } from '../../graph/operators/linear.js';
import { type KernelCall, type Lowering, type Lowerings, NotLowered } from '../lowering.js';

function axesOf({ attrs }: KernelCall, rank: number): number[] {
  const axis = attrs['axis'] as number | number[] | null | undefined;
  const axes =
    axis === null || axis === undefined ? Array.from({ length: rank }, (_, i) => i) : [axis].flat();
  return axes.map((a) => (a < 0 ? a + rank : a));
}

const along =
  (op: ReduceOp): Lowering =>
  (call) => {
    const x = call.input('x');
    const axes = axesOf(call, x.shape.length);
    const keepDims = (call.attrs['keepDims'] as boolean | undefined) ?? false;
    // A mean is a real number, whatever it is the mean of.
    const dtype = op === 'ReduceMean' ? 'float32' : x.dtype === 'bool' ? 'int32' : x.dtype;
    return reduce(call.b, op, cast(call.b, x, dtype), axes, keepDims);
  };

/** Whether all, or any, are true: the smallest, or largest, of 0 and 1. */
const logical =
  (op: 'ReduceMin' | 'ReduceMax'): Lowering =>
  (call) => {
    const x = cast(call.b, call.input('x'), 'int32');
    const reduced = reduce(
      call.b,
      op,
      x,
      axesOf(call, x.shape.length),
      (call.attrs['keepDims'] as boolean | undefined) ?? false,
    );
    return cast(call.b, reduced, 'bool');
  };

const place =
  (op: 'ArgMax' | 'ArgMin'): Lowering =>
  (call) => {
    const x = call.input('x');
    const [axis] = axesOf(call, x.shape.length);
    const found = firstPlace(call.b, op, x, axis!);
    return cast(call.b, found, 'int32');
  };

/** The place of the first largest, or smallest, number along an axis, as int64; the axis goes away. */
export function firstPlace(b: GraphBuilder, op: 'ArgMax' | 'ArgMin', x: Value, axis: number): Value {
  return b.add(
    op,
    [x],
    { dtype: 'int64', shape: x.shape.toSpliced(axis, 1) },
    { axis, keepdims: 0, select_last_index: 0 },
  );
}

export const reductionKernels: Lowerings = {
  Sum: along('ReduceSum'),
  Mean: along('ReduceMean'),
  // tfjs names the axes otherwise here.
  Max: (call) => {
    const axis = call.attrs['reductionIndices'] as number[] | undefined;
    return along('ReduceMax')(axis === undefined ? call : { ...call, attrs: { ...call.attrs, axis } });
  },
  Min: along('ReduceMin'),
  Prod: along('ReduceProd'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: place('ArgMax'),
  ArgMin: place('ArgMin'),
  Softmax: ({ b, input, attrs }) => {
    const x = input('logits');
    const axis = attrs['dim'] as number;
    if (axis !== -1 && axis !== x.shape.length - 1) throw new NotLowered('Softmax', `axis ${axis}`);
    return b.add('Softmax', [x], x, { axis: -1 });
  },
  Cumsum: ({ b, input, attrs }) => {
    const x = input('x');
    const attributes = {
      exclusive: Number(attrs['exclusive'] ?? false),
      reverse: Number(attrs['reverse'] ?? false),
    };
    return b.add('CumSum', [x, b.splat(attrs['axis'] as number, [], 'int64')], x, attributes);
  },
  /** A factor for each channel is worked out first, so that the image is not divided. */
  FusedBatchNorm: ({ b, input, optionalInput, attrs }) => {
    const variance = add(b, input('variance'), b.scalar(attrs['varianceEpsilon'] as number));
    const deviation = unary(b, 'Reciprocal', unary(b, 'Sqrt', variance));
    const scale = optionalInput('scale');
    const factor = scale === undefined ? deviation : mul(b, deviation, scale);
    const centred = mul(b, sub(b, input('x'), input('mean')), factor);
    const offset = optionalInput('offset');
    return offset === undefined ? centred : add(b, centred, offset);
  },
};
