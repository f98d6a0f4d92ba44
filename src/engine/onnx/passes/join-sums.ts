/**
 * Sums of many matrix products, as an unrolled recurrent layer's weights get them, one for each step, as a single product
 * of the factors put one behind another; sums of sums along rows likewise.
 */
import { type Graph, type Node, type Value, valuesOf } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { add } from '../graph/operators/elementwise.js';
import { gemm, reduce } from '../graph/operators/linear.js';
import { concat } from '../graph/operators/shape.js';
import { rewrite, type RewriteContext } from './rewrite.js';

/** Fewer terms are not worth putting together. */
const fewest = 3;

export function joinSums(graph: Graph): Graph {
  const roots = rootsOf(graph);
  return rewrite(graph, (node, context) => {
    if (!roots.has(node.outputs[0]!)) return undefined;
    const terms = node.inputs.flatMap((input) => termsOf(input!, context));
    const kinds = new Map<string, Value[]>();
    for (const term of terms) {
      const kind = kindOf(term, context);
      kinds.set(kind, [...(kinds.get(kind) ?? []), term]);
    }
    const joined = [...kinds].map(([kind, values]) =>
      kind === '' || values.length < fewest ? undefined : join(context.b, values),
    );
    if (joined.every((value) => value === undefined)) return undefined;
    const left = [...kinds.values()].flatMap((values, i) => joined[i] ?? values);
    return [left.reduce((total, value) => add(context.b, total, value))];
  });
}

/** Additions whose result no other addition alone takes on. */
function rootsOf({ nodes, outputs }: Graph): ReadonlySet<Value> {
  const readers = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input !== undefined) readers.set(input, [...(readers.get(input) ?? []), node]);
    }
  }
  const given = new Set(outputs.map(({ value }) => value));
  const additions = nodes.filter(({ op, domain }) => op === 'Add' && domain === '');
  const roots = additions.flatMap(({ outputs: [sum] }) => {
    const [reader, ...others] = readers.get(sum!) ?? [];
    const taken = reader?.op === 'Add' && others.length === 0 && !given.has(sum!);
    return taken && reader.outputs[0]!.shape.join() === sum!.shape.join() ? [] : [sum!];
  });
  return new Set(roots);
}

function termsOf(value: Value, context: RewriteContext): readonly Value[] {
  const node = context.uses(value) === 1 ? context.b.producerOf(value, 'Add') : undefined;
  const whole = node?.inputs.every((input) => input!.shape.join() === value.shape.join());
  return node !== undefined && whole ? node.inputs.flatMap((input) => termsOf(input!, context)) : [value];
}

/** Terms of one kind can be put together; those of kind '' can't. */
function kindOf(value: Value, { b, uses }: RewriteContext): string {
  const node = b.producer(value);
  if (node === undefined || uses(value) !== 1) return '';
  const [x] = node.inputs as [Value];
  const plain = node.inputs.length === 2 && node.attributes['alpha'] === undefined;
  if (node.op === 'Gemm' && plain) return `Gemm ${JSON.stringify(node.attributes)}`;
  const rows = node.op === 'ReduceSum' && x.shape.length === 2 && valuesOf(node.inputs[1]!).join() === '0';
  return rows ? `ReduceSum ${JSON.stringify(node.attributes)}` : '';
}

function join(b: GraphBuilder, terms: readonly Value[]): Value {
  const nodes = terms.map((term) => b.producer(term)!);
  const [{ op, attributes }] = nodes as [Node];
  const all = (i: number, axis: number): Value =>
    concat(
      b,
      nodes.map(({ inputs }) => inputs[i]!),
      axis,
    );
  if (op === 'ReduceSum') return reduce(b, 'ReduceSum', all(0, 0), [0], attributes['keepdims'] === 1);
  const [transA, transB] = [attributes['transA'] === 1, attributes['transB'] === 1];
  return gemm(b, all(0, transA ? 0 : 1), all(1, transB ? 1 : 0), transA, transB);
}
