/** The heading of a column of runs: a button that sorts. What it says of the order is set by who has the order. */
import { make, makeButton } from './dom.js';

/** @param id of the column, `name` for the runs themselves; paths of settings have their last part on a line of its own */
export function makeHeading(
  id: string,
  label: string,
  className: string,
  sort: () => void,
): HTMLTableCellElement {
  const button = makeButton('', 'sort', sort);
  const dot = label.lastIndexOf('.');
  if (dot > 0 && id !== 'name')
    button.append(make('small', { text: label.slice(0, dot) }), make('span', { text: label.slice(dot + 1) }));
  else button.append(make('span', { text: label }));
  return make('th', { scope: 'col', class: className, 'data-column': id }, button);
}

/** Whoever is on the heading of a column that stays is on it afterwards. */
export function replaceHeadings(head: HTMLElement, cells: readonly HTMLTableCellElement[]): void {
  const column = head.contains(document.activeElement)
    ? document.activeElement?.closest<HTMLElement>('[data-column]')?.dataset['column']
    : undefined;
  head.replaceChildren(make('tr', { 'aria-rowindex': 1 }, ...cells));
  if (column === undefined) return;
  const cell = cells.find(({ dataset }) => dataset['column'] === column);
  cell?.querySelector('button')?.focus({ preventScroll: true });
}

/** Says by what the rows are sorted; the headings stay, and so does whoever is on one. */
export function markSorted(head: HTMLElement, sortedBy: (column: string) => 'asc' | 'desc' | false): void {
  for (const cell of head.querySelectorAll<HTMLElement>('[data-column]')) {
    const sorted = sortedBy(cell.dataset['column']!);
    if (sorted === false) cell.removeAttribute('aria-sort');
    else cell.setAttribute('aria-sort', sorted === 'asc' ? 'ascending' : 'descending');
  }
}
