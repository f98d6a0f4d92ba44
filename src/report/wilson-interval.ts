/** How sure a share is that was counted on so many cases. */

/** The normal quantile of a two-sided interval of 95 %. */
const z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of 95 % for a binomial share (Wilson 1927; Brown, Cai and DasGupta 2001, eq. 4): unlike the
 * textbook's ± interval it stays inside [0, 1] and holds its level near 0 and 1, where classifiers live.
 *
 * @param share from 0 to 1
 * @param count how many cases, at least 1
 */
export function wilsonInterval(share: number, count: number): Interval {
  const spread = (z * z) / count;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
