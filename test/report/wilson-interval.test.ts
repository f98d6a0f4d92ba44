import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../src/report/wilson-interval.js';

describe('the confidence interval of a share', () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('is that of the published table for %i of %i', (hits, count, low, high) => {
    const interval = wilsonInterval(hits / count, count);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('stays inside 0 and 1 when everything is right', () => {
    const { low, high } = wilsonInterval(1, 10_000);
    expect(high).toBe(1);
    expect(low).toBeCloseTo(0.999616, 6);
  });
});
