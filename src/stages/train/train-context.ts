/** The context of the stage `train`, by a short name for the files of this folder. */
import type { StageContext } from '../stage.js';
import type { TrainSettings } from '../train.schema.js';

export type TrainContext = StageContext<TrainSettings>;
