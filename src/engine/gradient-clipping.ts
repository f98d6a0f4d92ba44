/** Gradients kept small, over tfjs operations. Owns no gradients: the caller tidies. */
import { tf } from '../models/tfjs.js';
import type { GradientClipping } from './engine.js';

/**
 * Clips as Keras's `clipvalue`, `clipnorm` and `global_clipnorm` do, in this order where several are given. A norm is
 * the L2 norm; gradients whose norm is no larger than the bound stay what they are.
 */
export function clipGradients(
  gradients: readonly tf.Tensor[],
  { value, norm, globalNorm }: GradientClipping,
): readonly tf.Tensor[] {
  let clipped = gradients;
  if (value !== undefined) clipped = clipped.map((gradient) => tf.clipByValue(gradient, -value, value));
  if (norm !== undefined) {
    clipped = clipped.map((gradient) => shrink(gradient, tf.sqrt(squareSum(gradient)), norm));
  }
  if (globalNorm !== undefined && clipped.length > 0) {
    const norms = clipped.map((gradient) => squareSum(gradient));
    const total = tf.sqrt(norms.reduce((sum, square) => tf.add(sum, square)));
    clipped = clipped.map((gradient) => shrink(gradient, total, globalNorm));
  }
  return clipped;
}

const squareSum = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x));

/** x · bound / max(norm, bound): exactly x where the norm is within the bound, for then the factor is exactly 1. */
function shrink(x: tf.Tensor, norm: tf.Tensor, bound: number): tf.Tensor {
  const limit = tf.scalar(bound);
  return tf.mul(x, tf.div(limit, tf.maximum(norm, limit)));
}
