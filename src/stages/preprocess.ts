/** The stage kind `preprocess`: splits, limits, scaling. The light half; `preprocess-implementation.ts` does the work. */
import type { StageDescriptor } from './stage.js';

export const preprocessStage: StageDescriptor = {
  kind: 'preprocess',
  version: 1,
  consumes: { dataset: 'dataset' },
  produces: 'prepared-data',
  // It draws which images are set aside or left out, and nothing else.
  dependsOnSeed: (settings) =>
    settings['validation'] !== 0 || Object.keys((settings['limit'] as object | undefined) ?? {}).length > 0,
  dependsOnEngine: false,
  load: async () => (await import('./preprocess-implementation.js')).preprocessImplementation,
};
