/**
 * An epoch at which a bracket's trials are compared: who reached it, who waits there, how many went on. Owns who is good
 * enough; not whether anybody has time to train it.
 */
import { Ranking, type RankedTrial } from './ranking.js';

export class Rung {
  readonly epoch: number;
  readonly #reduction: number;
  /** All that reached the rung, but for those that failed on their way from it. */
  readonly #reached = new Ranking();
  /** Those of them that are paused here. */
  readonly #paused = new Ranking();
  #promoted = 0;
  #size = 0;

  constructor(epoch: number, reduction: number) {
    this.epoch = epoch;
    this.#reduction = reduction;
  }

  /** How many ever reached it. */
  get size(): number {
    return this.#size;
  }

  /** The best of those that are paused here. */
  get best(): RankedTrial | undefined {
    return this.#paused.first;
  }

  /**
   * How many may go on, of those that came so far: exactly 1/reduction. ASHA as published lets any trial go on that is
   * among the best 1/reduction at some time, so that those promoted too early come on top of the quota; here they are
   * counted in it. (On learning curves that saves a tenth to a quarter of the epochs; see docs/schedulers.md.)
   */
  get #quota(): number {
    return Math.floor(this.size / this.#reduction);
  }

  /** How many went on that the quota does not pay for. */
  get beyondQuota(): number {
    return Math.max(0, this.#promoted - this.#quota);
  }

  reach(item: RankedTrial): void {
    this.#reached.add(item);
    this.#size++;
  }

  pause(item: RankedTrial): void {
    this.#paused.add(item);
  }

  /** It is not paused here any more. */
  leave(item: RankedTrial): void {
    this.#paused.delete(item);
  }

  /** Whether a trial that stands here, paused or not, may go on. */
  mayPromote(item: RankedTrial): boolean {
    const free = this.#quota - this.#promoted;
    return this.#paused.rank(item) < free && this.#reached.rank(item) < this.#quota;
  }

  countPromotion(): void {
    this.#promoted++;
  }

  /** It ended before it could come any further: its place among the best is somebody else's. */
  drop(item: RankedTrial, promoted: boolean): void {
    this.#reached.delete(item);
    if (promoted) this.#promoted--;
  }
}
