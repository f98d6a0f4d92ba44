/**
 * RMSProp (Tieleman and Hinton, Coursera lecture 6.5, 2012), not centred. As tf.train.rmsprop:
 *
 *     s ← rho · s + (1 - rho) · g²
 *     m ← momentum · m + learningRate · g / √(s + epsilon)
 *     w ← w - m
 */
import { tf } from '../../models/tfjs.js';
import type { OptimizerSettings } from '../engine.js';
import { optimizerDefaults } from './optimizer-defaults.js';
import type { Optimizer } from './optimizer.js';

const meanSquareSlot = { name: 'meanSquare', initial: 0 };

/** @param settings `rho`, the decay of the mean square; `momentum`; `epsilon`. */
export function rmsprop(settings: Pick<OptimizerSettings, 'rho' | 'momentum' | 'epsilon'>): Optimizer {
  const { rho, momentum, epsilon } = { ...optimizerDefaults.rmsprop, ...settings };
  return {
    slots: momentum === 0 ? [meanSquareSlot] : [meanSquareSlot, { name: 'momentum', initial: 0 }],
    scalars: (_step, learningRate) => ({ learningRate }),
    update(weight, gradient, [meanSquare, moment], { learningRate }) {
      const nextSquare = tf.add(tf.mul(meanSquare!, rho), tf.mul(tf.square(gradient), 1 - rho));
      const scaled = tf.div(tf.mul(gradient, learningRate!), tf.sqrt(tf.add(nextSquare, epsilon)));
      if (moment === undefined) return { weight: tf.sub(weight, scaled), slots: [nextSquare] };
      const nextMoment = tf.add(tf.mul(moment, momentum), scaled);
      return { weight: tf.sub(weight, nextMoment), slots: [nextSquare, nextMoment] };
    },
  };
}
