/** What values a parameter may take, as statistics need to know it, and a guess at it from values alone. */

export interface NumberDomain {
  readonly kind: 'number';
  /** Both ends included. */
  readonly low: number;
  readonly high: number;
  /** Spaced evenly by its logarithm; `low` is above 0. */
  readonly log: boolean;
  /** Only low, low + step, …; 1 for whole numbers. */
  readonly step?: number | undefined;
}

export type ParameterDomain =
  | NumberDomain
  /** Values are indices from 0; no order among them. */
  | { readonly kind: 'category'; readonly count: number };

/** So many times the lowest, and a number may be thought of by its logarithm. */
const wide = 20;
/** How far the ratios of one value to the next may differ where values are doublings or the like. */
const evenRatios = 0.01;

/**
 * Whether numbers are spaced by their logarithm: all above 0, and either spread widely with as many below the middle of
 * their logarithms as above (of numbers drawn evenly from 0 to 1 most lie far above it), or three and more that grow by the
 * same factor (16, 32, 64).
 */
export function looksLogarithmic(values: readonly number[]): boolean {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if (sorted.length < 3 || sorted[0]! <= 0) return false;
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  if (high / low >= wide) {
    const median = sorted[sorted.length >> 1]!;
    const byLogarithm = Math.log(median / low) / Math.log(high / low);
    const plain = (median - low) / (high - low);
    return Math.abs(byLogarithm - 0.5) <= Math.abs(plain - 0.5);
  }
  const ratios = sorted.slice(1).map((value, i) => value / sorted[i]!);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return least >= 1.5 && most / least - 1 <= evenRatios;
}

/** The range that numbers were seen in: what is known where no sweep says what they might have been. */
export function observedDomain(values: readonly number[], log = looksLogarithmic(values)): NumberDomain {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  const domain = { kind: 'number', low, high, log } as const;
  return values.every(Number.isInteger) ? { ...domain, step: 1 } : domain;
}

/** All that either has, and on a logarithmic scale if one of them is. */
export function union(a: NumberDomain, b: NumberDomain): NumberDomain {
  const low = Math.min(a.low, b.low);
  const domain = {
    kind: 'number' as const,
    low,
    high: Math.max(a.high, b.high),
    log: (a.log || b.log) && low > 0,
  };
  return a.step !== undefined && a.step === b.step ? { ...domain, step: a.step } : domain;
}
