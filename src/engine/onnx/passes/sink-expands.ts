/**
 * Broadcasting is free in operators that work element by element, so what is spread out before them need not be: a
 * product with ones of a larger shape is an Expand, and Expands move behind the operators that read them until one has
 * the shape by another operand.
 */
import {
  broadcastShapes,
  type Node,
  sameShape,
  type Shape,
  sizeOf,
  splatOf,
  type Value,
} from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { isElementwise } from '../graph/operators/elementwise.js';
import { expand } from '../graph/operators/shape.js';
import type { Rule } from './rewrite.js';

export const sinkExpands: Rule = (node, { b }) => {
  const [output] = node.outputs;
  if (node.domain !== '' || output === undefined || !isElementwise(node.op)) return undefined;
  const inputs = node.inputs.map((input) => (input === undefined ? undefined : narrow(b, input)));
  if (inputs.every((input, i) => input === node.inputs[i])) return undefined;
  const shape = inputs.reduce<Shape>((all, input) => broadcastShapes(all, input?.shape ?? []), []);
  if (sameShape(shape, output.shape)) return [again(b, node, inputs, output.shape)];
  // A constant alone need not be wide; what is left to be spread out is smaller before.
  return sizeOf(shape) < sizeOf(output.shape) || widened(b, node)
    ? [expand(b, again(b, node, inputs, shape), output.shape)]
    : undefined;
};

const again = (b: GraphBuilder, node: Node, inputs: readonly (Value | undefined)[], shape: Shape): Value =>
  b.add(node.op, inputs, { dtype: node.outputs[0]!.dtype, shape }, node.attributes);

const widened = (b: GraphBuilder, node: Node): boolean =>
  node.inputs.some((input) => b.producerOf(input, 'Expand') !== undefined);

/** A value that broadcasts to this one. */
function narrow(b: GraphBuilder, value: Value): Value {
  const expanded = b.producerOf(value, 'Expand');
  if (expanded !== undefined) return expanded.inputs[0]!;
  const number = splatOf(value);
  return number === undefined || value.shape.length === 0 ? value : b.scalar(number, value.dtype);
}
