/**
 * The quasi-random sampler: points of a Sobol sequence, Owen-scrambled by the seed. They leave smaller gaps than random
 * ones, and every prefix is as even as can be; a draw's point follows from its number alone.
 *
 * Sobol 1967; direction numbers by Joe and Kuo 2008; scrambling by a hash after Burley 2020, "Practical Hash-based Owen
 * Scrambling".
 */
import type { SearchSpace } from '../../config/checked-sweep.js';
import { RandomStream } from '../../core/random.js';
import { ScrambledSobol } from './scrambled-sobol.js';
import type { Sampler, SamplerContext } from './sampler.js';
import { valueAt } from './unit-value.js';
import { presenceConditions, walkSpace } from './walk-space.js';

export function quasiRandomSampler({ space, seed }: SamplerContext): Sampler {
  const axes = sharedAxes(space);
  const sequence = new ScrambledSobol(Math.max(0, ...axes) + 1, new RandomStream(seed, 'sobol'));
  return {
    name: 'quasiRandom',
    propose: ({ draw }) =>
      walkSpace(space, ({ distribution }, _point, index) =>
        valueAt(distribution, sequence.at(draw, axes[index]!)),
      ),
  };
}

/**
 * An axis of the sequence for each parameter. Those that are never there together share one: fewer axes are more even,
 * and within the points that have one choice, an axis is as even as in all.
 */
function sharedAxes(space: SearchSpace): readonly number[] {
  const conditions = presenceConditions(space);
  const axes: number[] = [];
  space.parameters.forEach((parameter, index) => {
    const taken = new Set<number>();
    space.parameters.slice(0, index).forEach((earlier, i) => {
      if (!excludeEachOther(conditions.get(parameter.id)!, conditions.get(earlier.id)!)) taken.add(axes[i]!);
    });
    let axis = 0;
    while (taken.has(axis)) axis++;
    axes.push(axis);
  });
  return axes;
}

function excludeEachOther(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return [...a].some(([name, choice]) => b.has(name) && b.get(name) !== choice);
}
