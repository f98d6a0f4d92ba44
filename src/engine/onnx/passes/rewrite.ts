/**
 * The way in which every pass changes a graph: its nodes are made again, one after another, in a new graph, and a rule may
 * make something else in the place of one. Owns the mapping from old values to new; each rule is a pass's own.
 */
import type { Graph, Node, Value } from '../graph/graph.js';
import { GraphBuilder } from '../graph/graph-builder.js';

export interface RewriteContext {
  /** Of the new graph; knows the producers of the new values. */
  readonly b: GraphBuilder;
  /** How often a value of the new graph was read in the old one; 0 for values that a rule made. */
  readonly uses: (value: Value) => number;
}

/** Given a node with inputs of the new graph: the values in the place of its outputs, or undefined to take it as it is. */
export type Rule = (node: Node, context: RewriteContext) => readonly Value[] | undefined;

export function rewrite(graph: Graph, rule: Rule): Graph {
  const b = new GraphBuilder();
  const renewed = new Map<Value, Value>();
  const counts = new Map<Value, number>();
  const usesBefore = countUses(graph);
  for (const input of graph.inputs) b.adoptInput(input);
  const renew = (value: Value): Value => renewed.get(value) ?? value;
  for (const { value } of graph.inputs) counts.set(value, usesBefore.get(value) ?? 0);
  const context: RewriteContext = { b, uses: (value) => counts.get(value) ?? 0 };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => (input === undefined ? undefined : renew(input)));
    const current = { ...node, inputs };
    const made =
      rule(current, context) ?? b.addMany(node.op, inputs, node.outputs, node.attributes, node.domain);
    node.outputs.forEach((output, i) => {
      const value = made[i]!;
      if (value.shape.join() !== output.shape.join() || value.dtype !== output.dtype) {
        throw new Error(
          `a rule made ${value.dtype}[${value.shape.join()}] of ${node.op}'s ${output.dtype}[${output.shape.join()}]`,
        );
      }
      renewed.set(output, value);
      counts.set(value, (counts.get(value) ?? 0) + (usesBefore.get(output) ?? 0));
    });
  }
  return b.build(graph.outputs.map(({ name, value }) => ({ name, value: renew(value) })));
}

function countUses({ nodes, outputs }: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value | undefined): void => {
    if (value !== undefined) uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const node of nodes) node.inputs.forEach(count);
  for (const { value } of outputs) count(value);
  return uses;
}
