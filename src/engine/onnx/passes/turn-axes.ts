/**
 * Transposes that simplify themselves: two in a row become one, one that moves only sides of 1 a Reshape, one of a constant
 * another constant. Used by passes; `operators/shape.ts` makes the plain node.
 */
import { arrayOf, type Shape, type Value, valuesOf } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { reshape, transpose } from '../graph/operators/shape.js';

/** Constants of up to this many elements are transposed here; there are none larger but tables, which have two axes. */
const largest = 1 << 20;

export const permutationOf = (node: { readonly attributes: Readonly<Record<string, unknown>> }) =>
  node.attributes['perm'] as readonly number[];

/** Axis i of the result is axis `perm[i]` of x. */
export function turn(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const before = b.producerOf(x, 'Transpose');
  if (before !== undefined) {
    const first = permutationOf(before);
    return turn(
      b,
      before.inputs[0]!,
      perm.map((axis) => first[axis]!),
    );
  }
  const shape = perm.map((axis) => x.shape[axis]!);
  if (x.constant !== undefined && 'splat' in x.constant) return b.splat(x.constant.splat, shape, x.dtype);
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > moved[i - 1]!)) return reshaped(b, x, shape);
  if (x.constant !== undefined && x.constant.values.length <= largest) return turnConstant(b, x, perm, shape);
  return transpose(b, x, perm);
}

/** A Reshape, of the value before where that is one too, or a constant. */
function reshaped(b: GraphBuilder, x: Value, shape: Shape): Value {
  if (x.constant !== undefined) return b.constant(valuesOf(x), shape, x.dtype);
  const before = b.producerOf(x, 'Reshape');
  return reshape(b, before?.inputs[0] ?? x, shape);
}

function turnConstant(b: GraphBuilder, x: Value, perm: readonly number[], shape: Shape): Value {
  const from = valuesOf(x);
  const to = arrayOf(x.dtype, from.length);
  const steps = x.shape.map((_, axis) =>
    x.shape.slice(axis + 1).reduce((product, side) => product * side, 1),
  );
  const place = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < to.length; i++) {
    to[i] = from[place.reduce((sum, at, axis) => sum + at * steps[perm[axis]!]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++place[axis]! < shape[axis]!) break;
      place[axis] = 0;
    }
  }
  return b.constant(to, shape, x.dtype);
}
