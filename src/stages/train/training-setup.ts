/** From settings and data to what an engine and the training loop need; refuses what does not fit together. */
import { ProblemError } from '../../core/problem.js';
import type { TrainingSetup } from '../../engine/engine.js';
import type { Preparation } from '../../data/prepared-data.js';
import type { Watch } from './early-stopping.js';
import { classWeightsOf } from './class-weights.js';
import type { TrainContext } from './train-context.js';

export function trainingSetup(context: TrainContext, preparation: Preparation): TrainingSetup {
  const { settings, seed } = context;
  const weights = classWeightsOf(settings.classWeights, preparation.classCounts.train, (path) =>
    context.locate(path),
  );
  return {
    loss: settings.loss,
    labelSmoothing: settings.labelSmoothing,
    optimizer: settings.optimizer,
    clipping: settings.clip ?? {},
    ...(weights === undefined ? {} : { classWeights: weights }),
    scaling: preparation.scaling,
    imageShape: preparation.imageShape,
    classes: preparation.classes.length,
    seed,
  };
}

/**
 * What tells the best epoch: the metric of early stopping, else the validation loss, else the training loss.
 * @throws {ProblemError} `no-validation-split` for a metric of images that are not there.
 */
export function watchOf(context: TrainContext, validated: boolean): Watch {
  const { earlyStopping } = context.settings;
  if (earlyStopping === undefined)
    return { metric: validated ? 'validation.loss' : 'train.loss', minDelta: 0 };
  const { metric, patience, minDelta } = earlyStopping;
  if (metric.startsWith('validation.') && !validated) {
    throw new ProblemError({
      code: 'no-validation-split',
      message: `early stopping watches "${metric}", but there are no validation images`,
      at: context.locate(['earlyStopping', 'metric']),
      fix: 'let preprocess set some aside (validation: 0.1), or watch "train.loss"',
    });
  }
  return { metric, patience, minDelta };
}
