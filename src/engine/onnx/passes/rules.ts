/** Puts rules together: several at once, and again until none finds anything. Owns no rule. */
import type { Graph } from '../graph/graph.js';
import { removeDeadNodes } from './remove-dead-nodes.js';
import { rewrite, type Rule } from './rewrite.js';

/** More rounds than any network has needed: rules that undo one another are a bug, not an endless loop. */
const mostRounds = 30;

/** The first rule that makes something in the place of a node. */
export const firstOf =
  (...rules: readonly Rule[]): Rule =>
  (node, context) => {
    for (const rule of rules) {
      const made = rule(node, context);
      if (made !== undefined) return made;
    }
    return undefined;
  };

/** @param begin makes the rule for a round; rules may remember what they saw in it. */
export function untilStable(graph: Graph, begin: () => Rule): Graph {
  let current = graph;
  for (let round = 0; round < mostRounds; round++) {
    const rule = begin();
    let found = 0;
    const next = rewrite(current, (node, context) => {
      const made = rule(node, context);
      if (made !== undefined) found++;
      return made;
    });
    if (found === 0) return current;
    current = removeDeadNodes(next);
  }
  throw new Error(`rules were not done after ${mostRounds} rounds`);
}
