/** The stage kind `build`: a network with its initial weights. The light half; `build-implementation.ts` does the work. */
import type { StageDescriptor } from './stage.js';

export const buildStage: StageDescriptor = {
  kind: 'build',
  version: 1,
  consumes: {},
  produces: 'model',
  dependsOnSeed: () => true,
  // Initial weights are drawn by the plain JavaScript backend, whichever engine trains them.
  dependsOnEngine: false,
  load: async () => (await import('./build-implementation.js')).buildImplementation,
};
