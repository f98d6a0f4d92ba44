/** Numbers as the page writes them; the same forms as `src/report/views/format.ts` writes into sentences. */
import type { ColumnFormat } from '../comparison/page-data.js';
import { formatSeconds } from '../../core/format-units.js';

const thin = '\u202f';

function decimal(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) return value.toExponential(2).replace('e+', 'e');
  return size >= 1000 ? grouped(value) : value.toPrecision(4);
}

function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
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
      return `${(value * 100).toFixed(2)}${thin}%`;
    case 'decimal':
      return decimal(value);
    case 'count':
      return grouped(value);
    case 'seconds':
      return formatSeconds(value).replaceAll(' ', '\u00a0');
    case 'plain':
      return plain(value);
    case 'date':
      return new Date(value).toISOString().slice(0, 16).replace('T', ' ');
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
