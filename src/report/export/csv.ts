/** CSV by RFC 4180: a header line, CRLF, text in quotes, nothing for null. Owns the form, not what stands in it. */
import { isoTime } from '../../core/iso-time.js';
import type { Cell, TableColumn } from './run-columns.js';

/**
 * Values stay as they are, so that what a program reads back is what was recorded; a spreadsheet that runs quoted text as
 * a formula has to be told not to.
 */
function csvField(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : String(cell);
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

/** Times become ISO 8601 in UTC, to the millisecond. */
export function* csvLines(columns: readonly TableColumn[]): Generator<string> {
  yield csvLine(columns.map(({ name }) => name));
  const cells = columns.map(({ type, values }) =>
    type === 'time' ? values.map((time) => isoTime(time === null ? null : Number(time))) : values,
  );
  const rows = columns[0]?.values.length ?? 0;
  for (let row = 0; row < rows; row += 1) yield csvLine(cells.map((values) => values[row]!));
}
