/** Tells what is wrong with the names and the wiring of a network's layers, which needs no shapes. The rules are `models/network-plan.ts`'s. */
import { ProblemError } from '../core/problem.js';
import { planNetwork } from '../models/network-plan.js';
import type { Network } from '../models/network.js';
import type { ProblemList } from './problem-list.js';
import { positionOf } from './source-file.js';
import { member, toJson, type MapNode, type SourceNode } from './source-node.js';

/** The network was found to fit its schema. One whose names hang on what could not be resolved is not looked at. */
export function checkWiring(network: MapNode, problems: ProblemList): void {
  const layers = member(network, 'layers');
  if (layers?.kind !== 'list' || layers.items.some(hasUnknownNames)) return;
  try {
    planNetwork(toJson(network) as unknown as Network, ([, ...path]) => {
      let node: SourceNode | undefined = network;
      let place = network.place;
      for (const key of path) {
        node = member(node, key);
        if (node === undefined) break;
        place = node.place ?? place;
      }
      return place === undefined ? undefined : positionOf(place);
    });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.addAll(error.problems);
  }
}

function hasUnknownNames(layer: SourceNode): boolean {
  const [entry] = layer.kind === 'map' ? layer.entries.values() : [];
  const from = member(entry?.value, 'from');
  const names = [member(entry?.value, 'name'), from, ...(from?.kind === 'list' ? from.items : [])];
  return names.some((node) => node?.kind === 'scalar' && node.broken === true);
}
