/**
 * Math.random from a seed while a piece of synchronous work runs. tfjs draws from Math.random wherever one of its
 * operations takes no seed (the orthogonal initializer, dropout without a seed), and from the clock or Math.random where
 * the seed given is 0 or missing; there is no other way to make those draws repeatable. Owns no state between calls.
 */
import { RandomStream } from '../core/random.js';

/**
 * Runs `work` with `Math.random` replaced by a stream named by `seed`, and puts the real one back whatever happens.
 *
 * `work` must be synchronous: anything it leaves pending would draw from the real `Math.random` again, and whoever else
 * ran in between would draw from ours. A promise returned by `work` is therefore refused as a bug in the caller. Calls
 * nest; the inner one has a stream of its own and does not shift what the outer one draws afterwards.
 *
 * @param seed any finite number; equal seeds give equal draws.
 * @throws {TypeError} when `work` returns a promise.
 */
export function withSeededMathRandom<T>(seed: number, work: () => T): T {
  const before = Math.random;
  const stream = new RandomStream(seed, 'Math.random');
  Math.random = () => stream.float();
  try {
    const result = work();
    if (result instanceof Promise) throw new TypeError('withSeededMathRandom takes synchronous work only');
    return result;
  } finally {
    Math.random = before;
  }
}
