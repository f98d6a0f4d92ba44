/** A row of the table of runs: pin, colour, name, marks, one cell for each column. Owns no places and no keys. */
import type { PageColumn } from '../comparison/page-data.js';
import { colourSteps, scaleColour } from './colours.js';
import { make } from './dom.js';
import type { SelectionStore } from './selection-store.js';

/** @param range where the bars of the objective's column begin and end */
export function makeTableRow(
  store: SelectionStore,
  run: number,
  columns: readonly PageColumn[],
  range: readonly [number, number],
): HTMLTableRowElement {
  const { data } = store;
  const bucket = store.colourBuckets[run]!;
  const dot = make('i', { class: 'dot', 'aria-hidden': 'true' });
  if (bucket >= 0) dot.style.background = scaleColour(bucket / (colourSteps - 1));
  const pinned = store.pinned.has(run);
  const pin = make('button', {
    type: 'button',
    class: 'pin',
    tabindex: -1,
    'data-do': 'pin',
    'aria-pressed': String(pinned),
    'aria-label': `Pin ${data.name(run)}`,
    title: 'Pin to the top (P)',
  });
  const report = data.page.runs.reports[run];
  const name =
    report === null || report === undefined
      ? make('span', { class: 'run-name', text: data.name(run) })
      : make('a', { class: 'run-name', href: report, tabindex: -1, text: data.name(run) });
  const marks = ([0, 1] as const)
    .filter((place) => data.hasPairs && data.count > 1 && store.pair[place] === run)
    .map((place) => 'AB'[place]!);
  const status = data.page.runs.statuses[run]!;
  return make(
    'tr',
    { class: pinned ? 'pinned' : '', 'data-run': run },
    make(
      'th',
      { scope: 'row', class: 'name' },
      pin,
      dot,
      name,
      ...marks.map((mark) => make('b', { class: 'mark', text: mark, title: `compared below as ${mark}` })),
      ...(status === 'done' ? [] : [make('span', { class: `status status-${status}`, text: status })]),
    ),
    ...columns.map((column) => makeCell(store, column, run, range)),
  );
}

function makeCell(
  { data }: SelectionStore,
  column: PageColumn,
  run: number,
  [low, high]: readonly [number, number],
): HTMLTableCellElement {
  const text = data.text(column, run);
  const cell = make('td', { class: column.kind, text });
  if (column.kind === 'category' && text.length > 22) cell.title = text;
  if (column.key !== data.page.objective.column || column.kind !== 'number') return cell;
  cell.classList.add('objective');
  const value = column.values[run] ?? null;
  if (value === null) return cell;
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  cell.style.setProperty('--share', `${Math.round(100 * (column.goal === 'minimize' ? 1 - share : share))}%`);
  return cell;
}
