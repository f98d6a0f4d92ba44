/** The one place that knows every sampler by its name in the `sweep:` block. */
import type { SamplerSettings } from '../../config/checked-sweep.js';
import { evolutionSampler } from './evolution.js';
import { gridSampler } from './grid.js';
import { quasiRandomSampler } from './quasi-random.js';
import { randomSampler } from './random.js';
import type { Sampler, SamplerContext } from './sampler.js';
import { tpeSampler } from './tpe.js';

export function createSampler(settings: SamplerSettings, context: SamplerContext): Sampler {
  switch (settings.kind) {
    case 'grid':
      return gridSampler(settings, context);
    case 'random':
      return randomSampler(context);
    case 'quasiRandom':
      return quasiRandomSampler(context);
    case 'tpe':
      return tpeSampler(settings, context);
    case 'evolution':
      return evolutionSampler(settings, context);
  }
}
