/**
 * Random bits for each of very many things, by their place: which bits thing 7 gets depends on the stream's name and on
 * 7 alone, and they cost no object and no text to hash. Owns the drawing; `random.ts` is what to use for anything else.
 */
import { RandomStream } from './random.js';

/** Rounds after which sfc32's state has nothing left of how it was seeded. */
const warmUp = 12;

export class IndexedRandom {
  readonly #a: number;
  readonly #c: number;

  constructor(seed: number, ...labels: readonly (string | number)[]) {
    const stream = new RandomStream(seed, ...labels);
    this.#a = stream.uint32();
    this.#c = stream.uint32();
  }

  /** Fills `bits` with uniform 32-bit numbers, by sfc32 (Chris Doty-Humphrey, PractRand) seeded with the place. */
  fill(index: number, bits: Int32Array): void {
    let a = this.#a | 0;
    let b = index | 0;
    let c = this.#c | 0;
    const { length } = bits;
    for (let i = -warmUp; i < length; i++) {
      const drawn = (a + b + i) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + drawn) | 0;
      if (i >= 0) bits[i] = drawn;
    }
  }
}
