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

  /** What `uint32()` would give, one after another, at a fifth of the time: the state stays in local variables. */
  fillUint32(into: Uint32Array): void {
    let a = this.#a | 0;
    let b = this.#b | 0;
    let c = this.#c | 0;
    let counter = this.#counter | 0;
    for (let i = 0; i < into.length; i++) {
      const t = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      into[i] = t;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }

  /**
   * 1 with the probability, else 0, for each element. An element takes 8 bits, and 32 more in the one case of 256 where
   * those leave it open, so that the probability holds to 2^-40.
   */
  fillChosen(into: Uint8Array, probability: number): void {
    const words = new Uint32Array(Math.ceil(into.length / 4));
    this.fillUint32(words);
    const bytes = new Uint8Array(words.buffer, 0, into.length);
    const scaled = probability * 256;
    const certain = Math.floor(scaled);
    for (let i = 0; i < into.length; i++) into[i] = (bytes[i]! - certain) >>> 31;
    const open = (scaled - certain) * 0x100000000;
    if (open === 0) return;
    for (let i = bytes.indexOf(certain); i >= 0; i = bytes.indexOf(certain, i + 1)) {
      if (this.uint32() < open) into[i] = 1;
    }
  }

  /** Normal numbers by the polar method, from 32 bits for each coordinate: finer than float32 tells apart. */
  fillNormal(into: Float32Array, mean: number, standardDeviation: number): void {
    const words = new Uint32Array(1024);
    let at = words.length;
    for (let i = 0; i < into.length; i += 2) {
      let u: number, v: number, s: number;
      do {
        if (at === words.length) {
          this.fillUint32(words);
          at = 0;
        }
        u = words[at++]! / 0x80000000 - 1;
        v = words[at++]! / 0x80000000 - 1;
        s = u * u + v * v;
      } while (s >= 1 || s === 0);
      const factor = standardDeviation * Math.sqrt((-2 * Math.log(s)) / s);
      into[i] = mean + u * factor;
      // An array of odd length takes no notice of the one behind its end.
      into[i + 1] = mean + v * factor;
    }
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
