/**
 * A sweep whose training is a formula: real schedulers, any number of workers, and crashes of the whole process at any
 * moment. Counts every epoch that is trained. Owns the order in which workers get on; not what a scheduler decides.
 */
import { RandomStream } from '../../src/core/random.js';
import type { TrialState } from '../../src/core/sweep-events.js';
import type { ScheduledTrial, Scheduler } from '../../src/sweep/schedulers/scheduler.js';

export interface SimulatedTrial extends ScheduledTrial {
  state: TrialState;
  readonly reports: [epoch: number, value: number][];
  /** Epochs in its checkpoint. */
  trained: number;
}

export interface SimulationSettings {
  /** Called at the start and after each crash, with what was recorded. */
  readonly make: (trials: readonly ScheduledTrial[]) => Scheduler;
  readonly trials: number;
  readonly maxEpochs: number;
  readonly value: (trial: number, epoch: number) => number;
  /** Default: never. */
  readonly fails?: (trial: number, epoch: number) => boolean;
  /** Default 1. */
  readonly workers?: number;
  /** Of the order in which workers get on, and of the order of records after a crash. */
  readonly seed?: number;
}

export class SimulatedSweep {
  readonly trials: SimulatedTrial[] = [];
  /** Epochs as they were trained. */
  readonly log: (readonly [trial: number, epoch: number])[] = [];
  /** How often a paused trial went on. */
  promotions = 0;
  readonly #settings: SimulationSettings;
  readonly #random: RandomStream;
  /** More may be asked for later on. */
  asked: number;
  #scheduler: Scheduler;
  #busy: SimulatedTrial[] = [];

  constructor(settings: SimulationSettings) {
    this.#settings = settings;
    this.#random = new RandomStream(settings.seed ?? 0, 'simulated-sweep');
    this.#scheduler = settings.make([]);
    this.asked = settings.trials;
  }

  /** To the end, or until so many more epochs are trained; a trial may then be under way. */
  run(epochs = Infinity): this {
    for (let left = epochs; left > 0 && this.fill(); left--) this.#train();
    return this;
  }

  /** Gives every free worker a trial; whether anybody has one. */
  fill(): boolean {
    while (this.#busy.length < (this.#settings.workers ?? 1)) {
      const trial = this.#begunBefore() ?? this.#promoted() ?? this.#proposed();
      if (trial === undefined) break;
      trial.state = 'running';
      this.#busy.push(trial);
    }
    return this.#busy.length > 0;
  }

  /** The process is killed and the sweep goes on; what was running is recorded as running. */
  crash(): void {
    this.#busy = [];
    const recorded = this.trials.map(({ number, state, reports }) => {
      return { number, state, reports: this.#random.shuffle([...reports]) };
    });
    this.#scheduler = this.#settings.make(this.#random.shuffle(recorded));
  }

  states(): TrialState[] {
    return this.trials.map(({ state }) => state);
  }

  #begunBefore(): SimulatedTrial | undefined {
    return this.trials.find((trial) => trial.state === 'running' && !this.#busy.includes(trial));
  }

  #promoted(): SimulatedTrial | undefined {
    const number = this.#scheduler.promote(this.trials.length >= this.asked);
    if (number === undefined) return undefined;
    const trial = this.trials[number];
    if (trial?.state !== 'paused') throw new Error(`trial ${number} is ${trial?.state} and was promoted`);
    this.promotions++;
    return trial;
  }

  #proposed(): SimulatedTrial | undefined {
    if (this.trials.length >= this.asked) return undefined;
    const trial: SimulatedTrial = { number: this.trials.length, state: 'running', reports: [], trained: 0 };
    this.trials.push(trial);
    return trial;
  }

  #train(): void {
    const { maxEpochs, value, fails } = this.#settings;
    const trial = this.#busy[this.#random.integer(this.#busy.length)]!;
    const epoch = ++trial.trained;
    this.log.push([trial.number, epoch]);
    if (fails?.(trial.number, epoch)) {
      this.#leave(trial, 'failed');
      this.#scheduler.end(trial.number, 'failed');
      return;
    }
    const observed = value(trial.number, epoch);
    trial.reports.push([epoch, observed]);
    const verdict = this.#scheduler.asks ? this.#scheduler.report(trial.number, epoch, observed) : 'continue';
    if (epoch === maxEpochs) {
      if (verdict !== 'continue') throw new Error(`${verdict} after the last epoch`);
      this.#leave(trial, 'done');
      this.#scheduler.end(trial.number, 'done');
    } else if (verdict === 'pause') this.#leave(trial, 'paused');
    else if (verdict === 'stop') this.#leave(trial, 'pruned');
  }

  #leave(trial: SimulatedTrial, state: TrialState): void {
    trial.state = state;
    this.#busy = this.#busy.filter((other) => other !== trial);
  }
}
