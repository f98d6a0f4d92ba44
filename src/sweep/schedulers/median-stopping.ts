/**
 * The median stopping rule (Golovin et al. 2017, "Google Vizier: a service for black-box optimization", KDD): a trial is
 * stopped for good when its best value so far is worse than the median of the completed trials' at that epoch. Published
 * is a comparison with the median of their *mean* values so far; on curves that fall hardly anybody's best is worse than
 * that (docs/schedulers.md), so best is compared with best. Owns the rule; nothing is ever paused.
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

interface Curve {
  /** After each epoch from 1: the best so far. NaN is never the best; infinite before the first number. */
  readonly bests: number[];
  complete: boolean;
}

export class MedianStopping implements Scheduler {
  readonly name = 'median';
  readonly asks = true;
  readonly #settings: MedianSettings;
  readonly #maxEpochs: number;
  readonly #curves = new Map<number, Curve>();
  /** Of the completed trials, for each epoch from 1. */
  readonly #bests: readonly SortedNumbers[];
  readonly #pauses: RecordedPauses;

  constructor(settings: MedianSettings, context: SchedulerContext) {
    this.#settings = settings;
    this.#maxEpochs = context.maxEpochs;
    this.#bests = Array.from({ length: context.maxEpochs }, () => new SortedNumbers());
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
    const others = this.#bests[epoch - 1]!;
    if (others.size === 0 || others.size < this.#settings.startupTrials) return 'continue';
    return curve.bests[epoch - 1]! > others.median ? 'stop' : 'continue';
  }

  promote(): number | undefined {
    return this.#pauses.take();
  }

  end(trial: number, state: EndedTrialState = 'done'): void {
    this.#pauses.delete(trial);
    const curve = this.#curves.get(trial);
    if (curve === undefined) return;
    if (state === 'done') this.#complete(curve);
    else if (curve.complete) this.#each(curve, (bests, best) => bests.delete(best));
    this.#curves.delete(trial);
  }

  #record(trial: number, epoch: number, value: number): Curve {
    let curve = this.#curves.get(trial);
    if (curve === undefined) {
      curve = { bests: [], complete: false };
      this.#curves.set(trial, curve);
    }
    const { bests } = curve;
    if (epoch <= bests.length || epoch > this.#maxEpochs) return curve;
    const before = bests.at(-1) ?? Infinity;
    // Epochs whose reports were lost have brought nothing better.
    while (bests.length < epoch - 1) bests.push(before);
    bests.push(value < before ? value : before);
    if (epoch === this.#maxEpochs) this.#complete(curve);
    return curve;
  }

  #complete(curve: Curve): void {
    if (curve.complete) return;
    curve.complete = true;
    this.#each(curve, (bests, best) => bests.add(best));
  }

  /** A trial that ended early, and in order, stands at its best from then on. */
  #each({ bests }: Curve, visit: (others: SortedNumbers, best: number) => void): void {
    const last = bests.at(-1);
    if (last !== undefined) this.#bests.forEach((others, i) => visit(others, bests[i] ?? last));
  }
}
