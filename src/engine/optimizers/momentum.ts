/**
 * Gradient descent with momentum, plain and Nesterov's. As tf.train.momentum (and TensorFlow's MomentumOptimizer): the
 * velocity holds gradients, and the learning rate scales the step, so that a schedule acts at once.
 *
 *     v ← momentum · v + g
 *     w ← w - learningRate · v                      plain (Polyak 1964)
 *     w ← w - learningRate · (g + momentum · v)     Nesterov, as Sutskever et al. 2013 write it
 */
import { tf } from '../../models/tfjs.js';
import type { OptimizerSettings } from '../engine.js';
import { optimizerDefaults } from './optimizer-defaults.js';
import type { Optimizer } from './optimizer.js';

/** @param settings `momentum`, from 0 to below 1. */
export function momentum(settings: Pick<OptimizerSettings, 'momentum'>, nesterov: boolean): Optimizer {
  const decay = settings.momentum ?? optimizerDefaults.momentum.momentum;
  return {
    slots: [{ name: 'momentum', initial: 0 }],
    scalars: (_step, learningRate) => ({ learningRate }),
    update(weight, gradient, [velocity], { learningRate }) {
      const next = tf.add(tf.mul(velocity!, decay), gradient);
      const direction = nesterov ? tf.add(gradient, tf.mul(next, decay)) : next;
      return { weight: tf.sub(weight, tf.mul(direction, learningRate!)), slots: [next] };
    },
  };
}
