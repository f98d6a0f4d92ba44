/** Numbers as the report prints them; the helpers of the templates and the sentences use the same ones. */
import { formatCount, formatSeconds } from '../../core/format-units.js';

/** A narrow space that does not break: between a number and its unit. */
const thin = '\u202f';

/** A share as a percentage: `98.70 %`. Nothing that is not 1 is ever rounded to 100 %, nothing above 0 to 0 %. */
export function percent(share: number, digits = 2): string {
  const text = (share * 100).toFixed(digits);
  const atLimit = (share < 1 && Number(text) >= 100) || (share > 0 && Number(text) === 0);
  return atLimit && digits < 8 ? percent(share, digits + 1) : `${text}${thin}%`;
}

/** `1 min 12 s`, which no line break tears apart. */
export function duration(seconds: number): string {
  return formatSeconds(seconds).replaceAll(' ', '\u00a0');
}

/** A class or a layer in a sentence: `“9”`, so that names that are numbers can't be taken for counts. */
export function quoted(name: string): string {
  return `“${name}”`;
}

/** A number with four significant digits: `0.03427`, `12.35`, `1.2e-7`. */
export function decimal(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(2);
  return size >= 1000 ? formatCount(value) : value.toPrecision(4);
}

/** A metric by its key: those that are shares read best as percentages. */
export function metricValue(key: string, value: number): string {
  return /accuracy$/i.test(key) ? percent(value) : decimal(value);
}

/** A setting's number: whole ones as they are, others with so many significant digits. */
export function settingNumber(value: number, digits: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(digits)));
}

/** Two values of a metric, with as many digits as it takes to tell them apart. */
export function toldApart(key: string, one: number, other: number): readonly [string, string] {
  const isShare = /accuracy$/i.test(key);
  for (let digits = 4; digits <= 17; digits += 1) {
    const written = (value: number): string =>
      digits === 4
        ? metricValue(key, value)
        : isShare
          ? percent(value, digits - 2)
          : String(Number(value.toPrecision(digits)));
    const [a, b] = [written(one), written(other)];
    if (a !== b || one === other) return [a, b];
  }
  return [String(one), String(other)];
}

/** `1 image`, `2 images`, `3 classes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `once`, `twice`, `23 times`. */
export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${formatCount(count)} times`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
}

/** A sentence's first letter made large. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
