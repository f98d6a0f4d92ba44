/**
 * What successive halving knows of one trial: how far it is, and by which value it is ranked. Owns that value: the mean
 * over the last third of the epochs before a rung, which is less at the mercy of one epoch's noise than the last alone.
 */
import type { RankedTrial } from './ranking.js';
import type { Bracket } from './bracket.js';
import type { Rung } from './rung.js';

export class HalvedTrial {
  readonly number: number;
  readonly #bracket: Bracket;
  /** `training`: begun, or to be begun again; nobody needs to promote it. */
  state: 'training' | 'paused' | 'ended' = 'training';
  /** Whether it may train past its rung: it was promoted, or has reached none yet. */
  goesOn = true;
  /** The last epoch it reported. */
  epoch = 0;
  /** The highest rung it reached, and the value it has there. */
  standing: { readonly rung: Rung; readonly item: RankedTrial } | undefined;
  #level = 0;
  #sum = 0;
  #count = 0;

  constructor(number: number, bracket: Bracket) {
    this.number = number;
    this.#bracket = bracket;
  }

  /** It was promoted from its rung. */
  goOn(): void {
    this.goesOn = true;
    this.standing?.rung.countPromotion();
  }

  /** Notes an epoch that it had not reported before. At a rung it may not go on until it is promoted. */
  record(epoch: number, value: number): void {
    this.epoch = epoch;
    const next = this.#bracket.rungs[this.#level];
    if (next === undefined) return;
    // An epoch without a number (a metric undefined as yet) tells nothing, unless it is the last before the comparison.
    if (3 * epoch > 2 * next.epoch && !Number.isNaN(value)) {
      this.#sum += value;
      this.#count++;
    }
    if (epoch < next.epoch) return;
    // Begun again at the rung below and already here: then it had been promoted.
    if (!this.goesOn) this.goOn();
    const mean = Number.isNaN(value) ? NaN : this.#sum / this.#count;
    const item = { trial: this.number, value: mean };
    next.reach(item);
    this.standing = { rung: next, item };
    this.goesOn = false;
    this.#sum = 0;
    this.#count = 0;
    this.#level++;
  }
}
