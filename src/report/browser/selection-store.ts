/**
 * What is chosen on the page, which all views share: filters, brushes, pinned and hidden runs, the run pointed at, the two
 * that are compared, the metric that colours. Views subscribe; nothing here draws.
 */
import { applyBrush, fitsColumn, type Brush } from './brush.js';
import { findColumn, holds, parseFilter } from './filter-expression.js';
import type { RunData } from './run-data.js';
import type { NumberColumn, PageColumn } from '../comparison/page-data.js';
import { colourSteps } from './colours.js';

/** What has changed: the runs themselves, which are shown, which is pointed at, what is pinned, the pair, the colours. */
export type Change = 'data' | 'filter' | 'hover' | 'pins' | 'pair' | 'colour' | 'theme';

export class SelectionStore {
  readonly brushes = new Map<string, Brush>();
  readonly pinned = new Set<number>();
  readonly hidden = new Set<number>();
  search = '';
  hovered: number | undefined;
  pair: readonly [number, number];
  colourBy: NumberColumn | undefined;
  /** 1 for each run that is shown. */
  shown: Uint8Array;
  shownCount: number;
  /** While a brush is dragged: views other than the one under the pointer may wait for a pause. */
  isDragging = false;
  /** Words of the search that name no column. */
  unknownFields: readonly string[] = [];
  readonly #listeners = new Map<Change, Set<() => void>>();
  #buckets: Int8Array | undefined;
  #data: RunData;

  constructor(data: RunData) {
    this.#data = data;
    this.shown = new Uint8Array(data.count).fill(1);
    this.shownCount = data.count;
    this.pair = data.page.pair ?? [0, Math.min(1, data.count - 1)];
    this.colourBy = data.objective;
  }

  get data(): RunData {
    return this.#data;
  }

  /** Runs have changed or more have come; those that were there stay in their places. What is chosen stays chosen. */
  setData(data: RunData): void {
    const colour = this.colourBy?.key ?? data.objective?.key;
    this.#data = data;
    this.#buckets = undefined;
    // Unless others have taken their place altogether.
    for (const runs of [this.pinned, this.hidden])
      for (const run of runs) if (run >= data.count) runs.delete(run);
    if (this.hovered !== undefined && this.hovered >= data.count) this.hovered = undefined;
    for (const [key, brush] of this.brushes)
      if (!fitsColumn(brush, data.column(key))) this.brushes.delete(key);
    this.colourBy = colour === undefined ? undefined : data.numberColumn(colour);
    this.notify('data');
    this.#filter();
    this.notify('colour');
  }

  on(changes: readonly Change[], listener: () => void): void {
    for (const change of changes) {
      let listeners = this.#listeners.get(change);
      if (listeners === undefined) this.#listeners.set(change, (listeners = new Set()));
      listeners.add(listener);
    }
  }

  notify(change: Change): void {
    if (change === 'theme') this.#buckets = undefined;
    for (const listener of this.#listeners.get(change) ?? []) listener();
  }

  setBrush(column: string, brush: Brush | undefined): void {
    if (brush === undefined) this.brushes.delete(column);
    else this.brushes.set(column, brush);
    this.#filter();
  }

  setSearch(text: string): void {
    this.search = text;
    this.#filter();
  }

  setHidden(run: number, hidden: boolean): void {
    if (hidden) this.hidden.add(run);
    else this.hidden.delete(run);
    this.#filter();
  }

  /** Everything is shown again. */
  reset(): void {
    this.brushes.clear();
    this.hidden.clear();
    this.search = '';
    this.#filter();
  }

  togglePinned(run: number): void {
    if (!this.pinned.delete(run)) this.pinned.add(run);
    this.notify('pins');
  }

  setHovered(run: number | undefined): void {
    if (run === this.hovered) return;
    this.hovered = run;
    this.notify('hover');
  }

  setPair(place: 0 | 1, run: number): void {
    this.pair = place === 0 ? [run, this.pair[1]] : [this.pair[0], run];
    this.notify('pair');
  }

  setColour(key: string): void {
    this.colourBy = this.data.numberColumn(key);
    this.#buckets = undefined;
    this.notify('colour');
  }

  /** Runs that are drawn over all others: pinned ones, and the one pointed at. */
  get marked(): readonly number[] {
    return [...this.pinned, ...(this.hovered === undefined ? [] : [this.hovered])];
  }

  get isFiltered(): boolean {
    return this.brushes.size > 0 || this.hidden.size > 0 || this.search.trim() !== '';
  }

  /** By run the place of its colour on the scale, in whole steps; -1: has none. */
  get colourBuckets(): Int8Array {
    if (this.#buckets === undefined) {
      const ranks = this.colourBy === undefined ? undefined : this.data.ranks(this.colourBy);
      this.#buckets = Int8Array.from({ length: this.data.count }, (_, run) => {
        const rank = ranks?.[run] ?? NaN;
        return Number.isNaN(rank) ? -1 : Math.round(rank * (colourSteps - 1));
      });
    }
    return this.#buckets;
  }

  /** Runs that are shown, the worst first, so that the best are drawn on top. */
  *shownWorstFirst(): Generator<number> {
    for (let run = this.data.count - 1; run >= 0; run--) if (this.shown[run] === 1) yield run;
  }

  #filter(): void {
    const { data } = this;
    const shown = new Uint8Array(data.count).fill(1);
    for (const run of this.hidden) shown[run] = 0;
    for (const [key, brush] of this.brushes) {
      const column = data.column(key);
      if (column !== undefined) applyBrush(shown, column, brush);
    }
    const unknown: string[] = [];
    for (const term of parseFilter(this.search)) {
      if (term.kind === 'word') {
        for (let run = 0; run < data.count; run++)
          if (data.searchText(run).includes(term.text) === term.not) shown[run] = 0;
        continue;
      }
      const column = findColumn(data.page.columns, term.field);
      if (column === undefined) {
        unknown.push(term.field);
        continue;
      }
      for (let run = 0; run < data.count; run++)
        if (!holds(term.operator, valueOf(column, run), term.value)) shown[run] = 0;
    }
    this.unknownFields = unknown;
    this.shown = shown;
    this.shownCount = shown.reduce((sum, one) => sum + one, 0);
    this.notify('filter');
  }
}

function valueOf(column: PageColumn, run: number): number | string | null {
  return column.kind === 'number'
    ? (column.values[run] ?? null)
    : (column.categories[column.values[run] ?? -1] ?? null);
}
