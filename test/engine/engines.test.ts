/** The conformance suite on every engine that is here; one that is not is skipped, and says why. */
import { describe, it } from 'vitest';
import { engineProviders } from '../../src/engine/providers.js';
import { describeEngine } from './engine-suite.js';

for (const provider of engineProviders) {
  const found = await provider.probe();
  if (found.available) {
    describeEngine(provider);
    continue;
  }
  process.stderr.write(`skipped: the engine ${provider.name}, for ${found.reason}\n`);
  describe(`engine ${provider.name}`, () => it.skip(`is not here: ${found.reason}`, () => undefined));
}
