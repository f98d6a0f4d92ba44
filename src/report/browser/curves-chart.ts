/**
 * Learning curves of all runs that are shown, in one plot. uPlot makes scales, axes and zoom (`curves-plot.ts`); the lines
 * are drawn by `paint-curves.ts`, many in one go, since a thousand series are more than a chart library has in mind.
 */
import uPlot from 'uplot';
import { valueRange } from './curve-path.js';
import type { Across } from './curve-source.js';
import { makeCurvesKey } from './curves-key.js';
import { CurvesOverlay } from './curves-overlay.js';
import { curvesPlot, type CurvesRange } from './curves-plot.js';
import { CurvesReader } from './curves-reader.js';
import { isOnPaper, make, makeSelect, makeTextAlternative, makeToggle, themeColour } from './dom.js';
import { paintCurves } from './paint-curves.js';
import type { RunTip } from './run-tip.js';
import type { SelectionStore } from './selection-store.js';
import { ShownCurves } from './shown-curves.js';
import { View } from './view.js';

export class CurvesChart extends View {
  readonly #title = make('p', { class: 'plot-title' });
  readonly #outside = make('p', { class: 'hint', hidden: true });
  readonly #plotBox = make('div', { class: 'curves-plot', tabindex: 0, role: 'slider' });
  readonly #curves: ShownCurves;
  readonly #overlay: CurvesOverlay;
  readonly #reader: CurvesReader;
  #plot: uPlot | undefined;
  /** What the plot was made for. */
  #made = '';
  #range: CurvesRange = { x: [0, 1], y: [0, 1] };

  constructor(
    element: HTMLElement,
    store: SelectionStore,
    private readonly tip: RunTip,
  ) {
    super(element, store, ['filter', 'colour', 'pins']);
    this.#curves = new ShownCurves(store);
    this.#overlay = new CurvesOverlay(store, this.#curves);
    this.#reader = new CurvesReader(this.#plotBox, store, this.#curves, tip, () => this.#plot);
    this.#makeTools();
    element.append(
      make(
        'div',
        { class: 'card plot-card' },
        this.#title,
        this.#plotBox,
        this.#outside,
        makeCurvesKey(store),
      ),
      makeTextAlternative('The curves as a table', ['Run', 'Epochs', 'First', 'Best', 'Last'], () =>
        [...store.shownWorstFirst()].reverse().map((run) => this.#curves.row(run)),
      ),
    );
    store.on(['hover'], () => this.#drawHovered());
  }

  #makeTools(): void {
    const choose = (change: Parameters<ShownCurves['choose']>[0]): void => {
      this.#curves.choose(change);
      this.invalidate();
    };
    const { choice, acrossChoices } = this.#curves;
    const metrics = this.data.page.metrics.map((label, i) => ({ value: String(i), label }));
    const metric = makeSelect('Metric', metrics, String(choice.metric), (value) =>
      choose({ metric: Number(value) }),
    );
    const across = makeSelect('By', acrossChoices, choice.across, (value) =>
      choose({ across: value as Across }),
    );
    const slider = make('input', { type: 'range', min: 0, max: 0.95, step: 0.05, value: 0 });
    slider.addEventListener('input', () => choose({ smoothing: Number(slider.value) }));
    this.element.append(
      make(
        'div',
        { class: 'tools' },
        // What offers no choice is no tool.
        ...(metrics.length > 1 ? [metric.box] : []),
        ...(acrossChoices.length > 1 ? [across.box] : []),
        make('label', { class: 'pick' }, make('span', { text: 'Smoothing' }), slider),
        makeToggle('Log scale', false, (log) => choose({ log })),
        ...(metrics.length > 1
          ? [makeToggle('Train against validation', false, (withTraining) => choose({ withTraining }))]
          : []),
        make('p', { class: 'hint', text: 'Drag over the curves to zoom in, double-click to see all again.' }),
      ),
    );
  }

  protected draw(): void {
    const { metric, across, log } = this.#curves.choice;
    this.#title.textContent = this.#curves.title;
    const isZoomed = this.#isZoomed();
    this.#range = this.#measure();
    const width = this.#plotBox.clientWidth;
    const made = JSON.stringify([width, metric, across, log, themeColour('--ink-3'), isOnPaper()]);
    if (this.#plot !== undefined && made === this.#made) {
      // Only other runs: the axes may move where the reader hasn't zoomed in, the rest stays as it is.
      const plot = this.#plot;
      const { x, y } = this.#range;
      // The plot's own data, which it has for a double click alone: that shows all again.
      plot.setData([x, [null, null]], false);
      if (!isZoomed)
        plot.batch(() => {
          plot.setScale('x', { min: x[0], max: x[1] });
          plot.setScale('y', { min: y[0], max: y[1] });
        });
      plot.redraw(false);
      this.#reader.describe();
      return;
    }
    this.#made = made;
    this.#plot?.destroy();
    const options = curvesPlot({
      width,
      curves: this.#curves,
      range: () => this.#range,
      draw: (plot) => {
        paintCurves(plot, this.store, this.#curves);
        this.#overlay.draw(plot);
      },
      zoomed: () => this.tip.hide(),
    });
    this.#plot = new uPlot(options, [this.#range.x, [null, null]], this.#plotBox);
    this.#plot.over.append(this.#overlay.canvas);
    this.#reader.follow(this.#plot.over);
    this.#reader.describe();
  }

  /** Whether the plot shows another part than the whole, as it was when it was last drawn. */
  #isZoomed(): boolean {
    if (this.#plot === undefined) return false;
    const { x, y } = this.#plot.scales;
    const [wholeX, wholeY] = [this.#range.x, this.#range.y];
    return x!.min !== wholeX[0] || x!.max !== wholeX[1] || y!.min !== wholeY[0] || y!.max !== wholeY[1];
  }

  #measure(): CurvesRange {
    const runs = [...this.store.shownWorstFirst()];
    const curves = runs.flatMap((run) => this.#curves.curve(run) ?? []);
    const training = runs.flatMap((run) => this.#curves.training(run) ?? []);
    const xs = curves.flatMap(({ x }) => (x.length === 0 ? [] : [x[0]!, x.at(-1)!]));
    const low = xs.reduce((a, b) => Math.min(a, b), Infinity);
    const high = xs.reduce((a, b) => Math.max(a, b), -Infinity);
    const y = valueRange(
      [...curves, ...training],
      this.#curves.format === 'percent',
      this.#curves.choice.log,
    );
    this.#tellOutside(
      curves.filter((curve) => curve.y.length > 0 && curve.y.every((value) => value < y[0] || value > y[1]))
        .length,
    );
    return {
      x: xs.length === 0 ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high],
      y,
    };
  }

  /** Nothing is left out without a word. */
  #tellOutside(count: number): void {
    this.#outside.hidden = count === 0;
    this.#outside.textContent = `${count} ${count === 1 ? 'curve lies' : 'curves lie'} outside this range; the logarithmic scale shows all.`;
  }

  #drawHovered(): void {
    if (this.#plot !== undefined) this.#overlay.draw(this.#plot);
  }
}
