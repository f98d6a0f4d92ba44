/** The passes in their order: from a traced graph to one that can be written. */
import type { Graph } from '../graph/graph.js';
import { lowerWindows } from './lower-windows.js';
import { removeDeadNodes } from './remove-dead-nodes.js';
import { sinkTransposes } from './sink-transposes.js';
import { shareCommonSubexpressions } from './share-common-subexpressions.js';

export interface Pass {
  readonly name: string;
  run(graph: Graph): Graph;
}

export const passes: readonly Pass[] = [
  { name: 'remove dead nodes', run: removeDeadNodes },
  { name: 'share common subexpressions', run: shareCommonSubexpressions },
  { name: 'sink transposes', run: sinkTransposes },
  { name: 'lower windows', run: lowerWindows },
  { name: 'share common subexpressions', run: shareCommonSubexpressions },
  { name: 'remove dead nodes', run: removeDeadNodes },
];

export const optimize = (graph: Graph): Graph => passes.reduce((result, pass) => pass.run(result), graph);
