/**
 * One run of successive halving: rungs from the lowest up. Owns its rungs' order and how much is spent on second looks;
 * not the trials' states.
 */
import { Rung } from './rung.js';

export class Bracket {
  readonly rungs: readonly Rung[];
  readonly #reduction: number;
  readonly #maxEpochs: number;

  constructor(epochs: readonly number[], reduction: number, maxEpochs: number) {
    this.rungs = epochs.map((epoch) => new Rung(epoch, reduction));
    this.#reduction = reduction;
    this.#maxEpochs = maxEpochs;
  }

  /**
   * The rung of a trial that deserves a second look, when no new trials will come: the lowest, whose epochs tell the
   * least about the last one. Successive halving (Jamieson and Talwalkar 2016) gives every rung as many epochs as the
   * lowest. Whoever goes on from a checkpoint has paid 1/reduction of the second rung's already; what was saved, one whole
   * training at most, goes to the best of those that were passed over.
   */
  secondLook(): Rung | undefined {
    const lowest = this.rungs[0];
    if (lowest?.best === undefined) return undefined;
    const cost = (this.rungs[1]?.epoch ?? this.#maxEpochs) - lowest.epoch;
    const saved = (lowest.size * lowest.epoch) / this.#reduction;
    return (lowest.beyondQuota + 1) * cost <= Math.min(saved, this.#maxEpochs) ? lowest : undefined;
  }
}
