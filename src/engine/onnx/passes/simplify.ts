/** The rules of algebra together, until none of them finds anything: each makes work for the others. */
import type { Graph } from '../graph/graph.js';
import { foldConstants } from './fold-constants.js';
import { gatherFactors } from './gather-factors.js';
import { hoistFromReductions } from './hoist-from-reductions.js';
import { firstOf, untilStable } from './rules.js';
import { simplifyArithmetic } from './simplify-arithmetic.js';
import { simplifyShapes } from './simplify-shapes.js';
import { shareCommonSubexpressions } from './share-common-subexpressions.js';
import { sinkExpands } from './sink-expands.js';

const rule = firstOf(
  foldConstants,
  simplifyArithmetic,
  simplifyShapes,
  sinkExpands,
  gatherFactors,
  hoistFromReductions,
);

/** Sharing what is equal shows the rules more of it, once. */
export const simplify = (graph: Graph): Graph =>
  untilStable(shareCommonSubexpressions(untilStable(graph, () => rule)), () => rule);
