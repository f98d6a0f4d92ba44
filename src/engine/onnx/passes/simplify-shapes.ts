/** Rules for operators that move elements and undo one another, or do nothing. Transposes are `sink-transposes.ts`'s. */
import {
  broadcastShapes,
  type DType,
  type Node,
  padShape,
  sameShape,
  type Shape,
  type Value,
} from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { cast, isElementwise } from '../graph/operators/elementwise.js';
import { expand, reshape } from '../graph/operators/shape.js';
import type { Rule } from './rewrite.js';

export const simplifyShapes: Rule = (node, { b }) => {
  const [x] = node.inputs;
  const [output] = node.outputs;
  if (node.domain !== '' || x === undefined || output === undefined) return undefined;
  switch (node.op) {
    case 'Identity':
      return [x];
    case 'Reshape': {
      const before = b.producerOf(x, 'Reshape');
      if (before !== undefined) return [reshape(b, before.inputs[0]!, output.shape)];
      if (sameShape(x.shape, output.shape)) return [x];
      return reshapedBefore(b, x, output.shape);
    }
    case 'Tile': {
      const repeats = node.inputs[1]?.constant;
      if (repeats === undefined || x.shape.some((side, i) => side !== 1 && side !== output.shape[i]))
        return undefined;
      return [expand(b, x, output.shape)];
    }
    case 'Expand': {
      const before = b.producerOf(x, 'Expand');
      if (before !== undefined) return [expand(b, before.inputs[0]!, output.shape)];
      return sameShape(x.shape, output.shape) ? [x] : undefined;
    }
    case 'Cast': {
      if (x.dtype === output.dtype) return [x];
      const before = b.producerOf(x, 'Cast');
      const source = before?.inputs[0];
      return source !== undefined && holds(x.dtype, source.dtype)
        ? [cast(b, source, output.dtype)]
        : undefined;
    }
    default:
      return isElementwise(node.op) ? withoutLeadingOnes(b, node, output) : undefined;
  }
};

/** Whether every number of one type is the same number in another. */
const holds = (wide: DType, narrow: DType): boolean =>
  narrow === 'bool' ? wide !== 'bool' : narrow === 'uint8' && wide !== 'bool';

/** A Reshape of what was spread out that moves no more than ones goes before the Expand. */
function reshapedBefore(b: GraphBuilder, x: Value, shape: Shape): readonly Value[] | undefined {
  const source = b.producerOf(x, 'Expand')?.inputs[0];
  const sides = shape.filter((side) => side !== 1);
  if (source === undefined || sides.join() !== x.shape.filter((side) => side !== 1).join()) return undefined;
  const narrow = padShape(source.shape, x.shape.length).filter((_, i) => x.shape[i] !== 1);
  const before = shape.map((side) => (side === 1 ? 1 : narrow.shift()!));
  return [expand(b, reshape(b, source, before), shape)];
}

/**
 * Broadcasting puts ones in front by itself: operands that differ from their sources by them alone are taken as they were
 * before, and the result gets its ones afterwards, if it needs them.
 */
function withoutLeadingOnes(b: GraphBuilder, node: Node, output: Value): readonly Value[] | undefined {
  const inputs = node.inputs.map((input) => {
    const source = b.producerOf(input, 'Reshape')?.inputs[0];
    if (source === undefined || source.shape.length > output.shape.length) return input;
    return sameShape(trimmed(source.shape), trimmed(input!.shape)) ? source : input;
  });
  if (inputs.every((input, i) => input === node.inputs[i])) return undefined;
  const shape = inputs.reduce<Shape>((all, input) => broadcastShapes(all, input?.shape ?? []), []);
  const made = b.add(node.op, inputs, { dtype: output.dtype, shape }, node.attributes);
  return [reshape(b, made, output.shape)];
}

function trimmed(shape: Shape): Shape {
  const first = shape.findIndex((side) => side !== 1);
  return first < 0 ? [] : shape.slice(first);
}
