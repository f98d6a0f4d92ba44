/**
 * A Sobol sequence of any number of axes, Owen-scrambled. Axes beyond those that have direction numbers take the same
 * ones again, visited in another (nested uniformly shuffled) order: each block of axes is low in discrepancy, and blocks
 * are independent of one another (Burley 2020, "padding"). Knows nothing of spaces.
 */
import type { RandomStream } from '../../core/random.js';
import { directionNumbers } from './direction-numbers.js';

const bits = 32;
const block = directionNumbers.length + 1;

export class ScrambledSobol {
  readonly #seeds: Uint32Array;
  readonly #shuffles: Uint32Array;
  readonly #matrices: readonly Uint32Array[];

  constructor(axes: number, random: RandomStream) {
    this.#seeds = new Uint32Array(axes);
    random.fillUint32(this.#seeds);
    this.#shuffles = new Uint32Array(Math.ceil(axes / block));
    random.fillUint32(this.#shuffles);
    this.#matrices = Array.from({ length: Math.min(axes, block) }, (_, axis) => generatorMatrix(axis));
  }

  /** The coordinate in [0, 1) of the point of this index (below 2^32) on an axis. */
  at(index: number, axis: number): number {
    const number = Math.floor(axis / block);
    const visited = number === 0 ? index : scramble(index, this.#shuffles[number]!);
    const matrix = this.#matrices[axis % block]!;
    let x = 0;
    for (let bit = 0, rest = visited; rest !== 0; bit++, rest >>>= 1) if ((rest & 1) === 1) x ^= matrix[bit]!;
    return scramble(x >>> 0, this.#seeds[axis]!) / 2 ** bits;
  }
}

/** What each bit of the index adds (exclusive or) to the coordinate, whose first binary digit is the highest bit. */
function generatorMatrix(axis: number): Uint32Array {
  const columns = new Uint32Array(bits);
  if (axis === 0) return columns.map((_, i) => 2 ** (bits - 1 - i));
  const [polynomial, ...initial] = directionNumbers[axis - 1] as [number, ...number[]];
  const degree = initial.length;
  for (let i = 0; i < bits; i++) {
    if (i < degree) {
      columns[i] = initial[i]! * 2 ** (bits - 1 - i);
      continue;
    }
    let column = columns[i - degree]! ^ (columns[i - degree]! >>> degree);
    for (let k = 1; k < degree; k++) {
      if (((polynomial >>> (degree - k)) & 1) === 1) column ^= columns[i - k]!;
    }
    columns[i] = column;
  }
  return columns;
}

/**
 * Owen scrambling by a hash (Laine and Karras 2011, with the constants Burley gives): a bit is flipped depending on the
 * seed and on the bits above it only. The hash lets lower bits act on higher ones, so it works on reversed bits.
 */
function scramble(value: number, seed: number): number {
  let x = reverseBits(value);
  x = (x + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reverseBits(x >>> 0);
}

function reverseBits(value: number): number {
  let x = value;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
