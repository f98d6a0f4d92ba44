/**
 * Works out what depends on constants alone: of equal numbers at any size, of others up to a few thousand. Constants of
 * equal numbers are kept in the precision that they were worked out in; they are rounded when they are written.
 */
import {
  arrayOf,
  broadcastShapes,
  type ConstantValues,
  type DType,
  type Node,
  sameShape,
  type Shape,
  sizeOf,
  splatOf,
  type Value,
  valuesOf,
} from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import type { Rule } from './rewrite.js';

/** Elements of the longest constant that is worked out one by one. */
const longest = 1 << 14;

const ofTwo: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Max: Math.max,
  Min: Math.min,
  Pow: (x, y) => x ** y,
};

const ofOne: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Sqrt: Math.sqrt,
};

/** Operators that move elements: of equal numbers they make equal numbers. */
const moving: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Expand', 'Tile', 'Slice', 'Gather']);

export const foldConstants: Rule = (node, { b }) => {
  const [x, y] = node.inputs;
  const [output] = node.outputs;
  if (node.domain !== '' || x?.constant === undefined || output === undefined) return undefined;
  const made = moving.has(node.op) ? moved(b, node, x, output) : computed(b, node, x, y, output);
  return made === undefined ? undefined : [made];
};

function moved(b: GraphBuilder, node: Node, x: Value, { dtype, shape }: Value): Value | undefined {
  const number = splatOf(x);
  if (number !== undefined) return b.splat(number, shape, dtype);
  if (node.op === 'Reshape') return b.constant(valuesOf(x), shape, dtype);
  if (node.op !== 'Transpose' || sizeOf(shape) > longest) return undefined;
  const perm = node.attributes['perm'] as readonly number[];
  const steps = stepsOf(x.shape, x.shape);
  const values = arrayOf(dtype, sizeOf(shape));
  const source = valuesOf(x);
  const places = placesOf(shape, perm.map((axis) => steps[axis]!)); // prettier-ignore
  for (let i = 0; i < values.length; i++) values[i] = source[places[i]!]!;
  return b.constant(values, shape, dtype);
}

function computed(
  b: GraphBuilder,
  { op }: Node,
  x: Value,
  y: Value | undefined,
  { dtype, shape }: Value,
): Value | undefined {
  const whole = x.dtype === 'int32' || x.dtype === 'int64';
  if (op === 'Cast') return elementwise(b, [x], dtype, shape, (number) => converted(number, dtype));
  if (ofOne[op] !== undefined && x.dtype === 'float32') return elementwise(b, [x], dtype, shape, ofOne[op]);
  const work = ofTwo[op];
  if (work === undefined || y?.constant === undefined || (whole && (op === 'Div' || op === 'Pow'))) {
    return undefined;
  }
  return elementwise(b, [x, y], dtype, shape, work);
}

function converted(number: number, dtype: DType): number {
  if (dtype === 'bool') return number === 0 ? 0 : 1;
  return dtype === 'float32' ? number : Math.trunc(number);
}

function elementwise(
  b: GraphBuilder,
  inputs: readonly Value[],
  dtype: DType,
  shape: Shape,
  work: (...numbers: number[]) => number,
): Value | undefined {
  const equal = inputs.map((input) => splatOf(input));
  if (equal.every((number) => number !== undefined)) return b.splat(work(...equal), shape, dtype);
  if (sizeOf(shape) > longest) return undefined;
  const sources = inputs.map((input) => spread(input, shape));
  const values = arrayOf(dtype, sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = work(...sources.map((source) => source[i]!));
  return b.constant(values, shape, dtype);
}

/** A constant's elements, repeated to a shape that it broadcasts to. */
function spread(value: Value, shape: Shape): ConstantValues {
  const source = valuesOf(value);
  if (sameShape(value.shape, shape)) return source;
  const places = placesOf(shape, stepsOf(value.shape, broadcastShapes(value.shape, shape)));
  return arrayOf(value.dtype, places.length).map((_, i) => source[places[i]!]!);
}

/** How far apart in memory the neighbours along each axis are; 0 along axes that are repeated. */
function stepsOf(from: Shape, to: Shape): readonly number[] {
  const steps = new Array<number>(to.length).fill(0);
  let step = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    if (from[axis] !== 1) steps[axis + to.length - from.length] = step;
    step *= from[axis]!;
  }
  return steps;
}

/** Where each element of a shape comes from, given those distances. */
function placesOf(shape: Shape, steps: readonly number[]): Int32Array {
  let places = Int32Array.of(0);
  shape.forEach((side, axis) => {
    const next = new Int32Array(places.length * side);
    places.forEach((place, i) => {
      for (let j = 0; j < side; j++) next[i * side + j] = place + j * steps[axis]!;
    });
    places = next;
  });
  return places;
}
