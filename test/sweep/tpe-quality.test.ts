import { describe, expect, it } from 'vitest';
import type { Point, SearchSpace } from '../../src/config/checked-sweep.js';
import { tpeSampler } from '../../src/sweep/samplers/tpe.js';
import { optimizers } from './learning-curves.js';
import {
  branin,
  braninSpace,
  curveLoss,
  curveSpace,
  fixture,
  hartmann6,
  hartmann6Space,
  observedLoss,
} from './support/fixture-functions.js';
import { probabilityOfChance } from './support/rank-test.js';
import { search } from './support/spaces.js';

const settings = { startupTrials: 10, candidates: 24 };

/** The best of each seed's trials by what was observed, and what it is truly worth. */
function bestOfEach(
  seeds: number,
  trials: number,
  space: SearchSpace,
  observed: (point: Point, seed: number, trial: number) => number,
  truth: (point: Point, seed: number) => number,
): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const sampler = tpeSampler(settings, { space, seed, objectives: 1 });
    const done = search(sampler, trials, (point, trial) => [observed(point, seed, trial)]);
    const best = done.reduce((a, b) => (b.values![0]! < a.values![0]! ? b : a));
    return truth(best.point, seed);
  });
}

describe.skipIf(fixture === undefined)(
  'TPE beside Optuna 5 (seeds 0, 1, …, as many as Optuna was given)',
  () => {
    const { functions, best_after_100_trials: optuna, learning_curves_200_trials: curves } = fixture!;

    it('computes the functions as the fixture does', () => {
      for (const { x, y } of functions.branin.check)
        expect(branin({ x1: x[0]!, x2: x[1]! })).toBeCloseTo(y, 10);
      for (const { x, y } of functions.hartmann6.check) {
        const point = Object.fromEntries(x.map((value, i) => [`x${i + 1}`, value]));
        expect(hartmann6(functions.hartmann6, point)).toBeCloseTo(y, 10);
      }
      const {
        config,
        loss_at_1_9_81: losses,
        observed_at_9_seed_3_trial_7: observed,
      } = functions.learning_curve.check;
      const point = { ...config, opt: optimizers.indexOf(config['opt'] as 'adam') } as unknown as Point;
      [1, 9, 81].forEach((epoch, i) => expect(curveLoss(point, epoch)).toBeCloseTo(losses[i]!, 10));
      expect(observedLoss(point, 9, 3, 7)).toBeCloseTo(observed, 10);
    });

    it('is better on Branin after 100 trials', () => {
      const ours = bestOfEach(optuna.branin.tpe.length, 100, braninSpace, branin, branin);
      expect(probabilityOfChance(ours, optuna.branin.tpe)).toBeLessThan(0.05);
    });

    it('is no worse on Hartmann 6 after 100 trials', () => {
      const value = (point: Point): number => hartmann6(functions.hartmann6, point);
      const ours = bestOfEach(optuna.hartmann6.tpe.length, 100, hartmann6Space, value, value);
      expect(probabilityOfChance(optuna.hartmann6.tpe, ours)).toBeGreaterThan(0.05);
    });

    it('is no worse on the noisy learning curves after 200 trials', () => {
      const { regret } = curves.TPE.none;
      const ours = bestOfEach(
        regret.length,
        200,
        curveSpace,
        (point, seed, trial) => observedLoss(point, 81, seed, trial),
        (point) => curveLoss(point, 81) - functions.learning_curve.optimum_at_81,
      );
      expect(probabilityOfChance(regret, ours)).toBeGreaterThan(0.05);
    });
  },
);
