/** The passes in their order: from a traced graph to one that can be written. */
import type { Graph } from '../graph/graph.js';
import { behindMaxPool } from './behind-max-pool.js';
import { fuseProducts } from './fuse-products.js';
import { joinSums } from './join-sums.js';
import { lowerWindows } from './lower-windows.js';
import { maskByOutput } from './mask-by-output.js';
import { multiplyToSum } from './multiply-to-sum.js';
import { orderRows } from './order-rows.js';
import { removeDeadNodes } from './remove-dead-nodes.js';
import { rewrite } from './rewrite.js';
import { firstOf, untilStable } from './rules.js';
import { scaleFilters } from './scale-filters.js';
import { simplifyShapes } from './simplify-shapes.js';
import { simplify } from './simplify.js';
import { sinkTransposes } from './sink-transposes.js';
import { widenBroadcasts } from './widen-broadcasts.js';
import { shareCommonSubexpressions } from './share-common-subexpressions.js';

export interface Pass {
  readonly name: string;
  run(graph: Graph): Graph;
}

export const passes: readonly Pass[] = [
  { name: 'remove dead nodes', run: removeDeadNodes },
  { name: 'share common subexpressions', run: shareCommonSubexpressions },
  { name: 'simplify', run: simplify },
  { name: 'sink transposes', run: sinkTransposes },
  { name: 'simplify', run: simplify },
  { name: 'behind max-pool', run: behindMaxPool },
  { name: 'share common subexpressions', run: shareCommonSubexpressions },
  { name: 'remove dead nodes', run: removeDeadNodes },
  { name: 'scale filters', run: (graph) => rewrite(graph, scaleFilters) },
  { name: 'order rows', run: orderRows },
  { name: 'lower windows', run: lowerWindows },
  { name: 'share common subexpressions', run: shareCommonSubexpressions },
  { name: 'join sums', run: joinSums },
  { name: 'fuse products', run: (graph) => untilStable(graph, () => fuseProducts) },
  { name: 'multiply to sum', run: (graph) => rewrite(graph, multiplyToSum) },
  { name: 'mask by output', run: (graph) => rewrite(graph, maskByOutput) },
  {
    name: 'widen broadcasts',
    run: (graph) => untilStable(graph, () => firstOf(simplifyShapes, widenBroadcasts)),
  },
  { name: 'share common subexpressions', run: shareCommonSubexpressions },
  { name: 'remove dead nodes', run: removeDeadNodes },
];

export const optimize = (graph: Graph): Graph => passes.reduce((result, pass) => pass.run(result), graph);
