/**
 * Drawing some of many images so that each class keeps its share. Works on labels and places alone; which images the
 * places stand for is the caller's business.
 */
import type { RandomStream } from '../core/random.js';

/**
 * Shares `total` out in proportion to `counts`, by largest remainders (ties to the lower place); nobody gets more than
 * its count.
 * @param total a whole number from 0 to the sum of counts.
 */
export function proportionalShares(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (count * total) / sum);
  const shares = exact.map(Math.floor);
  const left = total - shares.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((value, place) => ({ place, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.place - b.place);
  for (const { place } of byRemainder.slice(0, left)) shares[place]!++;
  return shares;
}

/**
 * Draws `total` of the places in `candidates`, each class keeping its share of them.
 *
 * With the same streams, a smaller draw is part of a larger one wherever a class's share is not larger.
 * @param labels of all images; @param randomOf gives each class a stream of its own.
 * @returns the places drawn and those left, both in ascending order.
 */
export function drawStratified(
  labels: Int32Array,
  candidates: Uint32Array,
  classes: number,
  total: number,
  randomOf: (label: number) => RandomStream,
): { drawn: Uint32Array; left: Uint32Array } {
  const byClass = Array.from({ length: classes }, (): number[] => []);
  for (const place of candidates) byClass[labels[place]!]!.push(place);
  const shares = proportionalShares(
    byClass.map((places) => places.length),
    total,
  );
  const drawn: number[] = [];
  const left: number[] = [];
  byClass.forEach((places, label) => {
    randomOf(label).shuffle(places);
    drawn.push(...places.slice(0, shares[label]));
    left.push(...places.slice(shares[label]));
  });
  return { drawn: Uint32Array.from(drawn).sort(), left: Uint32Array.from(left).sort() };
}
