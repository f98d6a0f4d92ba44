/** The one-sided rank test of Mann and Whitney (1947), by its normal approximation with ties: for samples above 20. */

/** The probability of ranks as high as `sample`'s, or higher, if both came from one distribution. */
export function probabilityNotLarger(sample: readonly number[], other: readonly number[]): number {
  const all = [...sample, ...other].sort((a, b) => a - b);
  const ranks = new Map<number, number>();
  let ties = 0;
  for (let i = 0; i < all.length;) {
    let end = i;
    while (end < all.length && all[end] === all[i]) end++;
    ranks.set(all[i]!, (i + end + 1) / 2);
    ties += (end - i) ** 3 - (end - i);
    i = end;
  }
  const [n, m, total] = [sample.length, other.length, all.length];
  const u = sample.reduce((sum, value) => sum + ranks.get(value)!, 0) - (n * (n + 1)) / 2;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  return upperTail((u - (n * m) / 2 - 0.5) / deviation);
}

/** Of the standard normal distribution; Abramowitz and Stegun 1964, 26.2.17: right to 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z > 0 ? tail : 1 - tail;
}
