/**
 * Adagrad (Duchi, Hazan and Singer, JMLR 2011). As tf.train.adagrad:
 *
 *     a ← a + g²
 *     w ← w - learningRate · g / √(a + epsilon)
 */
import { tf } from '../../models/tfjs.js';
import type { OptimizerSettings } from '../engine.js';
import { optimizerDefaults } from './optimizer-defaults.js';
import type { Optimizer } from './optimizer.js';

/** @param settings `initialAccumulator`, a before the first step; `epsilon`. */
export function adagrad(settings: Pick<OptimizerSettings, 'initialAccumulator' | 'epsilon'>): Optimizer {
  const { initialAccumulator, epsilon } = { ...optimizerDefaults.adagrad, ...settings };
  return {
    slots: [{ name: 'accumulator', initial: initialAccumulator }],
    scalars: (_step, learningRate) => ({ learningRate }),
    update(weight, gradient, [accumulator], { learningRate }) {
      const next = tf.add(accumulator!, tf.square(gradient));
      const scaled = tf.div(gradient, tf.sqrt(tf.add(next, epsilon)));
      return { weight: tf.sub(weight, tf.mul(scaled, learningRate!)), slots: [next] };
    },
  };
}
