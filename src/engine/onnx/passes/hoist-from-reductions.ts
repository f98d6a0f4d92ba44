/**
 * Sums without what is the same for every term: a factor constant along the axes is multiplied afterwards, once; a term
 * constant along them is added as often as it counts. Means are sums times a number, so that both share one reading of
 * the tensor.
 */
import { type Node, type Shape, sizeOf, type Value, valuesOf } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { add, mul, sub } from '../graph/operators/elementwise.js';
import { reduce } from '../graph/operators/linear.js';
import { reshape } from '../graph/operators/shape.js';
import { large, splitProduct } from './gather-factors.js';
import type { Rule } from './rewrite.js';

/** Axes and what becomes of them. */
interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  readonly rank: number;
  /** How many elements are added up into one. */
  readonly terms: number;
  readonly output: Shape;
}

export const hoistFromReductions: Rule = (node, { b, uses }) => {
  if (node.domain !== '' || (node.op !== 'ReduceSum' && node.op !== 'ReduceMean')) return undefined;
  const [x] = node.inputs as [Value];
  if (x.dtype !== 'float32') return undefined;
  const r = reductionOf(node, x);
  const sum = (value: Value): Value => sumOf(b, value, r);
  if (node.op === 'ReduceMean') return [mul(b, sum(x), b.scalar(1 / r.terms))];
  if (r.terms === 1) return [reshape(b, x, r.output)];
  const inner = b.producerOf(x, 'ReduceSum');
  if (inner !== undefined && uses(x) === 1 && inner.attributes['keepdims'] === 0)
    return [atOnce(b, inner, r)];
  const spread = b.producerOf(x, 'Expand')?.inputs[0];
  const outer = spread === undefined ? undefined : afterwards(b, spread, r);
  if (outer !== undefined && sizeOf(outer.shape) === sizeOf(r.output))
    return [reshape(b, mul(b, outer, b.scalar(r.terms)), r.output)];
  const factored = fromProduct(b, x, r, uses(x) > 1 && sizeOf(x.shape) < large);
  if (factored !== undefined) return [factored];
  return fromSum(b, x, r);
};

function reductionOf(node: Node, x: Value): Reduction {
  const axes = [...valuesOf(node.inputs[1]!)];
  return {
    axes,
    keepDims: node.attributes['keepdims'] === 1,
    rank: x.shape.length,
    terms: axes.reduce((product, axis) => product * x.shape[axis]!, 1),
    output: node.outputs[0]!.shape,
  };
}

const sumOf = (b: GraphBuilder, x: Value, { axes, keepDims }: Reduction): Value =>
  reduce(b, 'ReduceSum', x, axes, keepDims);

/** A sum of sums along all axes together. */
function atOnce(b: GraphBuilder, inner: Node, { axes, keepDims, output }: Reduction): Value {
  const [x] = inner.inputs as [Value];
  const first = valuesOf(inner.inputs[1]!);
  const left = x.shape.map((_, axis) => axis).filter((axis) => !first.includes(axis));
  const all = [...first, ...axes.map((axis) => left[axis]!)].sort((p, q) => p - q);
  const sum = reduce(b, 'ReduceSum', x, all, false);
  return keepDims ? reshape(b, sum, output) : sum;
}

/** A value that broadcasts to the summands and is constant along the axes, as it broadcasts to the sum; or undefined. */
function afterwards(b: GraphBuilder, value: Value, { axes, keepDims, rank }: Reduction): Value | undefined {
  const missing = rank - value.shape.length;
  if (value.shape.some((side, i) => side !== 1 && axes.includes(i + missing))) return undefined;
  if (keepDims || value.shape.length === 0) return value;
  return reshape(
    b,
    value,
    value.shape.filter((_, i) => !axes.includes(i + missing)),
  );
}

/** @param shared whether the product is small, and needed besides: then there is nothing to save. */
function fromProduct(b: GraphBuilder, x: Value, r: Reduction, shared: boolean): Value | undefined {
  const product = splitProduct(b, x);
  if (product !== undefined) {
    const after = shared ? undefined : afterwards(b, product.factor, r);
    return after === undefined ? undefined : mul(b, sumOf(b, product.core, r), after);
  }
  // A product of two large tensors, one or both of which have a factor of their own.
  const [left, right] = b.producerOf(x, 'Mul')?.inputs ?? [];
  if (left === undefined || right === undefined || sizeOf(x.shape) < large) return undefined;
  const parts = [left, right].map((value) => {
    const inner = splitProduct(b, value);
    const after = inner === undefined ? undefined : afterwards(b, inner.factor, r);
    return after === undefined ? { core: value, after } : { core: inner!.core, after };
  });
  const factors = parts.flatMap(({ after }) => (after === undefined ? [] : [after]));
  if (factors.length === 0) return undefined;
  const [first, second] = parts;
  const sum = sumOf(b, mul(b, first!.core, second!.core), r);
  return factors.reduce((total, factor) => mul(b, total, factor), sum);
}

/** Where the sum of the other term is known already, as that of x is in Σ (x - mean). */
function fromSum(b: GraphBuilder, x: Value, r: Reduction): readonly Value[] | undefined {
  const node = b.producerOf(x, 'Sub') ?? b.producerOf(x, 'Add');
  const [first, second] = node?.inputs ?? [];
  if (first === undefined || second === undefined || sizeOf(x.shape) < large) return undefined;
  const after = afterwards(b, second, r);
  const known = b.readers(first).find((reader) => {
    if (reader.op !== 'ReduceSum') return false;
    return String(reductionOf(reader, first).axes) === String(r.axes);
  });
  if (after === undefined || known === undefined || first.shape.join() !== x.shape.join()) return undefined;
  const total = reshape(b, known.outputs[0]!, r.output);
  const others = mul(b, after, b.scalar(r.terms));
  return [node!.op === 'Sub' ? sub(b, total, others) : add(b, total, others)];
}
