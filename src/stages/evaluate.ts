/** The stage kind `evaluate`: how good a trained network is on a split it was not trained on. */
import type { StageDescriptor } from './stage.js';

export const evaluateStage: StageDescriptor = {
  kind: 'evaluate',
  version: 1,
  consumes: { data: 'prepared-data', model: 'trained-model' },
  produces: 'evaluation',
  dependsOnSeed: () => false,
  dependsOnEngine: true,
  load: async () => (await import('./evaluate-implementation.js')).evaluateImplementation,
};
