/** The curves of the run pointed at, wherever that was, and of pinned ones, over all others: a canvas of its own. */
import type uPlot from 'uplot';
import { pathOf } from './curve-path.js';
import { make } from './dom.js';
import type { SelectionStore } from './selection-store.js';
import type { ShownCurves } from './shown-curves.js';
import { strokeMarked } from './stroke-marked.js';

export class CurvesOverlay {
  readonly canvas = make('canvas', { class: 'curves-above', 'aria-hidden': 'true' });
  #isEmpty = true;

  constructor(
    private readonly store: SelectionStore,
    private readonly curves: ShownCurves,
  ) {}

  draw(plot: uPlot): void {
    const { hovered, marked } = this.store;
    const isEmpty = marked.length === 0;
    if (isEmpty && this.#isEmpty) return;
    this.#isEmpty = isEmpty;
    const ratio = Math.min(2, devicePixelRatio);
    const { clientWidth, clientHeight } = plot.over;
    this.canvas.width = clientWidth * ratio;
    this.canvas.height = clientHeight * ratio;
    this.canvas.style.width = `${clientWidth}px`;
    this.canvas.style.height = `${clientHeight}px`;
    const context = this.canvas.getContext('2d')!;
    for (const run of marked) {
      const curve = this.curves.curve(run);
      if (curve === undefined) continue;
      const path = new Path2D();
      const scale = { valToPos: (value: number, axis: 'x' | 'y') => plot.valToPos(value, axis) * ratio };
      const end = pathOf(path, curve, scale, 1);
      const colour = strokeMarked(context, path, run === hovered, ratio);
      if (end === undefined) continue;
      context.fillStyle = colour;
      context.beginPath();
      context.arc(end[0], end[1], 4 * ratio, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
