import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mcnemar, mcnemarOfCounts } from '../../../src/report/comparison/statistics/mcnemar.js';
import { wilsonInterval } from '../../../src/report/wilson-interval.js';

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/mcnemar.json', import.meta.url), 'utf8')) as {
  readonly mcnemar: readonly { b: number; c: number; exact: number; corrected: number; midP: number }[];
  readonly wilson: readonly { hits: number; count: number; low: number; high: number }[];
};

function expectClose(found: number, wanted: number, relative: number): void {
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(relative * wanted);
}

describe("McNemar's test", () => {
  it.each(fixture.mcnemar)(
    'gives the p-values of statsmodels for $b and $c',
    ({ b, c, exact, corrected, midP }) => {
      expectClose(mcnemarOfCounts(b, c, 'exact').p, exact, 1e-10);
      expectClose(mcnemarOfCounts(b, c, 'continuity-corrected').p, corrected, 1e-10);
      expectClose(mcnemarOfCounts(b, c, 'mid-p').p, midP, 1e-10);
    },
  );

  it('is that of published examples', () => {
    // Agresti 1990, "Categorical Data Analysis", p. 350, approval of a president: 150 and 86 changed their mind; χ² is 17.36
    // as the book has it, 16.82 with the correction, as the example of R's mcnemar.test gives it: p = 4.115e-05.
    expect(mcnemarOfCounts(150, 86).p).toBeCloseTo(4.115e-5, 8);
    // Fagerland, Lydersen and Laake 2013, table 1 (airway hyper-responsiveness of 21 children): 1 and 7; exact 0.070,
    // mid-p 0.039.
    expect(mcnemarOfCounts(1, 7, 'exact').p).toBeCloseTo(0.07, 3);
    expect(mcnemarOfCounts(1, 7, 'mid-p').p).toBeCloseTo(0.039, 3);
  });

  it('is exact below 25 images that they disagree on, corrected from there', () => {
    expect(mcnemarOfCounts(12, 12).method).toBe('exact');
    expect(mcnemarOfCounts(12, 13).method).toBe('continuity-corrected');
  });

  it('counts the images that only one gets right, and says which is better', () => {
    const labels = [0, 1, 2, 0, 1, 2];
    const first = [0, 1, 2, 0, 0, 0]; // the last two wrong
    const second = [1, 0, 0, 0, 1, 1]; // right at 3 and 4 only
    expect(mcnemar(first, second, labels)).toEqual({
      onlyFirst: 3,
      onlySecond: 1,
      p: 0.625,
      method: 'exact',
      better: 'first',
    });
    expect(mcnemar(second, first, labels).better).toBe('second');
    expect(mcnemar(first, first, labels)).toMatchObject({ p: 1, better: 'neither' });
    expect(() => mcnemar(first, [0], labels)).toThrow('6 and 1 predictions for 6 labels');
  });
});

describe("Wilson's interval", () => {
  it.each(fixture.wilson)('is that of statsmodels for $hits of $count', ({ hits, count, low, high }) => {
    const interval = wilsonInterval(hits / count, count);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });
});
