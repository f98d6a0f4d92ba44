/** Logarithmic loss of probabilities. */
import { ratio } from './confusion-matrix.js';
import type { ClassScores } from './class-scores.js';

/**
 * The mean of -ln p(label), in nats. Probabilities are kept from 0 and 1 by the machine epsilon of their own precision
 * (2^-23 for float32, 2^-52 for float64), as scikit-learn's `log_loss` does, so that one certain miss stays finite.
 */
export function logLoss(labels: Int32Array, { values, classes }: ClassScores): number {
  const epsilon = values instanceof Float32Array ? 2 ** -23 : Number.EPSILON;
  let sum = 0;
  for (let image = 0; image < labels.length; image++) {
    const probability = values[image * classes + labels[image]!]!;
    sum -= Math.log(Math.min(1 - epsilon, Math.max(epsilon, probability)));
  }
  return ratio(sum, labels.length);
}
