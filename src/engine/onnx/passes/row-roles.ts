/**
 * What a node does with the rows (places) of images [h, w, n, c]: nothing but its own row for each, or a table, or a sum.
 * For `row-spaces.ts` and `order-rows.ts`, which change the order of rows and leave some out.
 */
import { type Node, padShape, type Value, valuesOf } from '../graph/graph.js';
import { isElementwise } from '../graph/operators/elementwise.js';

export type RowRole =
  /** Row for row: `images` are the inputs that have rows, by their places among the inputs. */
  | { readonly kind: 'alike'; readonly images: readonly number[] }
  /** Output rows from rows of the first input, by a table. */
  | { readonly kind: 'windows' | 'max' }
  /** The gradient of `max`: rows of the first input and the output are the same ones, the second has one for a window. */
  | { readonly kind: 'max-gradient' }
  /** Rows of two inputs, multiplied and summed up: the first has rows, the second one for a window. */
  | { readonly kind: 'contraction' }
  /** The rows of the first input in any order, all of them, or for a sum all but those of zeros. */
  | { readonly kind: 'sum' | 'reduction' }
  /** Anything else: rows must be all there, in their order. */
  | { readonly kind: 'other' };

const other: RowRole = { kind: 'other' };

const macroRoles: Readonly<Record<string, RowRole>> = {
  RowConv: { kind: 'windows' },
  RowWeightedSum: { kind: 'windows' },
  RowGather: { kind: 'windows' },
  RowMaxPool: { kind: 'max' },
  RowMaxPoolGradient: { kind: 'max-gradient' },
  RowConvFilterGradient: { kind: 'contraction' },
  RowFactorGradient: { kind: 'contraction' },
};

const reductions: ReadonlySet<string> = new Set(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin']);

export const sidesOf = ({ shape }: Value): readonly [number, number] => [shape[0]!, shape[1]!];
export const isImage = ({ shape }: Value): boolean => shape.length === 4 && shape[0]! * shape[1]! > 1;

export function roleOf(node: Node): RowRole {
  if (node.domain === 'assay') return macroRoles[node.op] ?? other;
  if (node.domain !== '') return other;
  const [x] = node.inputs;
  if (reductions.has(node.op)) {
    const axes = node.inputs[1];
    if (!isImage(x!) || axes?.constant === undefined) return other;
    const values = valuesOf(axes);
    if (!values.includes(0) || !values.includes(1)) return other;
    return { kind: node.op === 'ReduceSum' ? 'sum' : 'reduction' };
  }
  return isAlike(node) ? alike(node) : other;
}

function isAlike({ op, inputs, attributes }: Node): boolean {
  if (isElementwise(op) || op === 'Sum') return true;
  if (op === 'Concat') return (attributes['axis'] as number) >= 2;
  if (op === 'Softmax' || op === 'LogSoftmax') return [-1, 3].includes(attributes['axis'] as number);
  return (
    op === 'Slice' && inputs[3]?.constant !== undefined && valuesOf(inputs[3]).every((axis) => axis >= 2)
  );
}

function alike({ op, inputs, outputs }: Node): RowRole {
  const [output] = outputs;
  if (output === undefined || !isImage(output)) return other;
  const [h, w] = sidesOf(output);
  const images: number[] = [];
  const values = op === 'Slice' ? inputs.slice(0, 1) : inputs;
  for (const [i, input] of values.entries()) {
    if (input === undefined) continue;
    const [y, x] = padShape(input.shape, 4) as [number, number];
    if (input.shape.length === 4 && y === h && x === w) images.push(i);
    else if (input.shape.length > 4 || y !== 1 || x !== 1) return other;
  }
  return images.length === 0 ? other : { kind: 'alike', images };
}
