/**
 * The table of runs: sorted by any column, columns to choose, rows to pin, only the rows in sight in the document. State of
 * columns and order is TanStack Table's, places of rows TanStack Virtual's; filters are the store's.
 */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { PageColumn } from '../comparison/page-data.js';
import { make, makeButton } from './dom.js';
import type { SelectionStore } from './selection-store.js';
import { makeColumnChooser } from './column-chooser.js';
import { robustDomain } from './run-data.js';
import { makeTableModel } from './table-model.js';
import { makeTableRow } from './table-row.js';
import { View } from './view.js';

const rowHeight = 36;

export class RunsTable extends View {
  readonly #table: ReturnType<typeof makeTableModel>;
  readonly #box: HTMLDivElement;
  readonly #head = make('thead');
  readonly #body = make('tbody');
  readonly #virtualizer: Virtualizer<HTMLDivElement, HTMLTableRowElement>;
  readonly #rows = new Map<number, HTMLTableRowElement>();
  /** Runs in the order of the table; pinned ones first. */
  #order: readonly number[] = [];
  readonly #objectiveRange: readonly [number, number];
  #pinnedCount = 0;
  #focused: number | undefined;

  constructor(element: HTMLElement, store: SelectionStore) {
    super(element, store, ['filter', 'pins', 'pair', 'colour']);
    this.drawsUnseen = true;
    this.#table = makeTableModel(store);
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
      text: 'In the table: arrow keys move, Enter opens the report, P pins to the top, H hides, A and B choose the two that are compared below.',
    });
    const chooser = makeColumnChooser(
      this.data.page.columns,
      (key) => this.#table.getColumn(key)?.getIsVisible() ?? false,
      (key, visible) => this.#table.getColumn(key)?.toggleVisibility(visible),
      () => this.#relayout(),
    );
    element.append(make('div', { class: 'table-tools' }, chooser), this.#box, keys);
    this.#virtualizer = new Virtualizer<HTMLDivElement, HTMLTableRowElement>({
      count: 0,
      getScrollElement: () => this.#box,
      estimateSize: () => rowHeight,
      overscan: 6,
      // What is pinned is always there.
      rangeExtractor: (range) => [
        ...new Set([...Array(this.#pinnedCount).keys(), ...defaultRangeExtractor(range)]),
      ],
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.#drawRows(),
    });
    this.#virtualizer._didMount();
    this.#listen();
    store.on(['hover'], () => this.#markHovered());
    this.#drawHead();
    this.drawNow();
  }

  protected draw(): void {
    const { store } = this;
    const sorted = this.#table.getSortedRowModel().rows.map(({ original }) => original.run);
    const pinned = sorted.filter((run) => store.pinned.has(run));
    this.#pinnedCount = pinned.length;
    this.#order = [...pinned, ...sorted.filter((run) => store.shown[run] === 1 && !store.pinned.has(run))];
    this.#rows.clear();
    this.#virtualizer.setOptions({ ...this.#virtualizer.options, count: this.#order.length });
    this.#virtualizer.measure();
    this.#virtualizer._willUpdate();
    const grid = this.#box.firstElementChild!;
    grid.setAttribute('aria-rowcount', String(this.#order.length + 1));
    grid.setAttribute('aria-colcount', String(this.#columns().length + 1));
    this.#drawRows();
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
    const heading = (id: string, label: string, className: string) => {
      const column = this.#table.getColumn(id)!;
      const sorted = column.getIsSorted();
      const button = makeButton('', 'sort', () => {
        column.toggleSorting();
        this.#relayout();
        this.#head.querySelector<HTMLButtonElement>(`[data-column="${CSS.escape(id)}"] button`)?.focus();
      });
      const dot = label.lastIndexOf('.');
      if (dot > 0 && id !== 'name')
        button.append(
          make('small', { text: label.slice(0, dot) }),
          make('span', { text: label.slice(dot + 1) }),
        );
      else button.append(make('span', { text: label }));
      return make(
        'th',
        {
          scope: 'col',
          class: className,
          'data-column': id,
          'aria-sort': sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined,
        },
        button,
      );
    };
    this.#head.replaceChildren(
      make(
        'tr',
        { 'aria-rowindex': 1 },
        heading('name', 'run', 'name'),
        ...this.#columns().map((column) => heading(column.key, column.label, column.kind)),
      ),
    );
  }

  #drawRows(): void {
    const items = this.#virtualizer.getVirtualItems();
    const columns = this.#columns();
    const total = this.#virtualizer.getTotalSize();
    const wanted = items.map(({ index }) => this.#order[index]!);
    const kept = new Set(wanted);
    for (const run of this.#rows.keys()) if (!kept.has(run)) this.#rows.delete(run);
    const active = document.activeElement;
    const focusedRow = active instanceof HTMLElement && this.#body.contains(active);
    const children: Node[] = [];
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
      const text = 'No run is like that.';
      children.push(make('tr', {}, make('td', { class: 'nothing', colspan: columns.length + 1, text })));
    }
    this.#body.replaceChildren(...children);
    if (focusedRow && this.#focused !== undefined)
      this.#rows.get(this.#focused)?.focus({ preventScroll: true });
    this.#markHovered();
  }

  #placeRow(index: number, columns: readonly PageColumn[]): HTMLTableRowElement {
    const run = this.#order[index]!;
    let row = this.#rows.get(run);
    if (row === undefined)
      this.#rows.set(run, (row = makeTableRow(this.store, run, columns, this.#objectiveRange)));
    row.setAttribute('aria-rowindex', String(index + 2));
    row.tabIndex = run === (this.#focused ?? this.#order[0]) ? 0 : -1;
    if (index < this.#pinnedCount)
      row.style.setProperty('--pinned-top', `${this.#head.offsetHeight + index * rowHeight}px`);
    return row;
  }

  #markHovered(): void {
    const { hovered } = this.store;
    for (const [run, row] of this.#rows) row.classList.toggle('hovered', run === hovered);
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
      this.store.setHovered(run);
    });
    this.#body.addEventListener('focusout', () => this.store.setHovered(undefined));
    this.#body.addEventListener('keydown', (event) => this.#onKey(event, runOf(event)));
  }

  #onKey(event: KeyboardEvent, run: number | undefined): void {
    if (run === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#order.indexOf(run);
    const page = Math.max(1, Math.floor(this.#box.clientHeight / rowHeight) - 2);
    const moves: Partial<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.#order.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.#focusRun(this.#order[Math.min(this.#order.length - 1, Math.max(0, to))]!);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
      this.#box.scrollBy({ left: event.key === 'ArrowRight' ? 160 : -160 });
    else if (event.key === 'Enter') this.#rows.get(run)?.querySelector('a')?.click();
    else if (event.key === 'p') this.#keepFocus(run, () => this.store.togglePinned(run));
    else if (event.key === 'h') {
      const next = this.#order[at + 1] ?? this.#order[at - 1];
      this.store.setHidden(run, true);
      this.drawNow();
      if (next !== undefined) this.#focusRun(next);
    } else if (event.key === 'a') this.#keepFocus(run, () => this.store.setPair(0, run));
    else if (event.key === 'b') this.#keepFocus(run, () => this.store.setPair(1, run));
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
    const index = this.#order.indexOf(run);
    // Headings and what is pinned would cover it.
    this.#virtualizer.scrollToIndex(index, { align: 'auto' });
    this.#drawRows();
    const row = this.#rows.get(run);
    if (row !== undefined) row.focus({ preventScroll: true });
    else
      requestAnimationFrame(() => {
        this.#drawRows();
        this.#rows.get(run)?.focus({ preventScroll: true });
      });
  }
}
