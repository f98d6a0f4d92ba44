/**
 * Learning curves of all runs that are shown, in one plot. uPlot makes scales, axes and zoom; the lines are drawn here,
 * many in one go, since a thousand series are more than a chart library has in mind.
 */
import uPlot from 'uplot';
import { make, makeSelect, makeTextAlternative, makeToggle, themeColour } from './dom.js';
import { formatNumber, formatTick } from './format.js';
import { makeCurvesKey } from './curves-key.js';
import { pathOf, type Across, type PlottedCurve, plottedCurve, valueRange } from './curve-path.js';
import { paintCurves } from './paint-curves.js';
import type { RunTip } from './run-tip.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';
import type { ColumnFormat } from '../comparison/page-data.js';
import { ticksOf } from './axis-scale.js';
import { scaleLog } from 'd3-scale';

const acrossNames: Readonly<Record<Across, string>> = { epochs: 'epoch', steps: 'step', seconds: 'seconds' };

export class CurvesChart extends View {
  readonly #plotBox = make('div', { class: 'curves-plot', tabindex: 0, role: 'slider' });
  readonly #above = make('canvas', { class: 'curves-above', 'aria-hidden': 'true' });
  #aboveIsEmpty = true;
  #plot: uPlot | undefined;
  #metric: number;
  #across: Across = 'epochs';
  #smoothing = 0;
  #log = false;
  #withTraining = false;
  /** What the plot was made for. */
  #made = '';
  #range: { readonly x: [number, number]; readonly y: [number, number] } = { x: [0, 1], y: [0, 1] };
  #curves = new Map<number, PlottedCurve>();
  /** Which point of the curves is told, for the keyboard. */
  #at: number | undefined;

  constructor(
    element: HTMLElement,
    store: SelectionStore,
    private readonly tip: RunTip,
  ) {
    super(element, store, ['filter', 'colour', 'pins']);
    const { metrics, objective } = this.data.page;
    const wanted = metrics.indexOf(objective.column.replace(/^metric:/, ''));
    this.#metric =
      wanted === -1
        ? Math.max(
            0,
            metrics.findIndex((name) => /validation/.test(name)),
          )
        : wanted;
    this.#makeTools();
    element.append(
      make('div', { class: 'card plot-card' }, this.#plotBox, makeCurvesKey()),
      makeTextAlternative('The curves as a table', ['Run', 'Epochs', 'First', 'Best', 'Last'], () =>
        this.#rows(),
      ),
    );
    store.on(['hover'], () => this.#drawHovered());
    this.#plotBox.addEventListener('keydown', (event) => this.#onKey(event));
    this.#plotBox.addEventListener('blur', () => this.#point(undefined));
  }

  get #format(): ColumnFormat {
    return /accuracy/i.test(this.data.page.metrics[this.#metric] ?? '') ? 'percent' : 'decimal';
  }

  /** On a logarithmic scale a share is shown by what is missing to 1: 99 % and 99.9 % are as far apart as 90 % and 99 %. */
  get #ofError(): boolean {
    return this.#log && this.#format === 'percent';
  }

  #makeTools(): void {
    const { metrics } = this.data.page;
    const change = (set: () => void) => () => {
      set();
      this.#curves.clear();
      this.invalidate();
    };
    const metric = makeSelect(
      'Metric',
      metrics.map((name, i) => ({ value: String(i), label: name })),
      String(this.#metric),
      (value) => change(() => (this.#metric = Number(value)))(),
    );
    const across = makeSelect(
      'By',
      [
        { value: 'epochs', label: 'epoch' },
        { value: 'steps', label: 'step' },
        { value: 'seconds', label: 'wall time' },
      ],
      'epochs',
      (value) => change(() => (this.#across = value as Across))(),
    );
    const slider = make('input', { type: 'range', min: 0, max: 0.95, step: 0.05, value: 0 });
    slider.addEventListener(
      'input',
      change(() => (this.#smoothing = Number(slider.value))),
    );
    this.element.append(
      make(
        'div',
        { class: 'tools' },
        metric.box,
        across.box,
        make('label', { class: 'pick' }, make('span', { text: 'Smoothing' }), slider),
        makeToggle('Log scale', false, (pressed) => change(() => (this.#log = pressed))()),
        makeToggle('Train against validation', false, (pressed) =>
          change(() => (this.#withTraining = pressed))(),
        ),
      ),
    );
  }

  /** The same metric in training, where there is one. */
  get #trainingMetric(): number {
    const { metrics } = this.data.page;
    return metrics.indexOf((metrics[this.#metric] ?? '').replace(/^validation\./, 'train.'));
  }

  #curve(run: number, metric: number): PlottedCurve | undefined {
    const key = run * 1000 + metric;
    let plotted = this.#curves.get(key);
    if (plotted === undefined) {
      const curve = this.data.curve(run, metric);
      if (curve === undefined) return undefined;
      plotted = plottedCurve(curve, this.#across, this.#smoothing, this.#ofError);
      this.#curves.set(key, plotted);
    }
    return plotted;
  }

  protected draw(): void {
    const runs = [...this.store.shownWorstFirst()];
    const curves = runs.flatMap((run) => this.#curve(run, this.#metric) ?? []);
    const withTraining = this.#withTraining && this.#trainingMetric !== this.#metric;
    const training = withTraining ? runs.flatMap((run) => this.#curve(run, this.#trainingMetric) ?? []) : [];
    const xs = curves.flatMap(({ x }) => (x.length === 0 ? [] : [x[0]!, x.at(-1)!]));
    const [low, high] = [
      xs.reduce((a, b) => Math.min(a, b), Infinity),
      xs.reduce((a, b) => Math.max(a, b), -Infinity),
    ];
    const ends: [number, number] =
      xs.length === 0 ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high];
    const range = valueRange([...curves, ...training], this.#format === 'percent', this.#log);
    const width = this.#plotBox.clientWidth;
    const made = JSON.stringify([width, this.#metric, this.#across, this.#log, themeColour('--ink-3')]);
    this.#range = { x: ends, y: range };
    if (this.#plot !== undefined && made === this.#made) {
      // Only other runs: the axes may move, the rest stays as it is.
      const plot = this.#plot;
      plot.batch(() => {
        plot.setScale('x', { min: ends[0], max: ends[1] });
        plot.setScale('y', { min: range[0], max: range[1] });
      });
      plot.redraw(false);
      this.#describe();
      return;
    }
    this.#made = made;
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(width), [ends, [null, null]], this.#plotBox);
    this.#plot.over.append(this.#above);
    const over = this.#plot.over;
    over.addEventListener('pointermove', (event) => this.#onPointer(event));
    over.addEventListener('pointerdown', (event) => this.#onPointer(event));
    over.addEventListener('pointerleave', () => {
      this.store.setHovered(undefined);
      this.tip.hide();
    });
    this.#describe();
  }

  #options(width: number): uPlot.Options {
    const ink = themeColour('--ink-3');
    const axis = { stroke: ink, font: '12px system-ui, sans-serif', ticks: { show: false } };
    const log = this.#log;
    return {
      width,
      height: Math.round(Math.min(520, Math.max(280, width * 0.42))),
      padding: [14, 16, 0, 0],
      legend: { show: false },
      cursor: { x: false, y: false, points: { show: false }, drag: { x: true, y: true, uni: 20 } },
      scales: {
        x: {
          time: false,
          range: (_, low, high) => (low < high && low >= this.#range.x[0] ? [low, high] : this.#range.x),
        },
        y: {
          dir: this.#ofError ? -1 : 1,
          distr: log ? 3 : 1,
          range: (_, low, high) => (Number.isFinite(low) && low < high ? [low, high] : this.#range.y),
        },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 50,
          size: 34,
          incrs: [1, 2, 5].concat(
            [1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power)),
          ),
          values: (_, ticks) =>
            ticks.map((tick) => formatTick(tick, this.#across === 'seconds' ? 'seconds' : 'count')),
        },
        {
          ...axis,
          grid: { stroke: themeColour('--line'), width: 1 },
          space: 40,
          size: 62,
          ...(log
            ? {
                splits: (_: uPlot, __: number, low: number, high: number) =>
                  ticksOf(scaleLog().domain([low, high]), true, 6),
                filter: (_: uPlot, ticks: number[]) => ticks,
              }
            : {}),
          values: (_, ticks) =>
            ticks.map((tick) => formatTick(this.#ofError ? 1 - tick : tick, this.#format)),
        },
      ],
      series: [{}, { show: true, points: { show: false } }],
      hooks: {
        draw: [(plot) => this.#drawLines(plot)],
        setSelect: [() => this.tip.hide()],
      },
    };
  }

  #drawLines(plot: uPlot): void {
    const withTraining = this.#withTraining && this.#trainingMetric !== this.#metric;
    paintCurves(plot, this.store, {
      curve: (run) => this.#curve(run, this.#metric),
      training: (run) => (withTraining ? this.#curve(run, this.#trainingMetric) : undefined),
    });
    this.#drawHovered();
  }

  /** The run pointed at, wherever that was, and pinned ones, over all others. */
  #drawHovered(): void {
    const plot = this.#plot;
    if (plot === undefined) return;
    const { hovered, pinned } = this.store;
    const isEmpty = hovered === undefined && pinned.size === 0;
    if (isEmpty && this.#aboveIsEmpty) return;
    this.#aboveIsEmpty = isEmpty;
    const ratio = Math.min(2, devicePixelRatio);
    const { clientWidth, clientHeight } = plot.over;
    this.#above.width = clientWidth * ratio;
    this.#above.height = clientHeight * ratio;
    this.#above.style.width = `${clientWidth}px`;
    this.#above.style.height = `${clientHeight}px`;
    const context = this.#above.getContext('2d')!;
    for (const run of [...pinned, ...(hovered === undefined ? [] : [hovered])]) {
      const curve = this.#curve(run, this.#metric);
      if (curve === undefined) continue;
      const path = new Path2D();
      const scale = { valToPos: (value: number, axis: 'x' | 'y') => plot.valToPos(value, axis) * ratio };
      const end = pathOf(path, curve, scale, 1);
      context.lineJoin = 'round';
      context.strokeStyle = themeColour('--card');
      context.lineWidth = 6 * ratio;
      context.stroke(path);
      const colour = run === hovered ? themeColour('--wrong') : themeColour('--ink');
      context.strokeStyle = colour;
      context.lineWidth = 2.5 * ratio;
      context.stroke(path);
      if (end === undefined) continue;
      context.fillStyle = colour;
      context.beginPath();
      context.arc(end[0], end[1], 4 * ratio, 0, 2 * Math.PI);
      context.fill();
    }
  }

  #onPointer(event: PointerEvent): void {
    const plot = this.#plot;
    if (plot === undefined || event.buttons !== 0) return;
    const { left, top } = plot.over.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const value = plot.posToVal(x, 'x');
    let best: { run: number; index: number } | undefined;
    let least = 26;
    for (const run of this.store.shownWorstFirst()) {
      const curve = this.#curve(run, this.#metric);
      if (curve === undefined || curve.x.length === 0) continue;
      const index = nearestIndex(curve.x, value);
      const dx = plot.valToPos(curve.x[index]!, 'x') - x;
      const dy = plot.valToPos(curve.y[index]!, 'y') - y;
      const distance = Math.hypot(Math.max(0, Math.abs(dx) - 12), dy);
      if (distance <= least) [best, least] = [{ run, index }, distance];
    }
    this.store.setHovered(best?.run);
    if (best === undefined) this.tip.hide();
    else this.tip.show(best.run, event.clientX, event.clientY, this.#lines(best.run, best.index));
  }

  #lines(run: number, index: number): [string, string][] {
    const curve = this.#curve(run, this.#metric)!;
    const across = acrossNames[this.#across];
    return [
      [across, formatNumber(curve.x[index] ?? null, this.#across === 'seconds' ? 'seconds' : 'count')],
      [this.data.page.metrics[this.#metric] ?? '', formatNumber(curve.raw[index] ?? null, this.#format)],
    ];
  }

  /** Up and down go from run to run, left and right along its curve. */
  #onKey(event: KeyboardEvent): void {
    const runs = [...this.store.shownWorstFirst()]
      .filter((run) => this.#curve(run, this.#metric) !== undefined)
      .reverse();
    if (runs.length === 0) return;
    const current = this.store.hovered;
    const place = current === undefined ? -1 : runs.indexOf(current);
    const run = current !== undefined && place !== -1 ? current : runs[0]!;
    const last = this.#curve(run, this.#metric)!.x.length - 1;
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
    this.#describe();
    const plot = this.#plot;
    if (run === undefined || plot === undefined) return this.tip.hide();
    const curve = this.#curve(run, this.#metric)!;
    const index = Math.min(curve.x.length - 1, at ?? curve.x.length - 1);
    const { left, top } = plot.over.getBoundingClientRect();
    this.tip.show(
      run,
      left + plot.valToPos(curve.x[index]!, 'x'),
      top + plot.valToPos(curve.y[index]!, 'y'),
      this.#lines(run, index),
    );
  }

  #describe(): void {
    const metric = this.data.page.metrics[this.#metric] ?? '';
    const box = this.#plotBox;
    box.setAttribute('aria-label', `${metric} by ${acrossNames[this.#across]}: up and down choose a run`);
    box.setAttribute('aria-valuemin', '0');
    box.setAttribute('aria-valuemax', String(Math.max(0, this.data.count - 1)));
    const { hovered } = this.store;
    box.setAttribute('aria-valuenow', String(hovered ?? 0));
    const curve = hovered === undefined ? undefined : this.#curve(hovered, this.#metric);
    const index = curve === undefined ? 0 : Math.min(curve.x.length - 1, this.#at ?? curve.x.length - 1);
    box.setAttribute(
      'aria-valuetext',
      hovered === undefined || curve === undefined
        ? `${this.store.shownCount} runs`
        : [this.data.name(hovered), ...this.#lines(hovered, index).map((pair) => pair.join(' '))].join(', '),
    );
  }

  #rows(): string[][] {
    const metric = this.data.page.metrics[this.#metric] ?? '';
    const falls = /loss|error/i.test(metric);
    return [...this.store.shownWorstFirst()].reverse().map((run) => {
      const values = [...(this.data.curve(run, this.#metric)?.values ?? [])].filter(
        (value) => !Number.isNaN(value),
      );
      const best = values.reduce(
        (a, b) => (falls ? Math.min(a, b) : Math.max(a, b)),
        falls ? Infinity : -Infinity,
      );
      const all = [values[0], Number.isFinite(best) ? best : undefined, values.at(-1)];
      return [
        this.data.name(run),
        String(values.length),
        ...all.map((value) => formatNumber(value ?? null, this.#format)),
      ];
    });
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
