/**
 * Seeded random numbers, the same on every machine: independent streams named by a seed and labels, so that what one
 * part draws never shifts what another does. Nothing in Assay that reaches a number draws from Math.random.
 */

/** FNV-1a over UTF-16 units followed by a murmur3 finaliser; a label's 32-bit hash. */
function hash32(text: string, start: number): number {
  let h = (0x811c9dc5 ^ start) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A stream of random numbers by sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state.
 * `new RandomStream(7, 'shuffle', epoch)` is one stream; other labels give one independent of it.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare: number | undefined;

  constructor(seed: number, ...labels: readonly (string | number)[]) {
    const name = JSON.stringify([seed, ...labels]);
    this.#a = hash32(name, 0x9e3779b9);
    this.#b = hash32(name, 0x243f6a88);
    this.#c = hash32(name, 0xb7e15162);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** Uniform on [0, 1), 53 bits. */
  float(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform on [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  /** A whole number from 0 to `below` - 1, without bias (rejection). */
  integer(below: number): number {
    const limit = 0x100000000 - (0x100000000 % below);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return drawn % below;
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    let u: number, v: number, s: number;
    do {
      u = 2 * this.float() - 1;
      v = 2 * this.float() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spare = v * factor;
    return u * factor;
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends Uint32Array | Int32Array | unknown[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j]!;
      items[j] = held!;
    }
    return items;
  }
}

/** The numbers from 0 to `count` - 1 in random order. */
export function permutation(count: number, random: RandomStream): Uint32Array {
  return random.shuffle(Uint32Array.from({ length: count }, (_, i) => i));
}
