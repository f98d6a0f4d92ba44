import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatSeconds } from '../../src/core/format-units.js';

describe('units as people read them', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1500, '1.5 kB'],
    [9_949, '9.9 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_960, '1.0 MB'],
    [54_950_048, '55 MB'],
    [1_234_000_000, '1.2 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [0.0421, '42 ms'],
    [0.9996, '1.0 s'],
    [3.21, '3.2 s'],
    [9.96, '10 s'],
    [59.6, '1 min'],
    [72, '1 min 12 s'],
    [3599.7, '1 h'],
    [7500, '2 h 5 min'],
    [86_399, '1 d'],
    [273_600, '3 d 4 h'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [60_000, '60,000'],
    [1_234_567, '1,234,567'],
    [-1234, '-1,234'],
  ])('writes the count %d as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});
