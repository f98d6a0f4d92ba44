/**
 * The one-sided test of Mann and Whitney, by its normal approximation with the correction for ties and for continuity.
 * @returns the probability that values as small as `smaller` came about if both were alike.
 */
import { normalProbability } from '../../../src/core/normal-distribution.js';

export function probabilityOfChance(smaller: readonly number[], larger: readonly number[]): number {
  const all = [
    ...smaller.map((value) => ({ value, ours: true })),
    ...larger.map((value) => ({ value, ours: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let i = 0; i < all.length;) {
    let end = i;
    while (end < all.length && all[end]!.value === all[i]!.value) end++;
    const rank = (i + end + 1) / 2;
    for (let k = i; k < end; k++) if (all[k]!.ours) ranks += rank;
    ties += (end - i) ** 3 - (end - i);
    i = end;
  }
  const [n, m] = [smaller.length, larger.length];
  const u = ranks - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return normalProbability((u + 0.5 - (n * m) / 2) / Math.sqrt(variance));
}
