/** What every scheduler must do, whatever it thinks of a trial. Random sweeps, with failures, ties, NaN and crashes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SchedulerSettings } from '../../src/config/checked-sweep.js';
import { IndexedRandom } from '../../src/core/indexed-random.js';
import { createScheduler } from '../../src/sweep/schedulers/create-scheduler.js';
import { SimulatedSweep, type SimulationSettings } from './simulated-sweep.js';

export interface SweepShape {
  readonly maxEpochs: number;
  readonly minEpochs: number;
  readonly reduction: number;
}

interface RandomSweep extends SweepShape {
  readonly seed: number;
  readonly trials: number;
  readonly workers: number;
  /** Probability that an epoch fails. */
  readonly failing: number;
  readonly withNaN: boolean;
  /** Few values: many ties. */
  readonly coarse: boolean;
}

const randomSweep: fc.Arbitrary<RandomSweep> = fc.record({
  seed: fc.nat(1_000_000),
  trials: fc.integer({ min: 1, max: 40 }),
  workers: fc.integer({ min: 1, max: 5 }),
  maxEpochs: fc.integer({ min: 1, max: 30 }),
  minEpochs: fc.integer({ min: 1, max: 5 }),
  reduction: fc.integer({ min: 2, max: 4 }),
  failing: fc.constantFrom(0, 0, 0.01, 0.1),
  withNaN: fc.boolean(),
  coarse: fc.boolean(),
});

/** The same for each trial and epoch, whoever asks and when. */
function simulation(sweep: RandomSweep, settings: SchedulerSettings): SimulationSettings {
  const { seed, trials, workers, maxEpochs } = sweep;
  const random = new IndexedRandom(seed, 'simulated-values');
  const bits = new Int32Array(1);
  const draw = (what: 0 | 1 | 2 | 3, trial: number, epoch: number) => {
    random.fill(what + 4 * (epoch + 64 * trial), bits);
    return (bits[0]! >>> 0) / 2 ** 32;
  };
  return {
    make: (recorded) => createScheduler(settings, { maxEpochs, seed, trials: recorded }),
    trials,
    workers,
    maxEpochs,
    seed,
    value(trial, epoch) {
      if (sweep.withNaN && draw(0, trial, epoch) < 0.05) return NaN;
      const value = draw(1, trial, 0) + 1 / epoch + 0.3 * draw(2, trial, epoch);
      return sweep.coarse ? Math.round(2 * value) : value;
    },
    fails: (trial, epoch) => draw(3, trial, epoch) < sweep.failing,
  };
}

/** No epoch twice, none left out; nobody left running. */
function expectInOrder(sweep: SimulatedSweep): void {
  const trained = new Map<number, number>();
  const astray = sweep.log.filter(([trial, epoch]) => {
    const before = trained.get(trial) ?? 0;
    trained.set(trial, epoch);
    return epoch !== before + 1;
  });
  expect(astray).toEqual([]);
  expect(sweep.states()).not.toContain('running');
  expect(sweep.trials).toHaveLength(sweep.asked);
}

const sameTwice = (a: SimulatedSweep, b: SimulatedSweep) => {
  expect(b.log).toEqual(a.log);
  expect(b.states()).toEqual(a.states());
};

export function schedulerSuite(settingsFor: (shape: SweepShape) => SchedulerSettings): void {
  const runs = { numRuns: 60 };

  it('trains no epoch twice, leaves none out, and leaves nobody running', () => {
    fc.assert(
      fc.property(randomSweep, (sweep) => {
        expectInOrder(new SimulatedSweep(simulation(sweep, settingsFor(sweep))).run());
      }),
      runs,
    );
  });

  it('brings at least one trial to the last epoch, however many there are', () => {
    fc.assert(
      fc.property(randomSweep, (drawn) => {
        const sweep = { ...drawn, failing: 0, withNaN: false };
        const ended = new SimulatedSweep(simulation(sweep, settingsFor(sweep))).run();
        expect(ended.states()).toContain('done');
      }),
      runs,
    );
  });

  it('puts another in the place of the one that would have finished and failed', () => {
    fc.assert(
      fc.property(randomSweep, (drawn) => {
        const sweep = { ...drawn, failing: 0, withNaN: false, trials: drawn.trials + 1 };
        const settings = simulation(sweep, settingsFor(sweep));
        const finished = new SimulatedSweep(settings).run().states().indexOf('done');
        const fails = (trial: number, epoch: number) => trial === finished && epoch === sweep.maxEpochs;
        const ended = new SimulatedSweep({ ...settings, fails }).run();
        expect(ended.states()[finished]).toBe('failed');
        if (settingsFor(sweep).kind !== 'median') expect(ended.states()).toContain('done');
      }),
      runs,
    );
  });

  it('goes on from what was recorded as if nothing had happened, with one worker', () => {
    fc.assert(
      fc.property(
        randomSweep,
        fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 12 }),
        (drawn, lives) => {
          const settings = { ...simulation(drawn, settingsFor(drawn)), workers: 1 };
          const undisturbed = new SimulatedSweep(settings).run();
          const disturbed = new SimulatedSweep(settings);
          for (const [i, epochs] of lives.entries()) {
            disturbed.run(epochs);
            // Half of them die just after a trial was chosen, before its first epoch.
            if (i % 2 === 1) disturbed.fill();
            disturbed.crash();
          }
          sameTwice(undisturbed, disturbed.run());
        },
      ),
      { numRuns: 150 },
    );
  });

  it('goes on in order after crashes with several workers', () => {
    fc.assert(
      fc.property(
        randomSweep,
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }),
        (drawn, lives) => {
          const sweep = new SimulatedSweep(simulation(drawn, settingsFor(drawn)));
          for (const epochs of lives) {
            sweep.run(epochs).fill();
            sweep.crash();
          }
          expectInOrder(sweep.run());
          if (drawn.failing === 0 && !drawn.withNaN) expect(sweep.states()).toContain('done');
        },
      ),
      runs,
    );
  });

  it('learns nothing from an epoch reported twice', () => {
    fc.assert(
      fc.property(randomSweep, (drawn) => {
        const settings = simulation(drawn, settingsFor(drawn));
        const once = new SimulatedSweep(settings).run();
        const twice = new SimulatedSweep({
          ...settings,
          make(trials) {
            const scheduler = settings.make(trials);
            return {
              name: scheduler.name,
              asks: scheduler.asks,
              report(trial, epoch, value) {
                const verdict = scheduler.report(trial, epoch, value);
                if (verdict !== 'stop') expect(scheduler.report(trial, epoch, 0)).toBe(verdict);
                return verdict;
              },
              promote: (last) => scheduler.promote(last),
              end: (trial, state) => scheduler.end(trial, state),
            };
          },
        }).run();
        sameTwice(once, twice);
      }),
      runs,
    );
  });

  it('goes on with more trials when more are asked for', () => {
    fc.assert(
      fc.property(randomSweep, fc.integer({ min: 1, max: 30 }), fc.boolean(), (drawn, more, crashed) => {
        const sweep = new SimulatedSweep(simulation(drawn, settingsFor(drawn))).run();
        if (crashed) sweep.crash();
        sweep.asked += more;
        expectInOrder(sweep.run());
      }),
      runs,
    );
  });

  it('lets every trial go on where there is one epoch', () => {
    const shape = { maxEpochs: 1, minEpochs: 1, reduction: 3 };
    const sweep = {
      ...shape,
      seed: 1,
      trials: 12,
      workers: 2,
      failing: 0,
      withNaN: false,
      coarse: false,
    };
    const ended = new SimulatedSweep(simulation(sweep, settingsFor(shape))).run();
    expect(ended.states()).toEqual(Array.from({ length: 12 }, () => 'done'));
  });
}
