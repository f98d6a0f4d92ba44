/**
 * Rows of images by their places, as plain ONNX: nothing where they lie as they should, Split where blocks follow one
 * another, else one Gather, which copies whole rows of n × c numbers.
 */
import { sizeOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { add } from '../graph/operators/elementwise.js';
import { gather, pad, reshape } from '../graph/operators/shape.js';

/** An image's rows [h·w, n·c]. */
export function flatRows(b: GraphBuilder, x: Value): Value {
  const [h, w, n, c] = x.shape as [number, number, number, number];
  return reshape(b, x, [h * w, n * c]);
}

/** The rows [rows, size] of a matrix at these places; -1 is a row of `beyond`. */
export function rowsAt(b: GraphBuilder, source: Value, places: Int32Array, beyond = 0): Value {
  const height = source.shape[0]!;
  if (places.length === height && places.every((row, i) => row === i)) return source;
  const padded = places.includes(-1) ? pad(b, source, [0, 0], [1, 0], beyond) : source;
  const indices = places.map((row) => (row < 0 ? height : row));
  return gather(b, padded, b.constant(indices, [indices.length], 'int64'), 0);
}

/** Each element of the windows for itself: [places, n·c] each. */
export function elementsOf(
  b: GraphBuilder,
  x: Value,
  { rows, window }: { readonly rows: Int32Array; readonly window: number },
  beyond: number,
): readonly Value[] {
  const count = rows.length / window;
  const lists = Array.from({ length: window }, (_, j) => rows.filter((_row, i) => i % window === j));
  const source = flatRows(b, x);
  const inBlocks = lists.every((list, j) => list.every((row, p) => row === j * count + p));
  if (inBlocks && rows.length === source.shape[0]) return blocksOf(b, x, window);
  return lists.map((list) => rowsAt(b, source, list, beyond));
}

/** The rows of an image in so many blocks of equal height: what was joined to make it, or a Split. */
export function blocksOf(b: GraphBuilder, x: Value, count: number): readonly Value[] {
  const joined = joinedBlocks(b, x, count);
  if (joined !== undefined) return joined;
  const [h, w, n, c] = x.shape as [number, number, number, number];
  const shape = [(h * w) / count, n * c];
  if (count === 1) return [reshape(b, x, shape)];
  const outputs = new Array<{ dtype: 'float32'; shape: number[] }>(count).fill({ dtype: 'float32', shape });
  return b.addMany('Split', [flatRows(b, x)], outputs, { axis: 0, num_outputs: count });
}

/** The blocks that were joined to make an image; undefined if it was made otherwise. */
export function joinedBlocks(b: GraphBuilder, x: Value, count: number): readonly Value[] | undefined {
  const [h, w, n, c] = x.shape as [number, number, number, number];
  let source = x;
  for (
    let node = b.producerOf(source, 'Reshape');
    node !== undefined;
    node = b.producerOf(source, 'Reshape')
  ) {
    source = node.inputs[0]!;
  }
  const joined = b.producerOf(source, 'Concat');
  if (joined?.attributes['axis'] !== 0 || joined.inputs.length !== count) return undefined;
  const size = (h * w * n * c) / count;
  const parts = joined.inputs as readonly Value[];
  if (parts.some((part) => sizeOf(part.shape) !== size)) return undefined;
  return parts.map((part) => reshape(b, part, [(h * w) / count, n * c]));
}

/** Pairs, and pairs of pairs: ONNX Runtime's operator for many at once takes longer than its additions of two. */
export function sumOf(b: GraphBuilder, terms: readonly Value[]): Value {
  if (terms.length === 1) return terms[0]!;
  const middle = terms.length >> 1;
  return add(b, sumOf(b, terms.slice(0, middle)), sumOf(b, terms.slice(middle)));
}
