/**
 * The table of runs: sorted by any column, columns to choose, rows to pin, only the rows in sight in the document. State of
 * columns and order is TanStack Table's, places of rows TanStack Virtual's; filters are the store's.
 */
import { defaultRangeExtractor, observeElementOffset, Virtualizer, type Range } from '@tanstack/virtual-core';
import type { PageColumn } from '../comparison/page-data.js';
import { arrangeChildren, isOnPaper, make } from './dom.js';
import type { SelectionStore } from './selection-store.js';
import { makeColumnChooser } from './column-chooser.js';
import { robustDomain, type RunData } from './run-data.js';
import { makeHeading, markSorted, replaceHeadings } from './table-heading.js';
import { makeTableModel, type TableModel } from './table-model.js';
import { rowAfterKey } from './table-keys.js';
import { makeTableRow } from './table-row.js';
import { TableRows } from './table-rows.js';
import { scrolledBox } from './scrolled-box.js';
import { View } from './view.js';

const rowHeight = 36;
/** Paper shows the first of the table: what does not scroll does not end. */
const rowsOnPaper = 40;

export class RunsTable extends View {
  #table: TableModel;
  #tableOf: RunData;
  /** By key, of those that the reader ticked or unticked. */
  readonly #chosenColumns: Record<string, boolean> = {};
  readonly #box: HTMLDivElement;
  readonly #head = make('thead');
  readonly #body = make('tbody');
  readonly #virtualizer: Virtualizer<HTMLDivElement, HTMLTableRowElement>;
  readonly #rows = new TableRows();
  /** Which rows stand where. */
  #drawn = '';
  /** Runs in the order of the table; pinned ones first. */
  #order: readonly number[] = [];
  #objectiveRange: readonly [number, number];
  #pinnedCount = 0;
  readonly #note = make('p', { class: 'hint print-only' });
  #focused: number | undefined;
  /** While a row that was made anew takes the focus of the one before it: nobody went anywhere. */
  #restores = false;

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, ['filter', 'pins', 'pair', 'colour']);
    this.drawsUnseen = true;
    this.followsWidth = false;
    this.#table = makeTableModel(store);
    this.#tableOf = this.data;
    this.#objectiveRange = robustDomain(this.data.objective ?? { values: [], goal: null });
    const grid = make(
      'table',
      { class: 'runs', role: 'grid', 'aria-label': 'Runs', 'aria-describedby': 'runs-keys' },
      this.#head,
      this.#body,
    );
    this.#box = make('div', { class: 'runs-box card', tabindex: -1 }, grid);
    const keys = make('p', {
      id: 'runs-keys',
      class: 'hint',
      text: `In the table: arrow keys move, Enter opens the report, P pins to the top, H hides${this.data.hasPairs ? ', A and B choose the two that are compared below' : ''}.`,
    });
    const chooser = makeColumnChooser(
      () => this.data.page.columns,
      (key) => this.#table.getColumn(key)?.getIsVisible() ?? false,
      (key, visible) => {
        this.#chosenColumns[key] = visible;
        this.#table.getColumn(key)?.toggleVisibility(visible);
      },
      () => this.#relayout(),
    );
    element.append(make('div', { class: 'table-tools' }, chooser), this.#box, keys, this.#note);
    this.#virtualizer = new Virtualizer<HTMLDivElement, HTMLTableRowElement>({
      count: 0,
      getScrollElement: () => this.#box,
      estimateSize: () => rowHeight,
      overscan: 6,
      observeElementOffset,
      ...scrolledBox,
      onChange: () => this.#drawRows(),
    });
    this.#virtualizer._didMount();
    this.#listen();
    store.on(['hover'], () => this.#rows.markHovered(store.hovered));
    this.#drawHead();
  }

  protected draw(): void {
    const { store } = this;
    if (this.#tableOf !== this.data) this.#takeData();
    const sorted = this.#table.getSortedRowModel().rows.map(({ original }) => original.run);
    const pinned = sorted.filter((run) => store.pinned.has(run));
    this.#pinnedCount = pinned.length;
    this.#order = [...pinned, ...sorted.filter((run) => store.shown[run] === 1 && !store.pinned.has(run))];
    this.#rows.renew();
    this.#drawn = '';
    this.#virtualizer.setOptions({
      ...this.#virtualizer.options,
      count: this.#order.length,
      // Another function each time: what the one before said is remembered as long as nobody scrolls.
      rangeExtractor: (range) => this.#placesFor(range),
    });
    this.#virtualizer.measure();
    this.#virtualizer._willUpdate();
    const grid = this.#box.firstElementChild!;
    grid.setAttribute('aria-rowcount', String(this.#order.length + 1));
    grid.setAttribute('aria-colcount', String(this.#columns().length + 1));
    this.#drawRows();
  }

  /** Runs or columns have changed; the headings stay where they are the same. */
  #takeData(): void {
    const columns = this.#shownKeys();
    this.#tableOf = this.data;
    this.#table = makeTableModel(this.store, {
      sorting: this.#table.store.state.sorting,
      columns: this.#chosenColumns,
    });
    this.#objectiveRange = robustDomain(this.data.objective ?? { values: [], goal: null });
    if (this.#shownKeys() !== columns) this.#drawHead();
  }

  #shownKeys(): string {
    return this.#table
      .getVisibleLeafColumns()
      .map(({ id }) => id)
      .join('\n');
  }

  #columns(): readonly PageColumn[] {
    return this.#table
      .getVisibleLeafColumns()
      .flatMap(({ id }) => (id === 'name' ? [] : [this.data.column(id)!]));
  }

  #relayout(): void {
    this.#drawHead();
    this.drawNow();
  }

  #drawHead(): void {
    const heading = (id: string, label: string, className: string) =>
      makeHeading(id, label, className, () => {
        this.#table.getColumn(id)?.toggleSorting();
        this.#markSorted();
        this.drawNow();
      });
    replaceHeadings(this.#head, [
      heading('name', 'run', 'name'),
      ...this.#columns().map((column) => heading(column.key, column.label, column.kind)),
    ]);
    this.#markSorted();
  }

  #markSorted(): void {
    markSorted(this.#head, (key) => this.#table.getColumn(key)?.getIsSorted() ?? false);
  }

  #drawRows(): void {
    const columns = this.#columns();
    const paper = this.#order.slice(0, rowsOnPaper).map((_, index) => ({ index, start: 0, end: 0 }));
    const items = isOnPaper() ? paper : this.#virtualizer.getVirtualItems();
    const total = isOnPaper() ? 0 : this.#virtualizer.getTotalSize();
    const drawn = items.map(({ index, start }) => `${index}@${start}`).join(' ');
    if (drawn !== '' && drawn === this.#drawn) {
      this.#markReachable();
      return;
    }
    this.#drawn = drawn;
    const left = this.#order.length - items.length;
    this.#note.textContent = left > 0 ? `${left} more are in the file that this was printed from.` : '';
    this.#rows.keep(items.map(({ index }) => this.#order[index]!));
    const active = document.activeElement;
    const hadFocus = this.#body.contains(active);
    const children: HTMLTableRowElement[] = [];
    const gap = (height: number): void => {
      if (height <= 0) return;
      const cell = make('td', { colspan: columns.length + 1 });
      cell.style.height = `${height}px`;
      children.push(make('tr', { class: 'gap', 'aria-hidden': 'true' }, cell));
    };
    let end = 0;
    for (const item of items) {
      gap(item.start - end);
      end = item.end;
      children.push(this.#placeRow(item.index, columns));
    }
    gap(total - end);
    if (items.length === 0) {
      const text = this.data.count === 0 ? 'There are no runs.' : 'No run is like that.';
      children.push(make('tr', {}, make('td', { class: 'nothing', colspan: columns.length + 1, text })));
    }
    arrangeChildren(this.#body, children);
    this.#markReachable();
    if (hadFocus && document.activeElement !== active && this.#focused !== undefined) {
      this.#restores = true;
      this.#rows.get(this.#focused)?.focus({ preventScroll: true });
      this.#restores = false;
    }
    this.#rows.markHovered(this.store.hovered);
  }

  #placeRow(index: number, columns: readonly PageColumn[]): HTMLTableRowElement {
    const run = this.#order[index]!;
    const row = this.#rows.row(run, () => makeTableRow(this.store, run, columns, this.#objectiveRange));
    row.setAttribute('aria-rowindex', String(index + 2));
    if (index < this.#pinnedCount)
      row.style.setProperty('--pinned-top', `${this.#head.offsetHeight + index * rowHeight}px`);
    return row;
  }

  /** What is pinned is always there, and so is the row that Tab leads to. */
  #placesFor(range: Range): number[] {
    const always = [...Array(this.#pinnedCount).keys(), ...(range.count > 0 ? [this.#reachable()] : [])];
    return [...new Set([...always, ...defaultRangeExtractor(range)])].sort((a, b) => a - b);
  }

  /** Tab leads to one row: the last that was on, or the first where that isn't shown. */
  #reachable(): number {
    return Math.max(0, this.#focused === undefined ? 0 : this.#order.indexOf(this.#focused));
  }

  #markReachable(): void {
    this.#rows.markReachable(this.#order[this.#reachable()]);
  }

  #listen(): void {
    const runOf = (event: Event): number | undefined => {
      const row = (event.target as Element).closest<HTMLTableRowElement>('tr[data-run]');
      return row === null ? undefined : Number(row.dataset['run']);
    };
    this.#body.addEventListener('pointerover', (event) => this.store.setHovered(runOf(event)));
    this.#body.addEventListener('pointerleave', () => this.store.setHovered(undefined));
    this.#body.addEventListener('click', (event) => {
      const run = runOf(event);
      if (run === undefined) return;
      if ((event.target as Element).closest('[data-do="pin"]') !== null) this.store.togglePinned(run);
      else if ((event.target as Element).closest('a') === null) this.#focusRun(run);
    });
    this.#body.addEventListener('focusin', (event) => {
      const run = runOf(event);
      if (run !== undefined) this.#focused = run;
      this.#markReachable();
      // Tab may lead to where it is out of sight. Under a finger or the mouse nothing moves, nor for who comes back to the
      // window.
      const byTab = event.relatedTarget !== null && (event.target as Element).matches('tr:focus-visible');
      if (run !== undefined && byTab && !this.#restores) this.#reveal(run);
      this.store.setHovered(run);
    });
    this.#body.addEventListener('focusout', () => this.store.setHovered(undefined));
    this.#body.addEventListener('keydown', (event) => this.#onKey(event, runOf(event)));
  }

  #onKey(event: KeyboardEvent, run: number | undefined): void {
    if (run === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#order.indexOf(run);
    const page = Math.max(1, Math.floor(this.#box.clientHeight / rowHeight) - 2);
    const to = rowAfterKey(event.key, at, page, this.#order.length);
    if (to !== undefined) this.#focusRun(this.#order[to]!);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
      this.#box.scrollBy({ left: event.key === 'ArrowRight' ? 160 : -160 });
    else if (event.key === 'Enter') this.#rows.get(run)?.querySelector('a')?.click();
    else if (event.key === 'p') this.#keepFocus(run, () => this.store.togglePinned(run));
    else if (event.key === 'h') {
      const next = this.#order[at + 1] ?? this.#order[at - 1];
      this.store.setHidden(run, true);
      this.drawNow();
      if (next !== undefined) this.#focusRun(next);
    } else if (event.key === 'a' && this.data.hasPairs)
      this.#keepFocus(run, () => this.store.setPair(0, run));
    else if (event.key === 'b' && this.data.hasPairs) this.#keepFocus(run, () => this.store.setPair(1, run));
    else return;
    event.preventDefault();
  }

  #keepFocus(run: number, change: () => void): void {
    change();
    this.drawNow();
    this.#focusRun(run);
  }

  #focusRun(run: number): void {
    this.#focused = run;
    this.#reveal(run);
    this.#rows.get(run)?.focus({ preventScroll: true });
  }

  #reveal(run: number): void {
    // Headings and what is pinned would cover it; the list begins below the headings.
    this.#virtualizer.setOptions({
      ...this.#virtualizer.options,
      scrollPaddingStart: this.#pinnedCount * rowHeight,
      scrollPaddingEnd: this.#head.offsetHeight + this.#box.offsetHeight - this.#box.clientHeight,
    });
    // The browser tells of scrolling with the next picture; the next key may come before that.
    const tellScrolled = () => this.#box.dispatchEvent(new Event('scroll'));
    tellScrolled();
    this.#virtualizer.scrollToIndex(this.#order.indexOf(run), { align: 'auto' });
    tellScrolled();
    this.#drawRows();
  }
}
