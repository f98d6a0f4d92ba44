/** The stage kind `acquire`: a data set by name. The light half; `acquire-implementation.ts` does the work. */
import type { StageDescriptor } from './stage.js';

export const acquireStage: StageDescriptor = {
  kind: 'acquire',
  version: 1,
  consumes: {},
  produces: 'dataset',
  // The data sets that are downloaded are what they are.
  dependsOnSeed: (settings) => settings['dataset'] === 'synthetic-digits',
  dependsOnEngine: false,
  load: async () => (await import('./acquire-implementation.js')).acquireImplementation,
};
