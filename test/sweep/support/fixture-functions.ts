/** The functions of shared/fixtures/optuna.json, by the formulas that stand there, with what Optuna reached on them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Point, SearchSpace } from '../../../src/config/checked-sweep.js';
import { curveOf, lossAt, noiseAt, optimizers } from '../learning-curves.js';
import { box, parameter } from './spaces.js';

const file = fileURLToPath(new URL('../../../../shared/fixtures/optuna.json', import.meta.url));

interface Hartmann {
  readonly alpha: readonly number[];
  readonly A: readonly (readonly number[])[];
  readonly P: readonly (readonly number[])[];
  readonly check: readonly { readonly x: readonly number[]; readonly y: number }[];
}

interface Curves {
  readonly check: {
    readonly config: Readonly<Record<string, number | string>>;
    readonly loss_at_1_9_81: readonly number[];
    readonly observed_at_9_seed_3_trial_7: number;
  };
  readonly optimum_at_81: number;
}

export interface OptunaFixture {
  readonly functions: {
    readonly branin: { readonly check: readonly { readonly x: readonly number[]; readonly y: number }[] };
    readonly hartmann6: Hartmann;
    readonly learning_curve: Curves;
  };
  readonly best_after_100_trials: Readonly<
    Record<'branin' | 'hartmann6', Readonly<Record<'random' | 'tpe', readonly number[]>>>
  >;
  readonly learning_curves_200_trials: {
    readonly TPE: { readonly none: { readonly regret: readonly number[] } };
  };
}

/** Nothing where the folder of shared data is not there. */
export const fixture: OptunaFixture | undefined = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as OptunaFixture)
  : undefined;

export const braninSpace: SearchSpace = {
  parameters: [
    parameter('x1', { kind: 'uniform', low: -5, high: 10 }),
    parameter('x2', { kind: 'uniform', low: 0, high: 15 }),
  ],
};

export function branin({ x1, x2 }: Point): number {
  const b = 5.1 / (4 * Math.PI ** 2);
  const c = 5 / Math.PI;
  const t = 1 / (8 * Math.PI);
  return (x2! - b * x1! ** 2 + c * x1! - 6) ** 2 + 10 * (1 - t) * Math.cos(x1!) + 10;
}

export const hartmann6Space = box(6);

export function hartmann6({ alpha, A, P }: Hartmann, point: Point): number {
  let sum = 0;
  alpha.forEach((weight, i) => {
    const exponent = A[i]!.reduce((total, a, j) => total + a * (point[`x${j + 1}`]! - P[i]![j]!) ** 2, 0);
    sum -= weight * Math.exp(-exponent);
  });
  return sum;
}

export const curveSpace: SearchSpace = {
  parameters: [
    parameter('opt', { kind: 'choice', count: 3 }),
    parameter('lr', { kind: 'logUniform', low: 1e-4, high: 1 }),
    parameter('wd', { kind: 'logUniform', low: 1e-6, high: 0.1 }),
    parameter('drop', { kind: 'uniform', low: 0, high: 0.6 }),
    parameter('units', { kind: 'logInt', low: 16, high: 256 }),
  ],
};

/** The true loss after an epoch; `opt` is the index of the optimizer. */
export function curveLoss({ opt, lr, wd, drop, units }: Point, epoch: number): number {
  const curve = curveOf({ opt: optimizers[opt!]!, lr: lr!, wd: wd!, drop: drop!, units: units! });
  return lossAt(curve, epoch);
}

/** What a trial sees of it. */
export function observedLoss(point: Point, epoch: number, seed: number, trial: number): number {
  return curveLoss(point, epoch) + noiseAt(seed, trial, epoch);
}
