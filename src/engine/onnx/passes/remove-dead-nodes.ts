/** Leaves out nodes that no output depends on. Inputs stay, read or not: they are the graph's contract. */
import type { Graph, Node, Value } from '../graph/graph.js';

export function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.map(({ value }) => value));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) if (input !== undefined) needed.add(input);
  }
  return { ...graph, nodes: kept.reverse() };
}
