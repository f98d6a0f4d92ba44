/** Lists of numbers as short text: 16 bits each, in base64. What reads them back is `src/report/browser/decode.ts`. */
import type { Quantised, Steps } from './page-data.js';

const levels = 65534;
const none = 65535;

export function rounded(value: number, digits = 6): number {
  return value === 0 || Number.isInteger(value) ? value : Number(value.toPrecision(digits));
}

function base64Of(words: Uint16Array): string {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('base64');
}

/** Whole numbers from 0 to 65,535. */
export function packWords(values: readonly number[]): string {
  return base64Of(Uint16Array.from(values));
}

/** The spread between the least and the greatest in 65,534 steps; what is no finite number is none. */
export function quantise(values: readonly (number | null)[]): Quantised {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (finite.length === 0) return [0, 0, base64Of(new Uint16Array(values.length).fill(none))];
  const span = high - low || 1;
  const words = Uint16Array.from(values, (value) =>
    value === null || !Number.isFinite(value) ? none : Math.round(((value - low) / span) * levels),
  );
  return [rounded(low, 9), rounded(low + span, 9), base64Of(words)];
}

export function packSteps(values: readonly number[]): Steps {
  const [from = 0, second = from + 1] = values;
  const by = second - from;
  const even = values.every((value, i) => value === from + i * by);
  return even ? { from, by, count: values.length } : { all: values };
}
