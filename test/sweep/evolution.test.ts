import { describe, expect, it } from 'vitest';
import type { Point, SearchSpace } from '../../src/config/checked-sweep.js';
import { evolutionSampler } from '../../src/sweep/samplers/evolution.js';
import { randomSampler } from '../../src/sweep/samplers/random.js';
import type { SampledTrial, SamplerContext } from '../../src/sweep/samplers/sampler.js';
import { probabilityOfChance } from './support/rank-test.js';
import { box, parameter, search } from './support/spaces.js';

/** Four blocks, each of a kind that brings parameters of its own, in the manner of an architecture search. */
const blocks = [0, 1, 2, 3];
const architectures: SearchSpace = {
  parameters: [
    ...blocks.flatMap((i) => [
      parameter(`kind${i}`, { kind: 'choice', count: 3 }),
      parameter(`width${i}`, { kind: 'logInt', low: 8, high: 512 }, [{ parameter: `kind${i}`, choice: 1 }]),
      parameter(`kernel${i}`, { kind: 'int', low: 1, high: 7 }, [{ parameter: `kind${i}`, choice: 1 }]),
      parameter(`rate${i}`, { kind: 'uniform', low: 0, high: 1 }, [{ parameter: `kind${i}`, choice: 2 }]),
    ]),
    parameter('learningRate', { kind: 'logUniform', low: 1e-5, high: 1 }),
  ],
};

/** Best: two convolutions, of 64 and 128 with kernels of 3, then two dropouts of 0.3, at a rate of 0.003. */
function loss(point: Point): number {
  const wanted = [1, 1, 2, 2];
  let sum = 0.2 * (Math.log10(point['learningRate']!) + 2.5) ** 2;
  for (const i of blocks) {
    const kind = point[`kind${i}`]!;
    if (kind !== wanted[i]) sum += 1;
    else if (kind === 1) {
      sum += 0.1 * (Math.log2(point[`width${i}`]!) - 6 - i) ** 2 + 0.05 * (point[`kernel${i}`]! - 3) ** 2;
    } else sum += 2 * (point[`rate${i}`]! - 0.3) ** 2;
  }
  return sum;
}

const best = (trials: readonly SampledTrial[]): number =>
  Math.min(...trials.map(({ values }) => values![0]!));
const settings = { population: 20, tournament: 5 };

describe('evolution', () => {
  it('finds better architectures than random search in 150 trials', () => {
    const after = (make: (context: SamplerContext) => ReturnType<typeof randomSampler>): number[] =>
      Array.from({ length: 15 }, (_, seed) =>
        best(search(make({ space: architectures, seed, objectives: 1 }), 150, (point) => [loss(point)])),
      );
    const evolved = after((context) => evolutionSampler(settings, context));
    const random = after(randomSampler);
    expect(probabilityOfChance(evolved, random)).toBeLessThan(0.001);
  });

  it('changes one parameter of the best of the newest trials, and draws only what the change brings', () => {
    const sampler = evolutionSampler(
      { population: 10, tournament: 10 },
      { space: architectures, seed: 1, objectives: 1 },
    );
    const trials = search(randomSampler({ space: architectures, seed: 9, objectives: 1 }), 30, (_, i) => [i]);
    // With a tournament of the whole population the parent is trial 20, the best of the last ten.
    const parent = trials[20]!.point;
    const changedKinds = new Set<string>();
    for (let draw = 30; draw < 90; draw++) {
      const child = sampler.propose({ draw, trials })!;
      const changed = Object.keys(parent).filter((id) => id in child && child[id] !== parent[id]);
      expect(changed).toHaveLength(1);
      const brought = Object.keys(child).filter((id) => !(id in parent));
      const [id] = changed as [string];
      changedKinds.add(id.replace(/\d/, ''));
      // What is new stands below the kind that changed.
      for (const name of brought) expect(id).toBe(`kind${name.at(-1)!}`);
    }
    expect(changedKinds.has('kind')).toBe(true);
    expect(changedKinds.size).toBeGreaterThan(2);
  });

  it('lets trials die of age, the best one, too', () => {
    const space = box(1);
    const sampler = evolutionSampler({ population: 5, tournament: 5 }, { space, seed: 2, objectives: 1 });
    const trials = Array.from({ length: 12 }, (_, number): SampledTrial => {
      const alive = number >= 7;
      return { number, point: { x1: alive ? 0.9 : 0.1 }, state: 'done', values: [alive ? 1 : 0] };
    });
    const children = Array.from({ length: 40 }, (_, i) => sampler.propose({ draw: 12 + i, trials })!['x1']!);
    expect(children.reduce((sum, x) => sum + x, 0) / children.length).toBeGreaterThan(0.7);
  });

  it('begins with as many random points as its population, those that still run counted', () => {
    const context = { space: architectures, seed: 5, objectives: 1 };
    const running = Array.from({ length: 19 }, (_, number): SampledTrial => {
      const point = randomSampler(context).propose({ draw: number, trials: [] })!;
      return number < 3
        ? { number, point, state: 'done', values: [number] }
        : { number, point, state: 'running' };
    });
    const sampler = evolutionSampler(settings, context);
    const random = randomSampler(context);
    expect(sampler.propose({ draw: 19, trials: running })).toEqual(random.propose({ draw: 19, trials: [] }));
    const full = [...running, { ...running[18]!, number: 19 }];
    const child = sampler.propose({ draw: 20, trials: full })!;
    const differences = running
      .slice(0, 3)
      .map(({ point }) => Object.keys(point).filter((id) => id in child && child[id] !== point[id]).length);
    expect(Math.min(...differences)).toBe(1);
  });

  it('does not propose what was tried while there is something else near', () => {
    const space: SearchSpace = { parameters: [parameter('a', { kind: 'choice', count: 8 })] };
    const sampler = evolutionSampler({ population: 3, tournament: 3 }, { space, seed: 3, objectives: 1 });
    const trials = [0, 1, 2, 3, 4, 5].map((a, number): SampledTrial => ({
      number,
      point: { a },
      state: 'done',
      values: [a],
    }));
    const proposed = Array.from({ length: 30 }, (_, i) => sampler.propose({ draw: 6 + i, trials })!['a']!);
    expect(proposed.filter((a) => a >= 6).length).toBeGreaterThan(25);
  });
});
