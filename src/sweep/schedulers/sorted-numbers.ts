/** Numbers in ascending order, and their median at once. Owns the order; NaN must not be put in. */
export class SortedNumbers {
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#numbers.length;
  }

  /** Of an even number of them the mean of the two in the middle; NaN of none. */
  get median(): number {
    const middle = this.#numbers.length >>> 1;
    const upper = this.#numbers[middle] ?? NaN;
    return this.#numbers.length % 2 === 1 ? upper : (this.#numbers[middle - 1]! + upper) / 2;
  }

  add(number: number): void {
    this.#numbers.splice(this.#place(number), 0, number);
  }

  /** Takes one of those equal to it away. */
  delete(number: number): void {
    const at = this.#place(number);
    if (this.#numbers[at] === number) this.#numbers.splice(at, 1);
  }

  /** Where the first that is no smaller stands. */
  #place(number: number): number {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
