/** Operators that move elements without changing them. */
import { type Shape, sameShape, sizeOf, type Value } from '../graph.js';
import type { GraphBuilder } from '../graph-builder.js';

export function reshape(b: GraphBuilder, x: Value, shape: Shape): Value {
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new Error(`can't reshape ${x.shape.join('×')} to ${shape.join('×')}`);
  if (sameShape(shape, x.shape)) return x;
  return b.add('Reshape', [x, b.int64s(shape)], { dtype: x.dtype, shape });
}

/** Axis i of the result is axis `perm[i]` of x. */
export function transpose(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  if (perm.every((axis, i) => axis === i)) return x;
  return b.add('Transpose', [x], { dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]!) }, { perm });
}

/** The permutation that undoes one. */
export function inversePermutation(perm: readonly number[]): readonly number[] {
  const inverse = new Array<number>(perm.length);
  perm.forEach((axis, i) => (inverse[axis] = i));
  return inverse;
}

export function expand(b: GraphBuilder, x: Value, shape: Shape): Value {
  if (sameShape(shape, x.shape)) return x;
  return b.add('Expand', [x, b.int64s(shape)], { dtype: x.dtype, shape });
}

export function concat(b: GraphBuilder, values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) throw new Error('nothing to join');
  if (values.length === 1) return first;
  const side = values.reduce((total, { shape }) => total + shape[axis]!, 0);
  return b.add(
    'Concat',
    values,
    { dtype: first.dtype, shape: first.shape.map((s, i) => (i === axis ? side : s)) },
    { axis },
  );
}

export interface SliceAxis {
  readonly axis: number;
  readonly start: number;
  /** How many elements are taken. */
  readonly count: number;
  /** From one element to the next; negative goes backwards. Default 1. */
  readonly step?: number;
}

/** The elements named along the axes given, all elements along the others. */
export function slice(b: GraphBuilder, x: Value, axes: readonly SliceAxis[]): Value {
  const cut = axes.filter(
    ({ axis, start, count, step = 1 }) => start !== 0 || count !== x.shape[axis] || step !== 1,
  );
  if (cut.length === 0) return x;
  const shape = x.shape.map((side, i) => cut.find(({ axis }) => axis === i)?.count ?? side);
  const ends = cut.map(({ start, count, step = 1 }) => {
    const end = start + (count - 1) * step + Math.sign(step);
    // Going backwards past the first element: ONNX reads -1 as the last one, so it is told the lowest number.
    return end < 0 ? -0x7fffffff : end;
  });
  const starts = b.int64s(cut.map(({ start }) => start));
  const inputs = [x, starts, b.int64s(ends), b.int64s(cut.map(({ axis }) => axis))];
  if (cut.some(({ step = 1 }) => step !== 1)) inputs.push(b.int64s(cut.map(({ step = 1 }) => step)));
  return b.add('Slice', inputs, { dtype: x.dtype, shape });
}

/** @param before and @param after how many elements are added at each axis's two ends. */
export function pad(
  b: GraphBuilder,
  x: Value,
  before: readonly number[],
  after: readonly number[],
  value = 0,
  mode: 'constant' | 'reflect' = 'constant',
): Value {
  if ([...before, ...after].every((count) => count === 0)) return x;
  const shape = x.shape.map((side, i) => side + before[i]! + after[i]!);
  const inputs = [x, b.int64s([...before, ...after])];
  if (mode === 'constant') inputs.push(b.scalar(value, x.dtype));
  return b.add('Pad', inputs, { dtype: x.dtype, shape }, { mode });
}

export function tile(b: GraphBuilder, x: Value, repeats: readonly number[]): Value {
  if (repeats.every((count) => count === 1)) return x;
  const shape = x.shape.map((side, i) => side * repeats[i]!);
  return b.add('Tile', [x, b.int64s(repeats)], { dtype: x.dtype, shape });
}

/** Rows (elements along `axis`) by their numbers. */
export function gather(b: GraphBuilder, x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return b.add('Gather', [x, indices], { dtype: x.dtype, shape }, { axis });
}

/** x with `updates` [k, …] added at the rows `indices` [k]. */
export function addRows(b: GraphBuilder, x: Value, indices: Value, updates: Value): Value {
  const places = reshape(b, indices, [sizeOf(indices.shape), 1]);
  return b.add('ScatterND', [x, places, updates], x, { reduction: 'add' });
}
