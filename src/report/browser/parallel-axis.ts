/** One axis of the parallel coordinates: its name, its ticks, its brush by mouse, finger and keyboard. Draws no lines. */
import type { AxisScale } from './axis-scale.js';
import { brushInWords, type Brush } from './brush.js';
import { make, makeButton } from './dom.js';
import { shortLabel } from './selection-bar.js';
import type { SelectionStore } from './selection-store.js';

interface AxisOptions {
  readonly top: number;
  readonly height: number;
  /** Where lines of runs without a value pass. */
  readonly none: number;
  readonly x: number;
  /** Room between two axes. */
  readonly space: number;
  move(by: -1 | 1): void;
  toggleLog(): void;
  dropAt(x: number): void;
}

/** Both from 0 (low end) to 1. */
interface Extent {
  readonly low: number;
  readonly high: number;
}

const step = 0.05;
const clampShare = (value: number) => Math.min(1, Math.max(0, value));

export class ParallelAxis {
  readonly element: HTMLElement;
  readonly #track: HTMLElement;
  readonly #brush = make('div', { class: 'axis-brush', hidden: true });
  #extent: Extent | undefined;

  constructor(
    private readonly store: SelectionStore,
    private readonly scale: AxisScale,
    private readonly options: AxisOptions,
  ) {
    const { column } = scale;
    const { top, height, x, space } = options;
    this.#track = make(
      'div',
      {
        class: 'axis-track',
        tabindex: 0,
        role: 'slider',
        'aria-orientation': 'vertical',
        'aria-valuemin': 0,
        'aria-valuemax': 100,
      },
      make('div', { class: 'axis-line' }),
      this.#brush,
    );
    this.#track.style.top = `${top}px`;
    this.#track.style.height = `${height}px`;
    const name = make('button', {
      type: 'button',
      class: 'axis-name',
      title: `${column.label}: drag to move`,
      tabindex: -1,
    });
    const label = shortLabel(column.label);
    const prefix = column.label.slice(0, column.label.length - label.length - 1);
    name.append(...(prefix === '' ? [] : [make('small', { text: prefix })]), make('span', { text: label }));
    name.style.maxWidth = `${Math.max(60, space - 6)}px`;
    const buttons = make(
      'div',
      { class: 'axis-buttons' },
      this.#moveButton('‹', -1),
      this.#moveButton('›', 1),
    );
    buttons.style.top = `${options.none + 8}px`;
    this.element = make(
      'div',
      { class: 'axis', 'data-axis': column.key },
      name,
      this.#track,
      buttons,
      ...this.#ticks(),
      ...this.#noneTick(),
    );
    this.element.style.left = `${x}px`;
    this.#listenToPointer();
    this.#listenToDrag(name);
    this.#track.addEventListener('keydown', (event) => this.#onKey(event));
    this.showBrush();
  }

  focus(): void {
    this.#track.focus({ preventScroll: true });
  }

  hasFocus(): boolean {
    return document.activeElement === this.#track;
  }

  /** Shows the brush as the store has it. */
  showBrush(): void {
    const { column } = this.scale;
    const brush = this.store.brushes.get(column.key);
    // While it is dragged the extent is finer than what it chooses among categories.
    if (brush === undefined) this.#extent = undefined;
    else if (this.#extent === undefined) this.#extent = this.#extentOf(brush);
    const extent = this.#extent;
    this.#brush.hidden = extent === undefined;
    this.#track.setAttribute('aria-label', `Brush on ${column.label}`);
    this.#track.setAttribute('aria-valuetext', brush === undefined ? 'all' : this.#inWords(brush));
    this.#track.setAttribute('aria-valuenow', String(Math.round(100 * (extent?.high ?? 1))));
    if (extent === undefined) return;
    this.#brush.style.top = `${(1 - extent.high) * 100}%`;
    this.#brush.style.height = `${(extent.high - extent.low) * 100}%`;
  }

  #ticks(): HTMLElement[] {
    const { top, height, space } = this.options;
    const { ticks } = this.scale;
    const least = 15 / height;
    let last = -1;
    return ticks.flatMap(({ at, label }) => {
      if (at - last < least) return [];
      last = at;
      const tick = make('span', { class: 'axis-tick', text: label, 'aria-hidden': 'true' });
      tick.style.top = `${top + (1 - at) * height}px`;
      tick.style.maxWidth = `${space - 14}px`;
      return [tick];
    });
  }

  #noneTick(): HTMLElement[] {
    if (!this.scale.places.some(Number.isNaN)) return [];
    const tick = make('span', { class: 'axis-tick axis-none', text: 'none', 'aria-hidden': 'true' });
    tick.style.top = `${this.options.none}px`;
    return [tick];
  }

  #moveButton(text: string, by: -1 | 1): HTMLButtonElement {
    const button = makeButton(text, 'axis-move', () => this.options.move(by));
    button.tabIndex = -1;
    button.setAttribute('aria-label', `Move ${this.scale.column.label} to the ${by < 0 ? 'left' : 'right'}`);
    return button;
  }

  /** Undefined where nothing that it chooses is left. */
  #extentOf(brush: Brush): Extent | undefined {
    const { column } = this.scale;
    if (brush.kind === 'range')
      return { low: this.scale.place(brush.low), high: this.scale.place(brush.high) };
    const places = (column.kind === 'category' ? column.categories : []).flatMap((name, index) =>
      brush.chosen.has(name) ? [this.scale.place(index)] : [],
    );
    if (places.length === 0) return undefined;
    const half = 0.5 / this.scale.ticks.length;
    return { low: Math.min(...places) - half, high: Math.max(...places) + half };
  }

  #inWords(brush: Brush): string {
    return `${brush.kind === 'range' ? 'from ' : ''}${brushInWords(brush, this.scale.column)}`;
  }

  #setExtent(extent: Extent | undefined): void {
    const { column } = this.scale;
    this.#extent = extent;
    if (extent === undefined) {
      this.store.setBrush(column.key, undefined);
      return;
    }
    if (column.kind === 'number') {
      // The ends of the axis mean everything beyond as well, runs to come among it.
      this.store.setBrush(column.key, {
        kind: 'range',
        low: extent.low <= 0 ? -Infinity : this.scale.invert(extent.low),
        high: extent.high >= 1 ? Infinity : this.scale.invert(extent.high),
      });
      return;
    }
    const chosen = column.categories.filter((_, index) => {
      const place = this.scale.place(index);
      return place >= extent.low - 1e-9 && place <= extent.high + 1e-9;
    });
    this.store.setBrush(column.key, { kind: 'categories', chosen: new Set(chosen) });
  }

  #listenToPointer(): void {
    const track = this.#track;
    track.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      track.focus({ preventScroll: true });
      track.setPointerCapture(event.pointerId);
      const { top, height } = track.getBoundingClientRect();
      const shareAt = (y: number) => clampShare(1 - (y - top) / height);
      const from = shareAt(event.clientY);
      const before = this.#extent;
      const mode = dragMode(from, before, 7 / height);
      let moved = false;
      this.store.isDragging = true;
      const move = (next: PointerEvent): void => {
        const to = shareAt(next.clientY);
        if (!moved && Math.abs(to - from) * height < 3) return;
        moved = true;
        this.#setExtent(dragged(mode, before, from, to));
      };
      const end = (): void => {
        track.removeEventListener('pointermove', move);
        track.removeEventListener('pointerup', end);
        track.removeEventListener('pointercancel', end);
        this.store.isDragging = false;
        if (moved) {
          this.store.notify('filter');
          return;
        }
        // A click clears, or chooses the one category under it.
        if (before === undefined && this.scale.column.kind === 'category') {
          const place = this.scale.place(this.scale.invert(from));
          const half = 0.5 / this.scale.ticks.length;
          this.#setExtent({ low: place - half, high: place + half });
        } else this.#setExtent(undefined);
      };
      track.addEventListener('pointermove', move);
      track.addEventListener('pointerup', end);
      track.addEventListener('pointercancel', end);
    });
  }

  /** The name follows the pointer and, let go of, takes the axis with it. */
  #listenToDrag(name: HTMLElement): void {
    name.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      name.setPointerCapture(event.pointerId);
      const from = event.clientX;
      const move = (next: PointerEvent): void => {
        this.element.classList.add('dragged');
        this.element.style.translate = `${next.clientX - from}px 0`;
      };
      const end = (last: PointerEvent): void => {
        name.removeEventListener('pointermove', move);
        name.removeEventListener('pointerup', end);
        name.removeEventListener('pointercancel', end);
        this.element.classList.remove('dragged');
        this.element.style.translate = '';
        const by = last.clientX - from;
        if (Math.abs(by) > 12) this.options.dropAt(this.options.x + by);
      };
      name.addEventListener('pointermove', move);
      name.addEventListener('pointerup', end);
      name.addEventListener('pointercancel', end);
    });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const up = event.key === 'ArrowUp';
    const size = this.scale.column.kind === 'category' ? 1 / this.scale.ticks.length : step;
    if (up || event.key === 'ArrowDown') this.#setExtent(this.#moved(up ? size : -size, event.shiftKey));
    else if (event.key === 'ArrowLeft') this.options.move(-1);
    else if (event.key === 'ArrowRight') this.options.move(1);
    else if (event.key === 'Escape' || event.key === 'Delete') this.#setExtent(undefined);
    else if (event.key === 'l') this.options.toggleLog();
    else return;
    event.preventDefault();
  }

  /** The first key makes a brush: the upper half for up, the lower one for down. */
  #moved(by: number, resize: boolean): Extent {
    const extent = this.#extent;
    if (extent === undefined) return by > 0 ? { low: 0.5, high: 1 } : { low: 0, high: 0.5 };
    if (resize)
      return { low: extent.low, high: Math.max(extent.low + Math.abs(by), clampShare(extent.high + by)) };
    const size = extent.high - extent.low;
    const low = Math.min(1 - size, Math.max(0, extent.low + by));
    return { low, high: low + size };
  }
}

type DragMode = 'new' | 'move' | 'low' | 'high';

function dragMode(at: number, extent: Extent | undefined, reach: number): DragMode {
  if (extent === undefined) return 'new';
  if (Math.abs(at - extent.high) <= reach) return 'high';
  if (Math.abs(at - extent.low) <= reach) return 'low';
  return at > extent.low && at < extent.high ? 'move' : 'new';
}

function dragged(mode: DragMode, before: Extent | undefined, from: number, to: number): Extent {
  if (mode === 'new' || before === undefined) return { low: Math.min(from, to), high: Math.max(from, to) };
  if (mode === 'low') return { low: Math.min(to, before.high), high: Math.max(to, before.high) };
  if (mode === 'high') return { low: Math.min(to, before.low), high: Math.max(to, before.low) };
  const size = before.high - before.low;
  const low = Math.min(1 - size, Math.max(0, before.low + to - from));
  return { low, high: low + size };
}
