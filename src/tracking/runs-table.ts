/** Draws a list of runs as a table for people, as CSV, or as JSON. Prints nothing itself. */
import { formatSeconds } from '../core/format-units.js';
import { isoTime } from '../core/iso-time.js';
import type { RunList, RunRow } from './run-list.js';

export type RunsFormat = 'table' | 'csv' | 'json';

type Cell = string | number | boolean | null;

interface Column {
  readonly title: string;
  readonly cell: (run: RunRow) => Cell;
  /** As people read it; `show` of the cell otherwise. */
  readonly shown?: (run: RunRow) => string;
}

const fixedColumns: readonly Column[] = [
  { title: 'id', cell: ({ id }) => id },
  { title: 'experiment', cell: ({ experiment }) => experiment },
  { title: 'status', cell: ({ status }) => status },
  {
    title: 'started',
    cell: ({ started }) => isoTime(started),
    shown: ({ started }) => `${isoTime(started).slice(0, 19).replace('T', ' ')}Z`,
  },
  {
    title: 'seconds',
    cell: ({ seconds }) => seconds,
    shown: ({ seconds }) => (seconds === null ? '' : formatSeconds(seconds)),
  },
];

/** Id, experiment, status, start, duration, accuracy, then what the query named. */
function columnsOf(names: readonly string[]): Column[] {
  const accuracy: Column = { title: 'accuracy', cell: ({ metrics }) => metrics.accuracy ?? null };
  return [
    ...fixedColumns,
    ...(names.includes('accuracy') ? [] : [accuracy]),
    ...names.map((name): Column => ({ title: name, cell: ({ values }) => values[name] ?? null })),
  ];
}

/** What is the same in all runs need not be read in each line; who reads columns by program finds them in JSON. */
const tellingColumns: readonly Column[] = [
  { title: 'engine', cell: ({ engine }) => engine },
  { title: 'seed', cell: ({ seed }) => seed },
];

function columnsOfTable({ rows, names }: RunList): Column[] {
  const telling = tellingColumns.filter(({ cell }) => new Set(rows.map(cell)).size > 1);
  const columns = columnsOf(names);
  return [...columns.slice(0, fixedColumns.length), ...telling, ...columns.slice(fixedColumns.length)];
}

/** The whole text, its last line ended. */
export function renderRuns(list: RunList, format: RunsFormat): string {
  switch (format) {
    case 'table':
      return renderTable(list);
    case 'csv':
      return renderCsv(list);
    case 'json':
      return renderJson(list);
  }
}

/** What a terminal would obey instead of showing it: control characters, and marks that turn the writing direction. */
// eslint-disable-next-line no-control-regex
const obeyed = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function show(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'number') return String(cell).replace(obeyed, '�');
  return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(5)));
}

function renderTable(list: RunList): string {
  const { rows } = list;
  if (rows.length === 0) return 'no runs\n';
  const columns = columnsOfTable(list);
  const texts = rows.map((run) => columns.map(({ cell, shown }) => shown?.(run) ?? show(cell(run))));
  const titles = columns.map(({ title }) => show(title));
  const isNumber = columns.map(({ cell }) => rows.some((run) => typeof cell(run) === 'number'));
  const widths = titles.map((title, c) => Math.max(title.length, ...texts.map((row) => row[c]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, c) => (isNumber[c] === true ? text.padStart(widths[c]!) : text.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  return `${[titles, ...texts].map(line).join('\n')}\n`;
}

/**
 * CSV by RFC 4180: a header line, CRLF, text in quotes. Values stay as they are, so that what a program reads back is
 * what was recorded; a spreadsheet that runs quoted text as a formula has to be told not to.
 */
function renderCsv({ rows, names }: RunList): string {
  const columns = columnsOf(names);
  const field = (cell: Cell): string => {
    if (cell === null) return '';
    return typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : String(cell);
  };
  const lines = [
    columns.map(({ title }) => field(title)),
    ...rows.map((run) => columns.map(({ cell }) => field(cell(run)))),
  ];
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}

/** One object; times as ISO 8601. */
function renderJson({ rows }: RunList): string {
  const runs = rows.map((run) => ({ ...run, started: isoTime(run.started), ended: isoTime(run.ended) }));
  return `${JSON.stringify({ runs }, undefined, 2)}\n`;
}
