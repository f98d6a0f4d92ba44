/**
 * Products in the order that costs least: factors of few elements (one number, one for each channel) meet one another
 * before they meet a large tensor. A division by few elements is a product with their reciprocals.
 */
import { broadcastShapes, sameShape, sizeOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { mul, unary } from '../graph/operators/elementwise.js';
import type { Rule } from './rewrite.js';

/** Fewer elements cost no more than the operator itself does. */
export const large = 2048;

export const gatherFactors: Rule = (node, { b, uses }) => {
  const [x, y] = node.inputs;
  const [output] = node.outputs;
  if (node.domain !== '' || x === undefined || y === undefined || output?.dtype !== 'float32')
    return undefined;
  if (node.op === 'Div') {
    const worth = sizeOf(output.shape) >= large && sizeOf(y.shape) * 8 <= sizeOf(output.shape);
    return worth && sameShape(x.shape, output.shape) ? [mul(b, x, unary(b, 'Reciprocal', y))] : undefined;
  }
  if (node.op !== 'Mul') return undefined;
  const few = factorOf(output, x, y);
  if (few === undefined) return undefined;
  const rest = few === x ? y : x;
  const inner = splitProduct(b, rest);
  // Alone, the canonical order is all that there is to do.
  if (inner === undefined) return few === x ? [mul(b, y, x)] : undefined;
  const together = broadcastShapes(inner.factor.shape, few.shape);
  if (sizeOf(together) > Math.max(sizeOf(inner.factor.shape), sizeOf(few.shape))) return undefined;
  const constants = inner.factor.constant !== undefined && few.constant !== undefined;
  if (!constants && uses(rest) > 1 && sizeOf(output.shape) < large) return undefined;
  return [mul(b, inner.core, mul(b, inner.factor, few))];
};

export interface Product {
  readonly core: Value;
  readonly factor: Value;
}

/** A product as a tensor of its shape and a factor of fewer elements, or a constant one. */
export function splitProduct(b: GraphBuilder, value: Value): Product | undefined {
  const [x, y] = b.producerOf(value, 'Mul')?.inputs ?? [];
  if (x === undefined || y === undefined) return undefined;
  const factor = factorOf(value, x, y);
  return factor === undefined ? undefined : { core: factor === x ? y : x, factor };
}

/** Which of a product's two operands is the small one, if the other has the product's shape. */
function factorOf(product: Value, x: Value, y: Value): Value | undefined {
  const isFactor = (few: Value, rest: Value): boolean =>
    sameShape(rest.shape, product.shape) &&
    rest.constant === undefined &&
    (few.constant !== undefined || sizeOf(few.shape) < sizeOf(rest.shape));
  return isFactor(y, x) ? y : isFactor(x, y) ? x : undefined;
}
