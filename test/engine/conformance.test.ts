/** The conformance suite on every engine that is here; one that is not is skipped, and says why. */
import { describe, expect, it } from 'vitest';
import { engineProviders } from '../../src/engine/providers.js';
import type { LayerEntry } from '../../src/models/network.js';
import { NetworkFile } from '../../src/models/network.schema.js';
import { describeConformance } from './conformance/describe-conformance.js';
import { functionalCases } from './conformance/functional.js';
import { layerCases } from './conformance/layers.js';
import { objectiveCases } from './conformance/objectives.js';
import { madeSequences } from './conformance/made-sequences.js';
import { loadPlainBackend } from './conformance/plain-backend.js';
import { sequenceCases } from './conformance/sequences.js';
import { engineOptions } from './support.js';

const groups = {
  ...layerCases,
  recurrent: sequenceCases,
  'made sequences': madeSequences,
  ...objectiveCases,
  ...functionalCases,
};

await loadPlainBackend();

for (const provider of engineProviders) {
  const found = await provider.probe(engineOptions);
  if (found.available) {
    describeConformance(provider, groups);
    continue;
  }
  process.stderr.write(`skipped: the engine ${provider.name}, for ${found.reason}\n`);
  describe(`engine ${provider.name}`, () => it.skip(`is not here: ${found.reason}`, () => undefined));
}

it('every layer type that a network file may name is compared, for 20 steps in some network', () => {
  const [, mapping] = (
    NetworkFile.properties.layers.items as unknown as { anyOf: [unknown, { properties: object }] }
  ).anyOf;
  const typeOf = (entry: LayerEntry): string => (typeof entry === 'string' ? entry : Object.keys(entry)[0]!);
  const compared = new Set(
    Object.values(groups)
      .flat()
      .flatMap(({ network, steps }) =>
        steps === 20 && typeof network !== 'function' ? network.map(typeOf) : [],
      ),
  );
  expect(Object.keys(mapping.properties).filter((type) => !compared.has(type))).toEqual([]);
});
