/** The stage kind `train`: a network learns from prepared images. The light half; `train/train-implementation.ts` works. */
import type { StageDescriptor } from './stage.js';

export const trainStage: StageDescriptor = {
  kind: 'train',
  version: 3,
  consumes: { data: 'prepared-data', model: 'model' },
  produces: 'trained-model',
  // It draws the order of images, their distortion, and what a network drops out.
  dependsOnSeed: () => true,
  dependsOnEngine: true,
  load: async () => (await import('./train/train-implementation.js')).trainImplementation,
};
