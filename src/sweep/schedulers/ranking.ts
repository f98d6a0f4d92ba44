/**
 * Trials from the smallest value to the largest, of equal ones the earlier trial first; NaN comes last. Owns the order
 * and finding a place in it by halving; not what the values mean.
 */

export interface RankedTrial {
  readonly trial: number;
  readonly value: number;
}

/** Below 0 if `a` comes before `b`. */
function compareRanked(a: RankedTrial, b: RankedTrial): number {
  if (a.value < b.value) return -1;
  if (a.value > b.value) return 1;
  return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value)) || a.trial - b.trial;
}

export class Ranking {
  /** An array: with ten thousand trials an insertion moves 40 kB on average, a few microseconds. */
  readonly #items: RankedTrial[] = [];

  get first(): RankedTrial | undefined {
    return this.#items[0];
  }

  /** How many come before it, whether it is among them or not. */
  rank(item: RankedTrial): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRanked(this.#items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(item: RankedTrial): void {
    this.#items.splice(this.rank(item), 0, item);
  }

  delete(item: RankedTrial): void {
    const at = this.rank(item);
    if (this.#items[at]?.trial === item.trial) this.#items.splice(at, 1);
  }
}
