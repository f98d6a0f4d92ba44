/** The stage kinds that come with Assay, by the name under which `uses:` asks for them. Descriptors only: light. */
import { acquireStage } from './acquire.js';
import { buildStage } from './build.js';
import { evaluateStage } from './evaluate.js';
import { preprocessStage } from './preprocess.js';
import { reportStage } from './report.js';
import type { StageDescriptor } from './stage.js';
import { trainStage } from './train.js';

export const builtInStages: Readonly<Record<string, StageDescriptor>> = {
  acquire: acquireStage,
  preprocess: preprocessStage,
  build: buildStage,
  train: trainStage,
  evaluate: evaluateStage,
  report: reportStage,
};
