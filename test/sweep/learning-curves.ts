/**
 * The synthetic learning curves of `../shared/fixtures/optuna.json` (`functions.learning_curve`, which says the formula):
 * what Optuna's pruners were measured on. Owns the formula and the drawing of configurations.
 */
import type { RandomStream } from '../../src/core/random.js';

export interface CurveConfiguration {
  readonly opt: (typeof optimizers)[number];
  readonly lr: number;
  readonly wd: number;
  readonly drop: number;
  readonly units: number;
}

export const optimizers = ['sgd', 'adam', 'rmsprop'] as const;
const bestRate = { sgd: -1, adam: -2.5, rmsprop: -3 };
const offset = { sgd: 0.02, adam: 0, rmsprop: 0.01 };

/** a, b and c of loss(t) = a + b·t^(-c). */
export function curveOf({ opt, lr, wd, drop, units }: CurveConfiguration): readonly [number, number, number] {
  const [rate, decay, width] = [Math.log10(lr), Math.log10(wd), Math.log2(units)];
  const a =
    0.05 +
    offset[opt] +
    0.04 * (rate - bestRate[opt]) ** 2 +
    0.005 * (decay + 4) ** 2 +
    0.3 * (drop - 0.25) ** 2 +
    0.01 * (width - 7) ** 2;
  return [a, 1 + 0.1 * (width - 4), (0.4 + 0.15 * (rate + 4)) * (1 - 0.5 * drop)];
}

export function lossAt([a, b, c]: readonly [number, number, number], epoch: number): number {
  return a + b * epoch ** -c;
}

/** The first draw of mulberry32. */
export function mulberry32(seed: number): number {
  const a = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(a ^ (a >>> 15), a | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** What is added to the loss when it is observed. */
export function noiseAt(seed: number, trial: number, epoch: number): number {
  return 0.02 * (2 * mulberry32((seed * 1000003 + trial * 131 + epoch) >>> 0) - 1);
}

export function drawConfiguration(random: RandomStream): CurveConfiguration {
  return {
    opt: optimizers[random.integer(3)]!,
    lr: 10 ** random.uniform(-4, 0),
    wd: 10 ** random.uniform(-6, -1),
    drop: random.uniform(0, 0.6),
    // Whole numbers from 16 to 256, uniform in their logarithm, ends included.
    units: Math.round(2 ** random.uniform(Math.log2(15.5), Math.log2(256.5))),
  };
}
