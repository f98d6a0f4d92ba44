/**
 * Which point of which learning curve is told: the nearest to the pointer, or by keys one after the other; a click pins its
 * run. Owns the words for screen readers and the box that names the run; draws no curve.
 */
import type uPlot from 'uplot';
import { leastDrag } from './curves-plot.js';
import type { RunTip } from './run-tip.js';
import type { SelectionStore } from './selection-store.js';
import type { ShownCurves } from './shown-curves.js';

/** Pixels from a curve within which the pointer means it. */
const reach = 26;

export class CurvesReader {
  /** Of the curve that is read by keys. */
  #at: number | undefined;
  /** Where the pointer went down. */
  #down: readonly [x: number, y: number] | undefined;
  /** Whose curve was clicked last. */
  #clicked: number | undefined;

  constructor(
    private readonly box: HTMLElement,
    private readonly store: SelectionStore,
    private readonly curves: ShownCurves,
    private readonly tip: RunTip,
    private readonly plot: () => uPlot | undefined,
  ) {
    box.addEventListener('keydown', (event) => this.#onKey(event));
    box.addEventListener('blur', () => this.#point(undefined));
    // The curves are drawn when they are seen; these words are heard before that.
    store.on(['filter'], () => this.describe());
  }

  /** Follows the pointer over a plot. */
  follow(over: HTMLElement): void {
    over.addEventListener('pointermove', (event) => this.#onPointer(event));
    over.addEventListener('pointerdown', (event) => {
      this.#down = [event.clientX, event.clientY];
      this.#onPointer(event);
    });
    over.addEventListener('click', (event) => this.#onClick(event));
    over.addEventListener('pointerleave', () => {
      this.store.setHovered(undefined);
      this.tip.hide();
    });
  }

  describe(): void {
    const { box, store } = this;
    const { hovered, data } = store;
    box.setAttribute('aria-label', `${this.curves.title}: up and down choose a run`);
    box.setAttribute('aria-valuemin', '0');
    box.setAttribute('aria-valuemax', String(Math.max(0, data.count - 1)));
    box.setAttribute('aria-valuenow', String(hovered ?? 0));
    const curve = hovered === undefined ? undefined : this.curves.curve(hovered);
    const index = curve === undefined ? 0 : Math.min(curve.x.length - 1, this.#at ?? curve.x.length - 1);
    box.setAttribute(
      'aria-valuetext',
      hovered === undefined || curve === undefined
        ? `${store.shownCount} ${store.shownCount === 1 ? 'run' : 'runs'}`
        : [data.name(hovered), ...this.curves.lines(hovered, index).map((pair) => pair.join(' '))].join(', '),
    );
  }

  #onClick(event: MouseEvent): void {
    const [x, y] = this.#down ?? [event.clientX, event.clientY];
    // A drag zooms.
    if (Math.abs(event.clientX - x) >= leastDrag || Math.abs(event.clientY - y) >= leastDrag) return;
    // The second of a double click, which zooms out, takes the first one back, whatever lies there by now.
    if (event.detail <= 1) {
      this.#onPointer(event);
      this.#clicked = this.store.hovered;
    }
    if (this.#clicked !== undefined) this.store.togglePinned(this.#clicked);
  }

  #onPointer(event: MouseEvent): void {
    const plot = this.plot();
    if (plot === undefined || event.buttons !== 0) return;
    const { left, top } = plot.over.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const value = plot.posToVal(x, 'x');
    let best: { run: number; index: number } | undefined;
    let least = reach;
    for (const run of this.store.shownWorstFirst()) {
      const curve = this.curves.curve(run);
      if (curve === undefined || curve.x.length === 0) continue;
      const index = nearestIndex(curve.x, value);
      const dx = plot.valToPos(curve.x[index]!, 'x') - x;
      const dy = plot.valToPos(curve.y[index]!, 'y') - y;
      const distance = Math.hypot(Math.max(0, Math.abs(dx) - 12), dy);
      if (distance <= least) [best, least] = [{ run, index }, distance];
    }
    this.store.setHovered(best?.run);
    if (best === undefined) this.tip.hide();
    else this.tip.show(best.run, event.clientX, event.clientY, this.curves.lines(best.run, best.index));
  }

  /** Up and down go from run to run, left and right along its curve. */
  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const runs = [...this.store.shownWorstFirst()]
      .filter((run) => (this.curves.curve(run)?.x.length ?? 0) > 0)
      .reverse();
    if (runs.length === 0) return;
    const current = this.store.hovered;
    const place = current === undefined ? -1 : runs.indexOf(current);
    const run = current !== undefined && place !== -1 ? current : runs[0]!;
    const last = this.curves.curve(run)!.x.length - 1;
    const at = Math.min(last, this.#at ?? last);
    if (event.key === 'ArrowDown') this.#point(runs[Math.min(runs.length - 1, place + 1)]);
    else if (event.key === 'ArrowUp') this.#point(runs[Math.max(0, place - 1)]);
    else if (event.key === 'ArrowLeft') this.#point(run, Math.max(0, at - 1));
    else if (event.key === 'ArrowRight') this.#point(run, Math.min(last, at + 1));
    else if (event.key === 'Home') this.#point(run, 0);
    else if (event.key === 'End') this.#point(run, last);
    else if (event.key === 'Escape') this.#point(undefined);
    else return;
    event.preventDefault();
  }

  #point(run: number | undefined, at = this.#at): void {
    this.#at = at;
    this.store.setHovered(run);
    this.describe();
    const plot = this.plot();
    if (run === undefined || plot === undefined) {
      this.tip.hide();
      return;
    }
    const curve = this.curves.curve(run)!;
    const index = Math.min(curve.x.length - 1, at ?? curve.x.length - 1);
    const { left, top } = plot.over.getBoundingClientRect();
    const [x, y] = [plot.valToPos(curve.x[index]!, 'x'), plot.valToPos(curve.y[index]!, 'y')];
    this.tip.show(run, left + x, top + y, this.curves.lines(run, index));
  }
}

function nearestIndex(x: Float64Array, value: number): number {
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= value) low = middle;
    else high = middle;
  }
  return Math.abs(x[low]! - value) <= Math.abs(x[high]! - value) ? low : high;
}
