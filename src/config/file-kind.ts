/** What kind of configuration a file holds, by its content. */
import type { MapNode } from './source-node.js';

export type ConfigurationKind = 'experiment' | 'pipeline' | 'network';

/** A pipeline has `stages`, a network `layers`, unless they name a pipeline; everything else is an experiment. */
export function kindOf({ entries }: MapNode): ConfigurationKind {
  if (entries.has('pipeline') || entries.has('extends')) return 'experiment';
  if (entries.has('stages')) return 'pipeline';
  return entries.has('layers') ? 'network' : 'experiment';
}
