/** Lists of numbers as short text that reads back as what it was, as far as it is shown. Reading is `src/report/browser/decode.ts`. */
import { percent } from '../views/format.js';
import type { Measured, Steps } from './page-data.js';

/**
 * So many significant digits; more where fewer would be shown as another number: 1.06249996 is 1.06250 by six, and
 * that by four is no longer 1.062.
 */
export function rounded(value: number, digits = 6): number {
  if (value === 0 || Number.isInteger(value)) return value;
  for (let count = digits; count < 17; count++) {
    const short = Number(value.toPrecision(count));
    if (isShownAlike(short, value)) return short;
  }
  return value;
}

/** With the three or four digits of decimals, as a percentage, which near 100 has more, and as a count. */
function isShownAlike(one: number, other: number): boolean {
  return (
    one.toPrecision(4) === other.toPrecision(4) &&
    one.toPrecision(3) === other.toPrecision(3) &&
    Math.round(one) === Math.round(other) &&
    (Math.abs(other) > 1 || percent(one) === percent(other))
  );
}

/** Whole numbers from 0 to 65,535: 16 bits each, in base64. */
export function packWords(values: readonly number[]): string {
  const { buffer, byteOffset, byteLength } = Uint16Array.from(values);
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/**
 * A share of what lies between the least and the greatest would take less room, and tell nothing of the small values of a curve
 * that spans a wide range. Digits are short enough: the page is deflated.
 */
export function packMeasured(values: readonly (number | null)[]): Measured {
  return values.map((value) => (value === null || !Number.isFinite(value) ? null : rounded(value)));
}

export function packSteps(values: readonly number[]): Steps {
  const [from = 0, second = from + 1] = values;
  const by = second - from;
  const even = values.every((value, i) => value === from + i * by);
  return even ? { from, by, count: values.length } : { all: values };
}
