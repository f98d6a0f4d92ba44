/** Which curves the plot shows and how: the metric, against what, how smooth. Reads curves; draws nothing. */
import type { ColumnFormat } from '../comparison/page-data.js';
import { type PlottedCurve, plottedCurve } from './curve-path.js';
import type { Across, DrawnCurve } from './curve-source.js';
import { formatNumber } from './format.js';
import type { RunData } from './run-data.js';
import type { SelectionStore } from './selection-store.js';

const acrossNames: Readonly<Record<Across, string>> = {
  epochs: 'epoch',
  steps: 'step',
  seconds: 'wall time',
};

interface CurveChoice {
  /** Its place in the page's `metrics`. */
  readonly metric: number;
  readonly across: Across;
  readonly smoothing: number;
  readonly log: boolean;
  readonly withTraining: boolean;
}

export class ShownCurves {
  #choice: CurveChoice;
  /** By the curve that is plotted: one that has grown is another one. */
  #plotted = new WeakMap<DrawnCurve, PlottedCurve>();

  constructor(private readonly store: SelectionStore) {
    const { metrics, objective } = this.#data.page;
    const wanted = metrics.indexOf(objective.column.replace(/^metric:/, ''));
    const metric = wanted === -1 ? metrics.findIndex((name) => /validation/.test(name)) : wanted;
    this.#choice = {
      metric: Math.max(0, metric),
      across: 'epochs',
      smoothing: 0,
      log: false,
      withTraining: false,
    };
  }

  get #data(): RunData {
    return this.store.data;
  }

  get acrossChoices(): readonly { readonly value: Across; readonly label: string }[] {
    return this.#data.curves.across.map((value) => ({ value, label: acrossNames[value] }));
  }

  get choice(): CurveChoice {
    return this.#choice;
  }

  choose(change: Partial<CurveChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#plotted = new WeakMap();
  }

  get metricName(): string {
    return this.#data.page.metrics[this.#choice.metric] ?? '';
  }

  get format(): ColumnFormat {
    return /accuracy/i.test(this.metricName) ? 'percent' : 'decimal';
  }

  get acrossFormat(): ColumnFormat {
    return this.#choice.across === 'seconds' ? 'seconds' : 'count';
  }

  /** On a logarithmic scale a share is shown by what is missing to 1: 99 % and 99.9 % are as far apart as 90 % and 99 %. */
  get ofError(): boolean {
    return this.#choice.log && this.format === 'percent';
  }

  /** `validation.accuracy by epoch, smoothed`. */
  get title(): string {
    const { across, smoothing, log } = this.#choice;
    const how = [...(smoothing > 0 ? ['smoothed'] : []), ...(log ? ['on a logarithmic scale'] : [])];
    return [`${this.metricName} by ${acrossNames[across]}`, ...how].join(', ');
  }

  curve(run: number): PlottedCurve | undefined {
    return this.#curve(run, this.#choice.metric);
  }

  /** The same metric in training, where there is one and it is to be shown. */
  training(run: number): PlottedCurve | undefined {
    const metric = this.#data.page.metrics.indexOf(this.metricName.replace(/^validation\./, 'train.'));
    return this.#choice.withTraining && metric !== -1 && metric !== this.#choice.metric
      ? this.#curve(run, metric)
      : undefined;
  }

  /** A point of a run's curve in words: where it is, what was measured there. */
  lines(run: number, index: number): [string, string][] {
    const curve = this.curve(run)!;
    return [
      [acrossNames[this.#choice.across], formatNumber(curve.x[index] ?? null, this.acrossFormat)],
      [this.metricName, formatNumber(curve.raw[index] ?? null, this.format)],
    ];
  }

  /** The curve in numbers: how many there are, the first, the best, the last. */
  row(run: number): string[] {
    const all = this.#data.curve(run, this.#choice.metric)?.values ?? [];
    const values = [...all].filter((value) => !Number.isNaN(value));
    const best = /loss|error/i.test(this.metricName)
      ? values.reduce((a, b) => Math.min(a, b), Infinity)
      : values.reduce((a, b) => Math.max(a, b), -Infinity);
    const told = [values[0], Number.isFinite(best) ? best : undefined, values.at(-1)];
    return [
      this.#data.name(run),
      String(values.length),
      ...told.map((value) => formatNumber(value ?? null, this.format)),
    ];
  }

  #curve(run: number, metric: number): PlottedCurve | undefined {
    const curve = this.#data.curve(run, metric);
    if (curve === undefined) return undefined;
    let plotted = this.#plotted.get(curve);
    if (plotted === undefined) {
      const { across, smoothing } = this.#choice;
      plotted = plottedCurve(curve, across, smoothing, this.ofError);
      this.#plotted.set(curve, plotted);
    }
    return plotted;
  }
}
