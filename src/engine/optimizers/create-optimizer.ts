/** From settings to an optimizer. Owns the list of kinds and nothing else. */
import type { OptimizerSettings } from '../engine.js';
import { adagrad } from './adagrad.js';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { momentum } from './momentum.js';
import type { Optimizer } from './optimizer.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

export function createOptimizer(settings: OptimizerSettings): Optimizer {
  switch (settings.kind) {
    case 'sgd':
      return sgd();
    case 'momentum':
      return momentum(settings, false);
    case 'nesterov':
      return momentum(settings, true);
    case 'adagrad':
      return adagrad(settings);
    case 'rmsprop':
      return rmsprop(settings);
    case 'adam':
      return adam(settings);
    case 'adamw':
      return adamw(settings);
  }
}
