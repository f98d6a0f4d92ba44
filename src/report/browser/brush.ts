/** A range or some categories of one column, chosen on its axis: which runs it lets through, and what it says in words. */
import type { NumberColumn, PageColumn } from '../comparison/page-data.js';
import { formatNumber } from './format.js';

export type Brush =
  /** An end may be infinite: it is the axis's own, and means everything beyond it as well. */
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  /** By name: which place a category has changes as runs come. */
  | { readonly kind: 'categories'; readonly chosen: ReadonlySet<string> };

/** Whether it can be one of that column, which may have become one of text or of numbers since. */
export function fitsColumn(brush: Brush, column: PageColumn | undefined): boolean {
  return column?.kind === (brush.kind === 'range' ? 'number' : 'category');
}

/** Takes the runs that it does not let through out of `shown`, which is 1 for each that is. */
export function applyBrush(shown: Uint8Array, column: PageColumn, brush: Brush): void {
  if (brush.kind === 'range' && column.kind === 'number')
    for (let run = 0; run < shown.length; run++) {
      const value = column.values[run] ?? null;
      if (value === null || value < brush.low || value > brush.high) shown[run] = 0;
    }
  if (brush.kind === 'categories' && column.kind === 'category') {
    const lets = column.categories.map((name) => brush.chosen.has(name));
    for (let run = 0; run < shown.length; run++) if (lets[column.values[run] ?? -1] !== true) shown[run] = 0;
  }
}

/** `0.001 to 0.01`, `sgd, adam`. */
export function brushInWords(brush: Brush, column: PageColumn | undefined): string {
  if (brush.kind === 'categories') return [...brush.chosen].join(', ');
  if (column?.kind !== 'number') return '';
  const { low, high } = withinValues(brush, column);
  return `${formatNumber(low, column.format)} to ${formatNumber(high, column.format)}`;
}

/** A range as far as there are values. */
function withinValues(
  brush: Extract<Brush, { kind: 'range' }>,
  { values }: NumberColumn,
): { readonly low: number; readonly high: number } {
  const known = values.filter((value) => value !== null);
  return {
    low: Math.max(
      brush.low,
      known.reduce((a, b) => Math.min(a, b), Infinity),
    ),
    high: Math.min(
      brush.high,
      known.reduce((a, b) => Math.max(a, b), -Infinity),
    ),
  };
}
