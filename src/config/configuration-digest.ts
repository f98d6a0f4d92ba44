/** Whether two experiments are the same but for their names: by everything resolved that reaches a number. */
import { sha256 } from '../core/digest.js';
import { canonicalJson, type JsonObject } from '../core/json.js';
import type { CheckedExperiment } from './checked-experiment.js';

/**
 * SHA-256 of the seed, the engine asked for, and each stage's kind, needs and settings, in canonical JSON. The values that
 * references were put in for (`params`, a network's `parameters`) are left out: they are where they were put.
 */
export function configurationDigest({ seed, engine, stages }: CheckedExperiment): string {
  const settled = stages.map(({ name, descriptor, needs, settings }): [string, JsonObject] => {
    const { parameters, ...others } = settings;
    const own = typeof settings['network'] === 'object' ? others : settings;
    return [name, { uses: descriptor.kind, needs, with: parameters === undefined ? settings : own }];
  });
  return sha256(canonicalJson({ seed, engine, stages: Object.fromEntries(settled) }));
}
