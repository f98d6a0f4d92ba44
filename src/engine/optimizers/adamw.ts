/** AdamW: Adam with decoupled weight decay. Its formulas stand in `adam.ts`. */
import type { OptimizerSettings } from '../engine.js';
import { adam } from './adam.js';
import { optimizerDefaults } from './optimizer-defaults.js';
import type { Optimizer } from './optimizer.js';

/** @param settings as Adam's, and `weightDecay`. Every trainable weight decays, biases too, as in PyTorch. */
export function adamw(
  settings: Pick<OptimizerSettings, 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>,
): Optimizer {
  return adam({ ...optimizerDefaults.adamw, ...settings });
}
