/**
 * What successive halving knows of one trial: how far it is, where it stands, whether it may go on. Owns how that follows
 * from its reports; not who is promoted.
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
    if (next === undefined || epoch < next.epoch) return;
    // Begun again at the rung below and already here: then it had been promoted.
    if (!this.goesOn) this.goOn();
    const item = { trial: this.number, value };
    next.reach(item);
    this.standing = { rung: next, item };
    this.goesOn = false;
    this.#level++;
  }
}
