/** Numbers as the page writes them: shares, counts and durations as `src/report/views/format.ts` writes them into sentences. */
import type { ColumnFormat } from '../comparison/page-data.js';
import { formatCount } from '../../core/format-units.js';
import { minuteOf } from '../../core/iso-time.js';
import { duration, percent } from '../views/format.js';

const thin = '\u202f';

function decimal(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) return value.toExponential(2).replace('e+', 'e');
  return size >= 1000 ? formatCount(value) : value.toPrecision(4);
}

/** As few digits as tell the number: for settings and ticks. */
function plain(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6))
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  return String(Number(value.toPrecision(4)));
}

export function formatNumber(value: number | null, format: ColumnFormat): string {
  if (value === null || Number.isNaN(value)) return '–';
  switch (format) {
    case 'percent':
      return percent(value);
    case 'decimal':
      return decimal(value);
    case 'count':
      return formatCount(value);
    case 'seconds':
      return duration(value);
    case 'plain':
      return plain(value);
    case 'date':
      return minuteOf(value);
  }
}

/** Short, for the ticks of an axis. */
export function formatTick(value: number, format: ColumnFormat): string {
  switch (format) {
    case 'percent':
      return `${Number((value * 100).toPrecision(4))}${thin}%`;
    case 'decimal':
    case 'plain':
    case 'count':
      return short(value);
    case 'seconds':
    case 'date':
      return formatNumber(value, format);
  }
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  if (size !== 0 && size < 1e-3) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(4)));
}
