/** The helpers that every template may call. Each turns a value into text; docs/report.md lists them. */
import { formatBytes, formatCount, formatSeconds } from '../core/format-units.js';
import { decimal, percent } from './views/format.js';

/** Absent values are shown as a dash, by whichever helper. */
function forNumber(format: (value: number) => string): (value: unknown) => string {
  return (value) => (typeof value === 'number' ? format(value) : '–');
}

export const templateHelpers: Readonly<Record<string, (...args: never[]) => unknown>> = {
  /** `60,000` */
  asCount: forNumber(formatCount),
  /** `98.70 %` of 0.987; a second argument gives the digits. */
  asPercent: (value: unknown, digits: unknown) =>
    forNumber((share) => percent(share, typeof digits === 'number' ? digits : 2))(value),
  /** Four significant digits. */
  asDecimal: forNumber(decimal),
  /** `1 min 12 s` */
  asSeconds: forNumber(formatSeconds),
  /** `1.5 kB` */
  asBytes: forNumber(formatBytes),
  /** Whether two values are the same, for `{{#if (same a b)}}`. */
  same: (a: unknown, b: unknown) => a === b,
  /** The sum of two numbers, for places in an SVG. */
  add: (a: number, b: number) => a + b,
  /** At most so many characters, the rest as an ellipsis: for places without room. */
  short: (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text),
  /** Two spaces for each step, for code. */
  indentation: (steps: number) => '  '.repeat(steps),
};
