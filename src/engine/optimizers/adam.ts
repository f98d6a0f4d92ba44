/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1), as tf.train.adam; and AdamW, with weight decay decoupled from the
 * gradient (Loshchilov and Hutter, ICLR 2019) and scaled by the learning rate, as PyTorch and Keras do it:
 *
 *     m ← beta1 · m + (1 - beta1) · g,   v ← beta2 · v + (1 - beta2) · g²
 *     w ← w - learningRate · weightDecay · w                                             AdamW alone
 *     w ← w - learningRate · (m / (1 - beta1^t)) / (√(v / (1 - beta2^t)) + epsilon)
 *
 * The corrections are powers of the step's number t, not running products: training that begins again has the same.
 */
import { tf } from '../../models/tfjs.js';
import type { OptimizerSettings } from '../engine.js';
import { optimizerDefaults } from './optimizer-defaults.js';
import type { Optimizer } from './optimizer.js';

/** @param settings `beta1`, `beta2`, decays of the means; `epsilon`; `weightDecay`, absent: none. */
export function adam(
  settings: Pick<OptimizerSettings, 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>,
): Optimizer {
  const { beta1, beta2, epsilon, weightDecay = 0 } = { ...optimizerDefaults.adam, ...settings };
  return {
    slots: [
      { name: 'mean', initial: 0 },
      { name: 'meanSquare', initial: 0 },
    ],
    scalars: (step, learningRate) => ({
      stepSize: learningRate / (1 - Math.pow(beta1, step)),
      squareCorrection: 1 / (1 - Math.pow(beta2, step)),
      keep: 1 - learningRate * weightDecay,
    }),
    update(weight, gradient, [mean, meanSquare], { stepSize, squareCorrection, keep }) {
      const nextMean = tf.add(tf.mul(mean!, beta1), tf.mul(gradient, 1 - beta1));
      const nextSquare = tf.add(tf.mul(meanSquare!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const divisor = tf.add(tf.sqrt(tf.mul(nextSquare, squareCorrection!)), epsilon);
      const kept = weightDecay === 0 ? weight : tf.mul(weight, keep!);
      const next = tf.sub(kept, tf.div(tf.mul(nextMean, stepSize!), divisor));
      return { weight: next, slots: [nextMean, nextSquare] };
    },
  };
}
