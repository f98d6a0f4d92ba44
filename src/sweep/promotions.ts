/**
 * Whom the scheduler promotes. It decides by reports, and so may promote a trial that was told to pause and whose job has
 * not ended yet: that one goes on as soon as it has. Owns these few; everything else about trials is `trial-book.ts`'s.
 */
import type { Scheduler } from './schedulers/scheduler.js';
import type { TrialBook } from './trial-book.js';

export class Promotions {
  readonly #scheduler: Scheduler;
  readonly #book: TrialBook;
  /** Promoted before they had come to rest, with the epoch that they were to pause at. */
  readonly #early = new Map<number, number | undefined>();

  constructor(scheduler: Scheduler, book: TrialBook) {
    this.#scheduler = scheduler;
    this.#book = book;
  }

  /** The paused trial to go on with now. @param last no further trials will come. */
  next(last: boolean): number | undefined {
    for (;;) {
      const number = this.#scheduler.promote(last);
      const trial = number === undefined ? undefined : this.#book.trials[number];
      if (number === undefined || trial?.state === 'paused') return number;
      this.#early.set(number, trial?.last?.epoch);
      // Should its worker be lost before it has paused, it hears when it asks again that it may go on.
      this.#book.promote(number);
    }
  }

  /** Asked when a trial has paused: whether it was promoted meanwhile. */
  isDue(number: number): boolean {
    const { last } = this.#book.trials[number]!;
    const isDue = this.#early.has(number) && this.#early.get(number) === last?.epoch;
    this.#early.delete(number);
    return isDue;
  }
}
