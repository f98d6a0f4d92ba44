/**
 * Regularised evolution (Real, Aggarwal, Huang and Le 2019, "Regularized Evolution for Image Classifier Architecture
 * Search"): the newest trials are the population, the best of a few drawn from it is the parent, and its child differs in
 * one parameter. Trials leave by age, however good: what stays must be found good again.
 */
import type { Parameter, Point, SearchSpace } from '../../config/checked-sweep.js';
import { RandomStream } from '../../core/random.js';
import { mutatedValue } from './mutated-value.js';
import { bestTrials, isRanked } from './ranking.js';
import type { SampledTrial, Sampler, SamplerContext } from './sampler.js';
import { fits, valueAt } from './unit-value.js';
import { randomPoint, walkSpace } from './walk-space.js';

export interface EvolutionSettings {
  /** How many of the newest trials are alive; before there are so many, points are drawn at random. */
  readonly population: number;
  /** How many of them compete to be the parent. */
  readonly tournament: number;
}

/** How often a child that is like a trial already proposed is made again. */
const attempts = 10;

export function evolutionSampler(
  settings: EvolutionSettings,
  { space, seed, objectives }: SamplerContext,
): Sampler {
  return {
    name: 'evolution',
    propose({ draw, trials }) {
      const random = new RandomStream(seed, 'sampler', draw);
      const counted = trials.filter(({ state }) => state !== 'infeasible');
      const population = counted.filter(isRanked).slice(-settings.population);
      // Those that run count as drawn: a parallel sweep begins with as many random points as one after another.
      if (counted.length < settings.population || population.length === 0) return randomPoint(space, random);
      const competitors = drawn(population, settings.tournament, random);
      const [parent] = bestTrials(competitors, 1, objectives) as [SampledTrial];
      let child = mutate(space, parent.point, random);
      for (let i = 1; i < attempts && trials.some(({ point }) => isSame(space, point, child)); i++) {
        child = mutate(space, parent.point, random);
      }
      return child;
    },
  };
}

/** `count` different ones. */
function drawn(
  population: readonly SampledTrial[],
  count: number,
  random: RandomStream,
): readonly SampledTrial[] {
  return random.shuffle([...population]).slice(0, Math.max(1, count));
}

/**
 * One parameter of the point changed. Parameters that the change brings are drawn from their distributions; those whose
 * conditions still hold are kept.
 */
function mutate(space: SearchSpace, parent: Point, random: RandomStream): Point {
  const kept = ({ id, distribution }: Parameter): boolean =>
    parent[id] !== undefined && fits(distribution, parent[id]);
  const able = space.parameters.filter((parameter) => kept(parameter) && hasOthers(parameter.distribution));
  const chosen = able.length === 0 ? undefined : able[random.integer(able.length)];
  return walkSpace(space, (parameter) => {
    const { id, distribution } = parameter;
    if (!kept(parameter)) return valueAt(distribution, random.float());
    return parameter === chosen ? mutatedValue(distribution, parent[id]!, random) : parent[id]!;
  });
}

function hasOthers(distribution: Parameter['distribution']): boolean {
  switch (distribution.kind) {
    case 'choice':
      return distribution.count > 1;
    case 'normal':
      return distribution.deviation > 0;
    case 'quantized':
      return distribution.low + distribution.step <= distribution.high;
    case 'uniform':
    case 'logUniform':
    case 'int':
    case 'logInt':
      return distribution.low < distribution.high;
  }
}

function isSame(space: SearchSpace, a: Point, b: Point): boolean {
  return space.parameters.every(({ id }) => a[id] === b[id]);
}
