/**
 * Losses on one-hot labels, as tensors: one number for each image. They are those of tf.layers, operation by operation
 * (tfjs-layers 4.22, `src/losses.ts`, after Keras's `losses.py`); tf.layers does not export them all, hence this file.
 * Owns neither label smoothing nor weights of classes and images nor the mean over the batch.
 */
import { tf } from '../models/tfjs.js';
import type { LossName } from './loss-names.js';

/** What tf.layers adds to keep logarithms and divisions finite (its `epsilon()`). */
const epsilon = 1e-7;

/**
 * @param labels [count, classes], one-hot or smoothed; @param predicted [count, classes].
 * @returns [count].
 */
export type Loss = (labels: tf.Tensor, predicted: tf.Tensor) => tf.Tensor;

const clip = (x: tf.Tensor, to: number): tf.Tensor => tf.clipByValue(x, epsilon, to);
const hingeOf = (labels: tf.Tensor, predicted: tf.Tensor): tf.Tensor =>
  tf.maximum(0, tf.sub(1, tf.mul(labels, predicted)));

function l2Normalize(x: tf.Tensor): tf.Tensor {
  const squareSum = tf.sum(tf.square(x), -1, true);
  return tf.div(x, tf.sqrt(tf.maximum(squareSum, epsilon)));
}

/** max(x, 0) - x·z + log(1 + exp(-|x|)): the logistic loss without overflow. */
function sigmoidCrossEntropyWithLogits(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const relu = tf.relu(logits);
  return tf.add(tf.sub(relu, tf.mul(logits, labels)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
}

export const losses: Readonly<Record<LossName, Loss>> = {
  /** -Σ label · log p, where p is first divided by its sum and kept within [1e-7, 1 - 1e-7]. */
  categoricalCrossentropy: (labels, predicted) => {
    const p = clip(tf.div(predicted, tf.sum(predicted, -1, true)), 1 - epsilon);
    return tf.neg(tf.sum(tf.mul(labels, tf.log(p)), -1));
  },
  /** The mean over the classes of the logistic loss. */
  binaryCrossentropy: (labels, predicted) => {
    const p = clip(predicted, 1 - epsilon);
    const logits = tf.log(tf.div(p, tf.sub(1, p)));
    return tf.mean(sigmoidCrossEntropyWithLogits(labels, logits), -1);
  },
  meanSquaredError: (labels, predicted) => tf.mean(tf.square(tf.sub(predicted, labels)), -1),
  meanAbsoluteError: (labels, predicted) => tf.mean(tf.abs(tf.sub(predicted, labels)), -1),
  meanAbsolutePercentageError: (labels, predicted) => {
    const divisor = clip(tf.abs(labels), Number.MAX_VALUE);
    return tf.mul(100, tf.mean(tf.abs(tf.div(tf.sub(labels, predicted), divisor)), -1));
  },
  meanSquaredLogarithmicError: (labels, predicted) => {
    const log = (x: tf.Tensor): tf.Tensor => tf.log(tf.add(1, clip(x, Number.MAX_VALUE)));
    return tf.mean(tf.square(tf.sub(log(predicted), log(labels))), -1);
  },
  hinge: (labels, predicted) => tf.mean(hingeOf(labels, predicted), -1),
  squaredHinge: (labels, predicted) => tf.mean(tf.square(hingeOf(labels, predicted)), -1),
  /** max(0, 1 + the highest score of a wrong class - the score of the right one). */
  categoricalHinge: (labels, predicted) => {
    const right = tf.sum(tf.mul(labels, predicted), -1);
    const wrong = tf.max(tf.mul(tf.sub(1, labels), predicted), -1);
    return tf.maximum(0, tf.add(1, tf.sub(wrong, right)));
  },
  /** The mean of log(cosh(error)). */
  logcosh: (labels, predicted) => {
    const error = tf.sub(predicted, labels);
    return tf.mean(tf.sub(tf.add(error, tf.softplus(tf.mul(-2, error))), Math.LN2), -1);
  },
  kullbackLeiblerDivergence: (labels, predicted) =>
    tf.sum(tf.mul(labels, tf.log(tf.div(clip(labels, 1), clip(predicted, 1)))), -1),
  poisson: (labels, predicted) =>
    tf.mean(tf.sub(predicted, tf.mul(labels, tf.log(tf.add(epsilon, predicted)))), -1),
  /** -cos of the angle between labels and predictions. */
  cosineProximity: (labels, predicted) =>
    tf.neg(tf.sum(tf.mul(l2Normalize(labels), l2Normalize(predicted)), -1)),
};
