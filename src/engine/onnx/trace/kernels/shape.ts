/** tfjs kernels that move, make or pick elements. */
import { backend_util, slice_util } from './tfjs-shapes.js';
import { arrayOf, sizeOf, type Value } from '../../graph/graph.js';
import type { GraphBuilder } from '../../graph/graph-builder.js';
import { cast, mul, add, binary } from '../../graph/operators/elementwise.js';
import {
  addRows,
  concat,
  gather,
  pad,
  reshape,
  slice,
  tile,
  transpose,
} from '../../graph/operators/shape.js';
import { type Lowerings, NotLowered } from '../lowering.js';
import { dtypeOf } from './elementwise.js';

const sliceOf = (b: GraphBuilder, x: Value, begin: readonly number[], size: readonly number[]): Value =>
  slice(
    b,
    x,
    begin.map((start, axis) => ({ axis, start, count: size[axis]! })),
  );

const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const shapeKernels: Lowerings = {
  Identity: ({ input }) => input('x'),
  Reshape: ({ b, input, attrs }) => {
    const x = input('x');
    const shape = (attrs['shape'] as number[]).slice();
    const unknown = shape.indexOf(-1);
    if (unknown >= 0) shape[unknown] = sizeOf(x.shape) / -sizeOf(shape);
    return reshape(b, x, shape);
  },
  ExpandDims: ({ b, input, attrs }) => {
    const x = input('input');
    const at = positive(attrs['dim'] as number, x.shape.length + 1);
    return reshape(b, x, x.shape.toSpliced(at, 0, 1));
  },
  Transpose: ({ b, input, attrs }) => transpose(b, input('x'), attrs['perm'] as number[]),
  Concat: ({ b, inputs, attrs }) => {
    const axis = positive(attrs['axis'] as number, inputs[0]!.shape.length);
    const kept = inputs.filter(({ shape }) => sizeOf(shape) > 0);
    return concat(b, kept.length > 0 ? kept : inputs.slice(0, 1), axis);
  },
  Pack: ({ b, inputs, attrs }) => {
    const axis = positive(attrs['axis'] as number, inputs[0]!.shape.length + 1);
    return concat(
      b,
      inputs.map((value) => reshape(b, value, value.shape.toSpliced(axis, 0, 1))),
      axis,
    );
  },
  Unpack: ({ b, input, attrs }) => {
    const x = input('value');
    const axis = positive(attrs['axis'] as number, x.shape.length);
    return Array.from({ length: x.shape[axis]! }, (_, i) =>
      reshape(b, slice(b, x, [{ axis, start: i, count: 1 }]), x.shape.toSpliced(axis, 1)),
    );
  },
  SplitV: ({ b, input, attrs }) => {
    const x = input('x');
    const axis = positive(attrs['axis'] as number, x.shape.length);
    const sizes = backend_util.prepareSplitSize(
      { shape: x.shape.slice(), dtype: 'float32', dataId: {} },
      attrs['numOrSizeSplits'] as number[],
      axis,
    );
    let start = 0;
    return sizes.map((count) => {
      const part = slice(b, x, [{ axis, start, count }]);
      start += count;
      return part;
    });
  },
  Slice: ({ b, input, attrs }) => {
    const x = input('x');
    const begin = attrs['begin'] as number[];
    const size = (attrs['size'] as number[]).map((count, i) =>
      count === -1 ? x.shape[i]! - begin[i]! : count,
    );
    return sliceOf(b, x, begin, size);
  },
  StridedSlice: ({ b, input, attrs }) => {
    const x = input('x');
    const a = attrs as Record<string, number[]> & Record<string, number>;
    const { finalShape, begin, end, strides } = slice_util.sliceInfo(
      x.shape.slice(), a['begin']!, a['end']!, a['strides']!, a['beginMask']!, a['endMask']!, a['ellipsisMask']!,
      a['newAxisMask']!, a['shrinkAxisMask']!,
    ); // prettier-ignore
    const axes = begin.map((start, axis) => {
      const step = strides[axis]!;
      return { axis, start, count: Math.max(0, Math.ceil((end[axis]! - start) / step)), step };
    });
    return reshape(b, slice(b, x, axes), finalShape);
  },
  Reverse: ({ b, input, attrs }) => {
    const x = input('x');
    const dims = [attrs['dims'] as number | number[]].flat().map((axis) => positive(axis, x.shape.length));
    return slice(
      b,
      x,
      dims.map((axis) => ({ axis, start: x.shape[axis]! - 1, count: x.shape[axis]!, step: -1 })),
    );
  },
  PadV2: ({ b, input, attrs }) => {
    const paddings = attrs['paddings'] as [number, number][];
    return pad(
      b,
      input('x'),
      paddings.map(([n]) => n),
      paddings.map(([, n]) => n),
      attrs['constantValue'] as number,
    );
  },
  MirrorPad: ({ b, input, attrs }) => {
    if (attrs['mode'] !== 'reflect') throw new NotLowered('MirrorPad', String(attrs['mode']));
    const paddings = attrs['paddings'] as [number, number][];
    return pad(
      b,
      input('x'),
      paddings.map(([n]) => n),
      paddings.map(([, n]) => n),
      0,
      'reflect',
    );
  },
  Tile: ({ b, input, attrs }) => tile(b, input('x'), attrs['reps'] as number[]),
  GatherV2: ({ b, input, attrs }) => {
    const x = input('x');
    if (((attrs['batchDims'] as number | undefined) ?? 0) !== 0)
      throw new NotLowered('GatherV2', 'batch dimensions');
    return gather(b, x, input('indices'), positive(attrs['axis'] as number, x.shape.length));
  },
  UnsortedSegmentSum: ({ b, input, attrs }) => {
    const x = input('x');
    const zeros = b.splat(0, [attrs['numSegments'] as number, ...x.shape.slice(1)], x.dtype);
    return addRows(b, zeros, cast(b, input('segmentIds'), 'int64'), x);
  },
  OneHot: ({ b, input, attrs }) => {
    const indices = input('indices');
    const depth = attrs['depth'] as number;
    const classes = b.constant(
      Int32Array.from({ length: depth }, (_, i) => i),
      [depth],
      'int32',
    );
    const hot = binary(b, 'Equal', reshape(b, indices, [...indices.shape, 1]), classes);
    const [on, off] = [attrs['onValue'] as number, attrs['offValue'] as number];
    const dtype = dtypeOf(attrs['dtype'] as string);
    const ones = cast(b, hot, dtype);
    if (on === 1 && off === 0) return ones;
    return add(b, mul(b, ones, b.scalar(on - off, dtype)), b.scalar(off, dtype));
  },
  Fill: ({ b, attrs }) => {
    const { shape, value, dtype } = attrs as { shape: number[]; value: number | boolean; dtype?: string };
    return b.splat(Number(value), shape, dtypeOf(dtype ?? 'float32'));
  },
  ZerosLike: ({ b, input }) => b.splat(0, input('x').shape, input('x').dtype),
  OnesLike: ({ b, input }) => b.splat(1, input('x').shape, input('x').dtype),
  Range: ({ b, attrs }) => {
    const { start, stop, step, dtype } = attrs as {
      start: number;
      stop: number;
      step: number;
      dtype: string;
    };
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = arrayOf(dtypeOf(dtype), length).map((_, i) => start + i * step);
    return b.constant(values, [length], dtypeOf(dtype));
  },
  LinSpace: ({ b, attrs }) => {
    const { start, stop, num } = attrs as { start: number; stop: number; num: number };
    const step = num === 1 ? 0 : (stop - start) / (num - 1);
    return b.constant(
      Float32Array.from({ length: num }, (_, i) => start + i * step),
      [num],
      'float32',
    );
  },
};
