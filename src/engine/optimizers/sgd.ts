/** Stochastic gradient descent: w ← w - learningRate · g. As tf.train.sgd. */
import { tf } from '../../models/tfjs.js';
import type { Optimizer } from './optimizer.js';

export function sgd(): Optimizer {
  return {
    slots: [],
    scalars: (_step, learningRate) => ({ learningRate }),
    update: (weight, gradient, _slots, { learningRate }) => ({
      weight: tf.sub(weight, tf.mul(gradient, learningRate!)),
      slots: [],
    }),
  };
}
