/**
 * A training step as an immutable graph of ONNX operators: values with static shapes, nodes in topological order. Holds
 * types and the smallest helpers only; nodes are made by `graph-builder.ts`, changed by `passes/`, written by `emit/`.
 */

export type DType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8';
export type Shape = readonly number[];

/** `int64` numbers (shapes, axes) are kept as Int32Array and widened when they are written; `bool` as Uint8Array. */
export type ConstantValues = Float32Array | Int32Array | Uint8Array;

/** What a constant holds: all its elements in row-major order, or one number that every element equals. */
export type Constant = { readonly splat: number } | { readonly values: ConstantValues };

/** A tensor of the graph, compared by identity. Its producer is the node that has it as an output, if any. */
export interface Value {
  readonly id: number;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Present exactly in constants. */
  readonly constant?: Constant;
}

/** A whole number, a text, whole numbers, or a real number told apart by its wrapping. */
export type Attribute = number | string | readonly number[] | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * `''` is ONNX itself; `com.microsoft` is ONNX Runtime's; `assay` marks an operator of our own that a pass must lower
 * before the graph is written (`operators/macro.ts`).
 */
export type Domain = '' | 'com.microsoft' | 'assay';

export interface Node {
  readonly op: string;
  readonly domain: Domain;
  /** An optional input left out is undefined. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
  /** The shape to be written where it is not the value's own: a side that may be of any size has a name. */
  readonly sides?: readonly (number | string)[];
}

export interface Graph {
  readonly inputs: readonly NamedValue[];
  /** Each node after the nodes that it reads. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly NamedValue[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((side, i) => side === b[i]);

/** The one number that all elements of a constant equal, if there is one. */
export function splatOf(value: Value | undefined): number | undefined {
  if (value?.constant === undefined) return undefined;
  if ('splat' in value.constant) return value.constant.splat;
  const { values } = value.constant;
  return values.length === 1 ? values[0] : undefined;
}

/** All elements of a constant. */
export function valuesOf(value: Value): ConstantValues {
  const { constant, dtype, shape } = value;
  if (constant === undefined) throw new Error('expected a constant value');
  if ('values' in constant) return constant.values;
  return arrayOf(dtype, sizeOf(shape)).fill(constant.splat);
}

export function arrayOf(dtype: DType, length: number): ConstantValues {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'int32':
    case 'int64':
      return new Int32Array(length);
    case 'bool':
    case 'uint8':
      return new Uint8Array(length);
  }
}

/** The shape that two broadcast to (as NumPy does). @throws {Error} when they do not. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new Error(`shapes ${a.join('×')} and ${b.join('×')} do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** A shape with ones put before it up to a rank. */
export const padShape = (shape: Shape, rank: number): Shape => [
  ...new Array<number>(Math.max(0, rank - shape.length)).fill(1),
  ...shape,
];
