/** The factor on each class's loss, from the setting `classWeights`. */
import { ProblemError } from '../../core/problem.js';
import type { TrainSettings } from '../train.schema.js';
import type { TrainContext } from './train-context.js';

/**
 * "balanced" as scikit-learn's compute_class_weight: images / (classes · images of the class), so that the factors' mean
 * over the images is 1; a class without images has 1.
 * @param counts training images of each class. @returns nothing where all factors are 1.
 * @throws {ProblemError} `class-weights-mismatch` for a list of another length.
 */
export function classWeightsOf(
  setting: TrainSettings['classWeights'],
  counts: readonly number[],
  locate: TrainContext['locate'],
): readonly number[] | undefined {
  if (setting === 'none') return undefined;
  if (setting === 'balanced') {
    const images = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (count === 0 ? 1 : images / (counts.length * count)));
  }
  if (setting.length !== counts.length) {
    throw new ProblemError({
      code: 'class-weights-mismatch',
      message: `expected "classWeights" to hold ${counts.length} numbers, one for each class, got ${setting.length}`,
      at: locate(['classWeights']),
    });
  }
  return setting;
}
