/** The stage's context with the settings of `train`, which the runner checked against the schema of this kind. */
import type { StageContext } from '../stage.js';
import type { TrainSettings } from '../train.schema.js';

export type TrainContext = StageContext<TrainSettings>;
