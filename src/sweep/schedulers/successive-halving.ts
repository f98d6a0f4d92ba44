/**
 * Asynchronous successive halving in one bracket (ASHA) or several (Hyperband): trials are paused at each rung, and the
 * best third (or whatever `reduction` says) go on from their checkpoints. Owns the trials' states and whose turn it is;
 * `asha.ts` and `hyperband.ts` say which brackets there are. All that it knows follows from states and reports.
 */
import type { EndedTrialState } from '../../core/sweep-events.js';
import type { Bracket } from './bracket.js';
import { HalvedTrial } from './halved-trial.js';
import type { Rung } from './rung.js';
import type { ScheduledTrial, Scheduler, SchedulerContext, Verdict } from './scheduler.js';

export class SuccessiveHalving implements Scheduler {
  readonly name: string;
  readonly asks: boolean;
  readonly #maxEpochs: number;
  readonly #brackets: readonly Bracket[];
  readonly #bracketOf: (trial: number) => Bracket;
  /** Of all brackets, the highest first. */
  readonly #rungs: readonly Rung[];
  readonly #trials = new Map<number, HalvedTrial>();
  readonly #training = new Set<number>();
  /** Trials that trained as long as they were to. */
  readonly #finished = new Set<number>();
  /** Paused before their first rung, by a scheduler with other settings: they have been compared with nobody yet. */
  readonly #strayed = new Set<number>();

  /** @param bracketOf a pure function of the trial's number. */
  constructor(
    name: string,
    brackets: readonly Bracket[],
    bracketOf: (trial: number) => Bracket,
    context: SchedulerContext,
  ) {
    this.name = name;
    this.#brackets = brackets;
    this.#bracketOf = bracketOf;
    this.#maxEpochs = context.maxEpochs;
    this.#rungs = brackets.flatMap(({ rungs }) => rungs).sort((a, b) => b.epoch - a.epoch);
    this.asks = this.#rungs.length > 0;
    // By number: whoever strayed goes on in that order, whatever the order of the records.
    for (const trial of context.trials.toSorted((a, b) => a.number - b.number)) this.#restore(trial);
  }

  report(number: number, epoch: number, value: number): Verdict {
    const trial = this.#trial(number);
    if (trial.state !== 'training') this.#train(trial);
    if (epoch > trial.epoch) trial.record(epoch, value);
    if (epoch >= this.#maxEpochs) {
      this.#finished.add(number);
      if (!trial.goesOn) trial.goOn();
    }
    return trial.goesOn ? 'continue' : this.#judge(trial);
  }

  promote(last: boolean): number | undefined {
    const [strayed] = this.#strayed;
    if (strayed !== undefined) {
      this.#train(this.#trial(strayed));
      return strayed;
    }
    const deserving = this.#rungs.find((rung) => rung.best !== undefined && rung.mayPromote(rung.best));
    const best = (deserving ?? (last ? this.#beyondQuota() : undefined))?.best;
    if (best === undefined) return undefined;
    const trial = this.#trial(best.trial);
    this.#train(trial);
    trial.goOn();
    return trial.number;
  }

  end(number: number, state: EndedTrialState = 'done'): void {
    const trial = this.#trial(number);
    this.#leave(trial, 'ended');
    if (state === 'failed') this.#finished.delete(number);
    else if (state === 'done') this.#finished.add(number);
    const { standing } = trial;
    if (standing !== undefined && (state === 'failed' || trial.epoch === standing.rung.epoch)) {
      standing.rung.drop(standing.item, trial.goesOn);
      trial.goesOn = false;
    }
  }

  /** No trial has deserved to go on, and none will come: second looks, and somebody has to reach the last epoch. */
  #beyondQuota(): Rung | undefined {
    for (const bracket of this.#brackets) {
      const rung = bracket.secondLook();
      if (rung !== undefined) return rung;
    }
    // One that is still training may get there, or to where it can be compared.
    if (this.#finished.size > 0 || this.#training.size > 0) return undefined;
    return this.#rungs.find(({ best }) => best !== undefined);
  }

  /**
   * A trial at a rung that would be promoted the next moment need not be paused. Also the question about a trial that was
   * begun again at its rung or behind it: whether it had been promoted was not recorded, but follows.
   */
  #judge(trial: HalvedTrial): Verdict {
    const { rung, item } = trial.standing!;
    if (Number.isNaN(item.value)) {
      this.#leave(trial, 'ended');
      return 'stop';
    }
    if (rung.mayPromote(item)) {
      trial.goOn();
      return 'continue';
    }
    this.#leave(trial, 'paused');
    rung.pause(item);
    return 'pause';
  }

  #train(trial: HalvedTrial): void {
    this.#leave(trial, 'training');
    this.#training.add(trial.number);
  }

  #leave(trial: HalvedTrial, state: HalvedTrial['state']): void {
    if (trial.state === 'paused') trial.standing?.rung.leave(trial.standing.item);
    trial.state = state;
    this.#strayed.delete(trial.number);
    this.#training.delete(trial.number);
  }

  #trial(number: number): HalvedTrial {
    let trial = this.#trials.get(number);
    if (trial === undefined) {
      trial = new HalvedTrial(number, this.#bracketOf(number));
      this.#trials.set(number, trial);
      this.#training.add(number);
    }
    return trial;
  }

  #restore({ number, state, reports }: ScheduledTrial): void {
    const trial = this.#trial(number);
    for (const [epoch, value] of [...reports].sort(([a], [b]) => a - b)) {
      if (epoch > trial.epoch) trial.record(epoch, value);
    }
    if (trial.epoch >= this.#maxEpochs) this.#finished.add(number);
    const { standing } = trial;
    // Past its rung it was promoted; at the rung, or where it was paused, that is to be asked again.
    if (standing !== undefined && state !== 'paused' && trial.epoch > standing.rung.epoch) {
      trial.goOn();
    }
    switch (state) {
      case 'waiting':
      case 'running':
        break;
      case 'paused':
        this.#leave(trial, 'paused');
        if (standing === undefined) this.#strayed.add(number);
        else standing.rung.pause(standing.item);
        break;
      case 'done':
      case 'pruned':
      case 'failed':
      case 'infeasible':
        this.end(number, state);
    }
  }
}
