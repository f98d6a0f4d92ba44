/**
 * Trials that another scheduler paused, before the sweep went on with one that pauses nobody: they are owed their
 * remaining epochs. Owns their order, by number.
 */
import type { SchedulerContext } from './scheduler.js';

export class RecordedPauses {
  readonly #trials: Set<number>;

  constructor({ trials }: SchedulerContext) {
    const paused = trials.filter(({ state }) => state === 'paused').map(({ number }) => number);
    this.#trials = new Set(paused.sort((a, b) => a - b));
  }

  /** The next one, which is paused no more. */
  take(): number | undefined {
    const [next] = this.#trials;
    if (next !== undefined) this.#trials.delete(next);
    return next;
  }

  delete(trial: number): void {
    this.#trials.delete(trial);
  }
}
