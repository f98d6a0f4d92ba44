/** The random sampler: every parameter from its own distribution, independent of all trials. */
import { RandomStream } from '../../core/random.js';
import type { Sampler, SamplerContext } from './sampler.js';
import { randomPoint } from './walk-space.js';

export function randomSampler({ space, seed }: SamplerContext): Sampler {
  return {
    name: 'random',
    propose: ({ draw }) => randomPoint(space, new RandomStream(seed, 'sampler', draw)),
  };
}
