/** What scatter plots have in common: points in the colours of the metric, hover that names the run everywhere, a click pins. */
import { scaleColour, colourSteps } from './colours.js';
import { themeColour } from './dom.js';
import { Layers } from './layers.js';
import { drawDot, drawRing, nearestRun, pointOf, type PlotFrame } from './plot-frame.js';
import type { RunTip } from './run-tip.js';
import type { Change, SelectionStore } from './selection-store.js';
import { View } from './view.js';

export abstract class ScatterView extends View {
  protected readonly layers = new Layers();
  protected frames: readonly PlotFrame[] = [];

  protected constructor(
    element: HTMLElement,
    store: SelectionStore,
    protected readonly tip: RunTip,
    changes: readonly Change[] = ['filter', 'colour', 'pins'],
  ) {
    super(element, store, changes);
    store.on(['hover'], () => this.drawHovered());
    const { box } = this.layers;
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', 'Nothing to show yet');
    box.addEventListener('pointermove', (event) => this.#point(event));
    box.addEventListener('pointerdown', (event) => this.#point(event));
    box.addEventListener('pointerleave', () => {
      this.store.setHovered(undefined);
      tip.hide();
    });
    box.addEventListener('click', () => {
      if (this.store.hovered !== undefined) this.store.togglePinned(this.store.hovered);
    });
  }

  /** Points of runs that are not shown are left as faint traces. */
  protected drawPoints(context: CanvasRenderingContext2D, frame: PlotFrame, radius: number): void {
    const { store, data } = this;
    const faint = themeColour('--line');
    for (let run = data.count - 1; run >= 0; run--) {
      if (store.shown[run] === 1) continue;
      const point = pointOf(frame, run);
      if (point !== undefined) drawDot(context, point, radius * 0.7, faint);
    }
    context.globalAlpha = store.shownCount > 300 ? 0.75 : 0.9;
    const none = themeColour('--ink-3');
    for (const run of store.shownWorstFirst()) {
      const point = pointOf(frame, run);
      const bucket = store.colourBuckets[run]!;
      if (point !== undefined)
        drawDot(context, point, radius, bucket < 0 ? none : scaleColour(bucket / (colourSteps - 1)));
    }
    context.globalAlpha = 1;
    for (const run of store.pinned) {
      const point = pointOf(frame, run);
      if (point !== undefined) drawRing(context, point, radius + 3, themeColour('--ink'));
    }
  }

  protected drawHovered(): void {
    const { hovered } = this.store;
    const context = this.layers.beginAbove(hovered === undefined);
    if (hovered === undefined || context === undefined) return;
    for (const frame of this.frames) {
      const point = pointOf(frame, hovered);
      if (point === undefined) continue;
      drawDot(context, point, 6, themeColour('--wrong'));
      drawRing(context, point, 8, themeColour('--card'));
    }
  }

  /** What the tip tells of a run, beside the objective. */
  protected linesOf(frame: PlotFrame, run: number): readonly (readonly [string, string])[] {
    return [frame.x, frame.y].map(({ column }) => [column.label, this.data.text(column, run)] as const);
  }

  #point(event: PointerEvent): void {
    const { left, top } = this.layers.box.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const frame = this.frames.find(
      (one) =>
        x >= one.left - 20 &&
        x <= one.left + one.width + 14 &&
        y >= one.top - 14 &&
        y <= one.top + one.height + 14,
    );
    const run = frame === undefined ? undefined : nearestRun(frame, this.store.shownWorstFirst(), x, y);
    this.store.setHovered(run);
    if (run === undefined || frame === undefined) this.tip.hide();
    else this.tip.show(run, event.clientX, event.clientY, this.linesOf(frame, run));
  }
}
