/** Whether one network is better than another on the same images, or luck would explain it. Knows nothing of runs. */
import { normalProbability } from '../../../core/normal-distribution.js';

/**
 * - `exact`: binomial; never above its level, whatever the counts.
 * - `continuity-corrected`: χ² with one degree of freedom and Edwards' correction.
 * - `mid-p`: the exact one less half of what was seen itself; less cautious.
 */
export type McNemarMethod = 'exact' | 'continuity-corrected' | 'mid-p';

export interface McNemarResult {
  /** Images that only the first gets right: b. */
  readonly onlyFirst: number;
  /** Images that only the second gets right: c. */
  readonly onlySecond: number;
  /** Two-sided p-value, from 0 to 1: how probable so uneven counts are if both were equally good. */
  readonly p: number;
  readonly method: McNemarMethod;
  /** By the counts alone; `p` tells how far to trust it. */
  readonly better: 'first' | 'second' | 'neither';
}

/** Below so many images that they disagree on, the exact test; the rule of textbooks. */
const fewDiscordant = 25;

/**
 * McNemar's test (McNemar 1947, "Note on the sampling error of the difference between correlated proportions or
 * percentages") on the images that exactly one of the two got right. By default exact below 25 of them, with Edwards'
 * continuity correction (1948) from there on. Methods as compared by Fagerland, Lydersen and Laake 2013, "The McNemar
 * test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional".
 */
export function mcnemarOfCounts(
  onlyFirst: number,
  onlySecond: number,
  method: McNemarMethod = onlyFirst + onlySecond < fewDiscordant ? 'exact' : 'continuity-corrected',
): McNemarResult {
  const better = onlyFirst === onlySecond ? 'neither' : onlyFirst > onlySecond ? 'first' : 'second';
  return { onlyFirst, onlySecond, p: pValue(onlyFirst, onlySecond, method), method, better };
}

/**
 * The same from the classes predicted.
 * @param first the class that the first predicts for each image; as long as `second` and `labels`
 */
export function mcnemar(
  first: readonly number[],
  second: readonly number[],
  labels: readonly number[],
  method?: McNemarMethod,
): McNemarResult {
  if (first.length !== labels.length || second.length !== labels.length)
    throw new RangeError(`${first.length} and ${second.length} predictions for ${labels.length} labels`);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (const [index, label] of labels.entries()) {
    if (first[index] === label && second[index] !== label) onlyFirst++;
    if (first[index] !== label && second[index] === label) onlySecond++;
  }
  return mcnemarOfCounts(onlyFirst, onlySecond, method);
}

function pValue(b: number, c: number, method: McNemarMethod): number {
  const count = b + c;
  if (count === 0) return 1;
  const fewer = Math.min(b, c);
  switch (method) {
    case 'exact':
      return Math.min(1, 2 * fairCoin(fewer, count).atMost);
    case 'mid-p': {
      const { atMost, exactly } = fairCoin(fewer, count);
      return Math.min(1, 2 * atMost - exactly);
    }
    case 'continuity-corrected': {
      const statistic = (Math.abs(b - c) - 1) ** 2 / count;
      // χ² with one degree of freedom is the square of a standard normal.
      return 2 * normalProbability(-Math.sqrt(statistic));
    }
  }
}

/** Of `count` throws of a fair coin, how probable exactly `heads` and at most `heads` are; `heads` at most half of them. */
function fairCoin(heads: number, count: number): { readonly exactly: number; readonly atMost: number } {
  let logarithm = -count * Math.LN2;
  for (let i = 1; i <= heads; i++) logarithm += Math.log((count - heads + i) / i);
  const exactly = Math.exp(logarithm);
  let term = exactly;
  let atMost = exactly;
  for (let i = heads; i > 0 && term > 0; i--) {
    term *= i / (count - i + 1);
    atMost += term;
  }
  return { exactly, atMost };
}
