/**
 * Schedulers against Optuna's pruners with the same settings, on its learning curves: 200 random trials, one worker. What
 * Optuna spent and found was measured elsewhere (`../shared/fixtures/optuna.json`); where it is absent, this is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SchedulerSettings } from '../../src/config/checked-sweep.js';
import { RandomStream } from '../../src/core/random.js';
import { createScheduler } from '../../src/sweep/schedulers/create-scheduler.js';
import {
  curveOf,
  drawConfiguration,
  lossAt,
  mulberry32,
  noiseAt,
  type CurveConfiguration,
} from './learning-curves.js';
import { SimulatedSweep } from './simulated-sweep.js';
import { probabilityOfChance } from './support/rank-test.js';

interface Measured {
  readonly seeds: number;
  /** Of 200 · 81, by seed. */
  readonly epoch_share: readonly number[];
  /** The true loss at the last epoch of the best finished trial, less the optimum's. */
  readonly regret: readonly number[];
}

interface Fixture {
  readonly functions: {
    readonly learning_curve: {
      readonly optimum_at_81: number;
      readonly check: {
        readonly config: CurveConfiguration;
        readonly abc: readonly number[];
        readonly loss_at_1_9_81: readonly number[];
        readonly observed_at_9_seed_3_trial_7: number;
        readonly mulberry32_of_0_1_12345: readonly number[];
      };
    };
  };
  readonly learning_curves_200_trials: { readonly Random: Readonly<Record<string, Measured>> };
}

const file = new URL('../../../shared/fixtures/optuna.json', import.meta.url);
const fixture = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Fixture) : undefined;
const maxEpochs = 81;

function measure(settings: SchedulerSettings, optimum: number, seeds: number): Measured {
  const [shares, regrets]: [number[], number[]] = [[], []];
  for (let seed = 0; seed < seeds; seed++) {
    const random = new RandomStream(seed, 'learning-curves');
    const curves = Array.from({ length: 200 }, () => curveOf(drawConfiguration(random)));
    const sweep = new SimulatedSweep({
      make: (trials) => createScheduler(settings, { maxEpochs, seed, trials }),
      trials: curves.length,
      maxEpochs,
      value: (trial, epoch) => lossAt(curves[trial]!, epoch) + noiseAt(seed, trial, epoch),
    }).run();
    const finished = sweep.trials.filter(({ state }) => state === 'done');
    const best = finished.reduce((a, b) => (b.reports.at(-1)![1] < a.reports.at(-1)![1] ? b : a));
    shares.push(sweep.log.length / (curves.length * maxEpochs));
    regrets.push(lossAt(curves[best.number]!, maxEpochs) - optimum);
    expect(new Set(sweep.log.map(([trial, epoch]) => trial * 1000 + epoch)).size).toBe(sweep.log.length);
  }
  return { seeds, epoch_share: shares, regret: regrets };
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

/** In ASSAY_SHOW_SCHEDULERS=1 a row for docs/schedulers.md. */
function show(name: string, ours: Measured, theirs: Measured): void {
  if (process.env['ASSAY_SHOW_SCHEDULERS'] !== '1') return;
  const cells = [
    name,
    ...[ours, theirs].map(({ epoch_share }) => `${(100 * mean(epoch_share)).toFixed(1)} %`),
    probabilityOfChance(theirs.epoch_share, ours.epoch_share).toFixed(2),
    ...[ours, theirs].map(({ regret }) => `${median(regret).toFixed(4)} (${mean(regret).toFixed(4)})`),
    probabilityOfChance(theirs.regret, ours.regret).toFixed(2),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

describe.skipIf(fixture === undefined)('on the learning curves of ../shared/fixtures/optuna.json', () => {
  const { optimum_at_81: optimum = 0, check } = fixture?.functions.learning_curve ?? {};
  const optuna = (pruner: string) => fixture!.learning_curves_200_trials.Random[pruner]!;

  it('computes the curves as they were computed there', () => {
    const curve = curveOf(check!.config);
    curve.forEach((number, i) => expect(number).toBeCloseTo(check!.abc[i]!, 12));
    [1, 9, 81].forEach((t, i) => expect(lossAt(curve, t)).toBeCloseTo(check!.loss_at_1_9_81[i]!, 12));
    expect(lossAt(curve, 9) + noiseAt(3, 7, 9)).toBeCloseTo(check!.observed_at_9_seed_3_trial_7, 12);
    expect([0, 1, 12345].map(mulberry32)).toEqual(check!.mulberry32_of_0_1_12345);
  });

  it('draws configurations neither better nor worse than those there', () => {
    const theirs = optuna('none');
    const ours = measure({ kind: 'none' }, optimum, theirs.seeds);
    show('none', ours, theirs);
    expect(probabilityOfChance(theirs.regret, ours.regret)).toBeGreaterThan(0.05);
    expect(probabilityOfChance(ours.regret, theirs.regret)).toBeGreaterThan(0.05);
  });

  const cases: [string, SchedulerSettings][] = [
    ...[1, 3, 9].map((minEpochs): [string, SchedulerSettings] => {
      return [`SHA(min_resource=${minEpochs}, rf=3)`, { kind: 'asha', minEpochs, reduction: 3 }];
    }),
    ...[1, 3].map((minEpochs): [string, SchedulerSettings] => {
      return [`Hyperband(${minEpochs}, 81, rf=3)`, { kind: 'hyperband', minEpochs, reduction: 3 }];
    }),
  ];
  it.each(cases)('spends no more epochs than Optuna with %s, and finds nothing worse', (pruner, settings) => {
    const theirs = optuna(pruner);
    const ours = measure(settings, optimum, theirs.seeds);
    show(`${settings.kind}: ${pruner}`, ours, theirs);
    expect(mean(ours.epoch_share)).toBeLessThanOrEqual(mean(theirs.epoch_share));
    expect(probabilityOfChance(theirs.epoch_share, ours.epoch_share)).toBeGreaterThan(0.05);
    expect(probabilityOfChance(theirs.regret, ours.regret)).toBeGreaterThan(0.05);
  });

  it('stops most of the epochs by the median, at a regret within reach of that of all epochs', () => {
    const theirs = optuna('Median(n_startup=5, n_warmup_steps=3)');
    const ours = measure({ kind: 'median', startupTrials: 5, warmupEpochs: 3 }, optimum, theirs.seeds);
    show('median', ours, theirs);
    expect(mean(ours.epoch_share)).toBeLessThan(0.5);
    expect(probabilityOfChance(optuna('none').regret, ours.regret)).toBeGreaterThan(0.05);
  });
});
