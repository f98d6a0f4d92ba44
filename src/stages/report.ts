/** The stage kind `report`: one HTML file that tells of the run. The light half; the renderer is `src/report/`. */
import { resolve } from 'node:path';
import type { StageDescriptor } from './stage.js';

export const reportStage: StageDescriptor = {
  kind: 'report',
  version: 1,
  consumes: { evaluation: 'evaluation', training: 'trained-model' },
  produces: 'report',
  dependsOnSeed: () => false,
  dependsOnEngine: false,
  dependsOnExperiment: true,
  identity: ({ settings, projectRoot, reportRenderer }) => {
    const { template } = settings;
    return {
      templates: reportRenderer.digest(
        typeof template === 'string' ? resolve(projectRoot, template) : undefined,
      ),
    };
  },
  load: async () => (await import('./report-implementation.js')).reportImplementation,
};
