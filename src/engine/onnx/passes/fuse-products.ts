/**
 * What a Gemm does besides at no cost: transposed operands, a constant factor, an addend of the rows (a bias). Behind the
 * other passes, for it hides from them what it takes in.
 */
import { type Node, sameShape, sizeOf, splatOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { reshape } from '../graph/operators/shape.js';
import type { Rule, RewriteContext } from './rewrite.js';

export const fuseProducts: Rule = (node, context) => {
  if (node.domain !== '') return undefined;
  if (node.op === 'Add') return withBias(node, context);
  return node.op === 'Gemm' ? (withTransposes(node, context.b) ?? withFactor(node, context.b)) : undefined;
};

function withTransposes(node: Node, b: GraphBuilder): readonly Value[] | undefined {
  const [x, y, ...rest] = node.inputs;
  const [turnedX, turnedY] = [b.producerOf(x, 'Transpose'), b.producerOf(y, 'Transpose')];
  if (turnedX === undefined && turnedY === undefined) return undefined;
  const flip = (name: string, turned: Node | undefined): number =>
    Number(node.attributes[name]) ^ (turned === undefined ? 0 : 1);
  const inputs = [turnedX?.inputs[0] ?? x, turnedY?.inputs[0] ?? y, ...rest];
  const attributes = { ...node.attributes, transA: flip('transA', turnedX), transB: flip('transB', turnedY) };
  return [b.add('Gemm', inputs, node.outputs[0]!, attributes)];
}

/** (c · x) · y, looking through a Reshape: the factor goes into the product. */
function withFactor(node: Node, b: GraphBuilder): readonly Value[] | undefined {
  for (const [i, input] of node.inputs.slice(0, 2).entries()) {
    const shaped = b.producerOf(input, 'Reshape');
    const [core, factor] = b.producerOf(shaped?.inputs[0] ?? input, 'Mul')?.inputs ?? [];
    const number = splatOf(factor);
    if (core === undefined || number === undefined || sizeOf(core.shape) !== sizeOf(input!.shape)) continue;
    const inputs = node.inputs.with(i, reshape(b, core, input!.shape));
    const alpha = { float: number * alphaOf(node) };
    return [b.add('Gemm', inputs, node.outputs[0]!, { ...node.attributes, alpha })];
  }
  return undefined;
}

function alphaOf({ attributes: { alpha } }: Node): number {
  return typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1;
}

/** x · y + bias, where the bias may be added behind a Reshape that keeps the rows. */
function withBias(node: Node, { b, uses }: RewriteContext): readonly Value[] | undefined {
  const [output] = node.outputs as [Value];
  for (const [sum, bias] of [node.inputs, node.inputs.toReversed()] as (readonly [Value, Value])[]) {
    const shaped = b.producerOf(sum, 'Reshape');
    const product = shaped?.inputs[0] ?? sum;
    const gemm = b.producerOf(product, 'Gemm');
    if (gemm === undefined || gemm.inputs.length > 2 || uses(sum) !== 1) continue;
    if (shaped !== undefined && uses(product) > 1) continue;
    const columns = product.shape[1]!;
    const isRow = sizeOf(bias.shape) === columns && bias.shape.at(-1) === columns;
    if (!isRow || !sameShape(sum.shape, output.shape) || sum.shape.at(-1) !== columns) continue;
    const made = b.add('Gemm', [...gemm.inputs, reshape(b, bias, [columns])], product, gemm.attributes);
    return [reshape(b, made, output.shape)];
  }
  return undefined;
}
