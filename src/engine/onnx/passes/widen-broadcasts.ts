/**
 * Images as rows of n × c numbers for what is done element by element. ONNX Runtime broadcasts a bias of few channels in
 * short runs, at half the speed: repeated n times it is as long as a row. Operands that were rows before stay rows, so
 * that Reshapes go away. Behind all passes that look for channels.
 */
import { type Node, padShape, type Shape, sizeOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { isElementwise } from '../graph/operators/elementwise.js';
import { expand, reshape } from '../graph/operators/shape.js';
import type { Rule } from './rewrite.js';

/** From so many channels on, runs are long enough. */
const longRun = 256;
/** Rows that are worth repeating a bias for. */
const fewestRows = 4;

export const widenBroadcasts: Rule = (node, { b }) => {
  const [output] = node.outputs;
  if (node.domain !== '' || output?.shape.length !== 4 || !isElementwise(node.op)) return undefined;
  const [h, w, n, c] = output.shape as [number, number, number, number];
  const roles = node.inputs.map((input) => roleOf(input, output, c));
  if (roles.includes('other')) return undefined;
  const rows: Shape = [h * w, n * c];
  const widened = roles.includes('channels') && c < longRun && n > 1 && h * w >= fewestRows;
  if (roles.includes('channels') && !widened) return undefined;
  if (!widened && !wereRows(b, node, roles, rows)) return undefined;
  const inputs = node.inputs.map((input, i) => {
    if (roles[i] === 'image') return reshape(b, input!, rows);
    return roles[i] === 'channels' ? reshape(b, expand(b, input!, [n, c]), [n * c]) : input;
  });
  const made = b.add(node.op, inputs, { dtype: output.dtype, shape: rows }, node.attributes);
  return [reshape(b, made, output.shape)];
};

type Role = 'image' | 'channels' | 'number' | 'other';

function roleOf(input: Value | undefined, output: Value, c: number): Role {
  if (input === undefined) return 'number';
  const size = sizeOf(input.shape);
  if (size === sizeOf(output.shape)) return 'image';
  if (size === 1) return input.shape.length <= 2 ? 'number' : 'other';
  return size === c && input.shape.at(-1) === c && padShape(input.shape, 4).length === 4
    ? 'channels'
    : 'other';
}

/** Whether all images that a node reads were rows of the same length just before. */
function wereRows(b: GraphBuilder, node: Node, roles: readonly Role[], rows: Shape): boolean {
  return node.inputs.every((input, i) => {
    if (roles[i] !== 'image') return true;
    return b.producerOf(input, 'Reshape')?.inputs[0]?.shape.join() === rows.join();
  });
}
