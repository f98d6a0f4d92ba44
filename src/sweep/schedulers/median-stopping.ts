/**
 * The median stopping rule (Golovin et al. 2017, "Google Vizier: a service for black-box optimization", KDD): a trial is
 * stopped for good when its best value so far is worse than the median, over completed trials, of the mean of their
 * values up to that epoch. Owns the rule; nothing is ever paused.
 */
import type { EndedTrialState } from '../../core/sweep-events.js';
import { RecordedPauses } from './recorded-pauses.js';
import type { Scheduler, SchedulerContext, Verdict } from './scheduler.js';
import { SortedNumbers } from './sorted-numbers.js';

export interface MedianSettings {
  /** So many trials must be complete before any is stopped. */
  readonly startupTrials: number;
  /** No trial is stopped at these first epochs. */
  readonly warmupEpochs: number;
}

/** A trial's values up to now. NaN is left out of account: it is never the best, and no part of a mean. */
interface Curve {
  epoch: number;
  best: number;
  sum: number;
  count: number;
  /** After each epoch from 1: the mean so far; infinite before the first number. */
  readonly means: number[];
  complete: boolean;
}

export class MedianStopping implements Scheduler {
  readonly name = 'median';
  readonly asks = true;
  readonly #settings: MedianSettings;
  readonly #maxEpochs: number;
  readonly #curves = new Map<number, Curve>();
  /** Of the completed trials, for each epoch from 1. */
  readonly #means: readonly SortedNumbers[];
  readonly #pauses: RecordedPauses;

  constructor(settings: MedianSettings, context: SchedulerContext) {
    this.#settings = settings;
    this.#maxEpochs = context.maxEpochs;
    this.#means = Array.from({ length: context.maxEpochs }, () => new SortedNumbers());
    this.#pauses = new RecordedPauses(context);
    for (const { number, state, reports } of context.trials) {
      for (const [epoch, value] of [...reports].sort(([a], [b]) => a - b)) this.#record(number, epoch, value);
      if (state !== 'waiting' && state !== 'running' && state !== 'paused') this.end(number, state);
    }
  }

  report(trial: number, epoch: number, value: number): Verdict {
    this.#pauses.delete(trial);
    const curve = this.#record(trial, epoch, value);
    if (epoch >= this.#maxEpochs || epoch <= this.#settings.warmupEpochs) return 'continue';
    const others = this.#means[epoch - 1]!;
    if (others.size === 0 || others.size < this.#settings.startupTrials) return 'continue';
    return curve.best > others.median ? 'stop' : 'continue';
  }

  promote(): number | undefined {
    return this.#pauses.take();
  }

  end(trial: number, state: EndedTrialState = 'done'): void {
    this.#pauses.delete(trial);
    const curve = this.#curves.get(trial);
    if (curve === undefined) return;
    if (state === 'done') this.#complete(curve);
    else if (curve.complete) this.#each(curve, (means, mean) => means.delete(mean));
    this.#curves.delete(trial);
  }

  #record(trial: number, epoch: number, value: number): Curve {
    let curve = this.#curves.get(trial);
    if (curve === undefined) {
      curve = { epoch: 0, best: Infinity, sum: 0, count: 0, means: [], complete: false };
      this.#curves.set(trial, curve);
    }
    if (epoch <= curve.epoch || epoch > this.#maxEpochs) return curve;
    // Epochs whose reports were lost are taken to have told nothing.
    const before = curve.means.at(-1) ?? Infinity;
    while (curve.means.length < epoch - 1) curve.means.push(before);
    if (!Number.isNaN(value)) {
      curve.best = Math.min(curve.best, value);
      curve.sum += value;
      curve.count++;
    }
    curve.means.push(curve.count > 0 ? curve.sum / curve.count : Infinity);
    curve.epoch = epoch;
    if (epoch === this.#maxEpochs) this.#complete(curve);
    return curve;
  }

  #complete(curve: Curve): void {
    if (curve.complete) return;
    curve.complete = true;
    this.#each(curve, (means, mean) => means.add(mean));
  }

  /** A trial that ended early, and in order, stands at its last mean from then on. */
  #each(curve: Curve, visit: (means: SortedNumbers, mean: number) => void): void {
    if (curve.means.length === 0) return;
    this.#means.forEach((means, i) => visit(means, curve.means[i] ?? curve.means.at(-1)!));
  }
}
