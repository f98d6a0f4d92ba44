/**
 * Rules of arithmetic that save an operator: neutral elements, signs, bounds checked twice. A zero that stands in the
 * graph as a constant makes a product zero, whatever the other factor: it stems from a derivative that is none.
 */
import { type Node, sameShape, splatOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { add, binary, mul, sub, unary } from '../graph/operators/elementwise.js';
import { expand } from '../graph/operators/shape.js';
import type { Rule } from './rewrite.js';

export const simplifyArithmetic: Rule = (node, { b }) => {
  const [output] = node.outputs;
  if (node.domain !== '' || output === undefined) return undefined;
  const made = simplified(b, node);
  return made === undefined ? undefined : [expand(b, made, output.shape)];
};

/** What a product with a constant is a product of. */
function scaled(b: GraphBuilder, x: Value): { readonly of: Value; readonly by: number } | undefined {
  const [of, factor] = b.producerOf(x, 'Mul')?.inputs ?? [];
  const by = splatOf(factor);
  return of === undefined || by === undefined || !sameShape(of.shape, x.shape) ? undefined : { of, by };
}

const is = (number: number | undefined, wanted: number): boolean =>
  number !== undefined && Math.fround(number) === wanted;

/** A value of the node's output, or one that broadcasts to it. */
function simplified(b: GraphBuilder, { op, inputs }: Node): Value | undefined {
  const [x, y] = inputs as [Value, Value];
  const [p, q] = [splatOf(x), splatOf(y)];
  switch (op) {
    case 'Mul':
      if (is(q, 1)) return x;
      if (is(p, 1)) return y;
      if (is(p, 0) || is(q, 0)) return b.scalar(0, x.dtype);
      // Constants stand on the right.
      return p !== undefined && q === undefined ? mul(b, y, x) : undefined;
    case 'Div':
      if (is(q, 1)) return x;
      if (is(p, 1) && x.dtype === 'float32') return unary(b, 'Reciprocal', y);
      return q !== undefined && x.dtype === 'float32'
        ? mul(b, x, b.splat(1 / q, y.shape, y.dtype))
        : undefined;
    case 'Add':
      if (is(q, 0)) return x;
      if (is(p, 0)) return y;
      if (p !== undefined && q === undefined) return add(b, y, x);
      return joined(b, x, y, 1);
    case 'Sub':
      if (x === y) return b.scalar(0, x.dtype);
      if (is(q, 0)) return x;
      if (is(p, 0)) return mul(b, y, b.scalar(-1, y.dtype));
      return joined(b, x, y, -1);
    case 'Neg':
      return mul(b, x, b.scalar(-1, x.dtype));
    case 'And':
      return withinBounds(b, x, y);
    default:
      return undefined;
  }
}

/** x ± (-1 · y) is x ∓ y, and -1 · x + y is y - x. */
function joined(b: GraphBuilder, x: Value, y: Value, sign: 1 | -1): Value | undefined {
  const right = scaled(b, y);
  if (right !== undefined && is(right.by, -1)) return sign === 1 ? sub(b, x, right.of) : add(b, x, right.of);
  const left = scaled(b, x);
  return left !== undefined && is(left.by, -1) && sign === 1 ? sub(b, y, left.of) : undefined;
}

/** x ≥ low and x ≤ high, where x is clipped to the same bounds besides: whether clipping leaves it as it is. */
function withinBounds(b: GraphBuilder, first: Value, second: Value): Value | undefined {
  const [x, low] = b.producerOf(first, 'GreaterOrEqual')?.inputs ?? [];
  const [y, high] = b.producerOf(second, 'LessOrEqual')?.inputs ?? [];
  if (x === undefined || x !== y) return undefined;
  const clipped = b
    .readers(x)
    .find(
      ({ op, inputs }) =>
        op === 'Clip' && equal(splatOf(inputs[1]), splatOf(low)) && equal(splatOf(inputs[2]), splatOf(high)),
    );
  return clipped === undefined ? undefined : binary(b, 'Equal', x, clipped.outputs[0]!);
}

const equal = (a: number | undefined, b: number | undefined): boolean =>
  a !== undefined && b !== undefined && Math.fround(a) === Math.fround(b);
