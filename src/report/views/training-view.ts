/** How training went: the curves, and the sentence that says what is to be seen in them. */
import { formatCount } from '../../core/format-units.js';
import type { TrainingFacts } from '../run-artifacts.js';
import { decimal, duration, percent } from './format.js';
import { trainingSentence } from './training-sentence.js';

export interface ChartSeries {
  /** `train`, `validation`, or a metric's own key. */
  readonly label: string;
  /** Decides colour and dashes: 0 is the first series. */
  readonly place: number;
  /** One for each epoch; null where it was not measured. */
  readonly values: readonly (number | null)[];
}

/** A line chart over epochs, as the page's script draws it. */
export interface LineChart {
  readonly id: string;
  readonly title: string;
  /** From 1. */
  readonly epochs: readonly number[];
  readonly series: readonly ChartSeries[];
  /** How values are written: as shares or as plain numbers. */
  readonly format: 'percent' | 'decimal';
  /** Drawn lower: neither loss nor accuracy. */
  readonly minor: boolean;
  /** Offers a logarithmic scale. */
  readonly logarithmic: boolean;
  /** The epoch whose weights were kept, marked in the chart. */
  readonly markedEpoch: number | null;
}

export interface TrainingView {
  readonly sentence: string;
  readonly charts: readonly LineChart[];
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

const titles: Readonly<Record<string, string>> = {
  loss: 'Loss',
  accuracy: 'Accuracy',
  learningRate: 'Learning rate',
};

/** Six digits are more than a screen shows, and keep the page small. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}

/** Metric keys by chart: `train.loss` and `validation.loss` belong to `loss`. */
function chartKeys({ epochs }: TrainingFacts): Map<string, string[]> {
  const charts = new Map<string, string[]>([
    ['loss', []],
    ['accuracy', []],
  ]);
  for (const key of new Set(epochs.flatMap(({ metrics }) => Object.keys(metrics)))) {
    const name = key.replace(/^(train|validation)\./, '');
    charts.set(name, [...(charts.get(name) ?? []), key]);
  }
  // Train before validation, whatever the order of the file's keys.
  return new Map(
    [...charts].filter(([, keys]) => keys.length > 0).map(([name, keys]) => [name, keys.sort()]),
  );
}

function isConstant(facts: TrainingFacts, key: string): boolean {
  return facts.epochs.every(({ metrics }) => metrics[key] === facts.epochs[0]?.metrics[key]);
}

function formatOf(name: string): LineChart['format'] {
  return /accuracy$/i.test(name) ? 'percent' : 'decimal';
}

function makeChart(facts: TrainingFacts, name: string, keys: readonly string[]): LineChart {
  const series = keys.map((key, place) => ({
    label: key.includes('.') ? key.slice(0, key.indexOf('.')) : (titles[key] ?? key),
    place,
    values: facts.epochs.map(({ metrics }) => rounded(metrics[key])),
  }));
  const positive = series.every(({ values }) => values.every((value) => value === null || value > 0));
  return {
    id: name,
    title: titles[name] ?? name,
    epochs: facts.epochs.map(({ epoch }) => epoch),
    series,
    format: formatOf(name),
    minor: !['loss', 'accuracy'].includes(name),
    logarithmic: name === 'loss' && positive,
    markedEpoch: facts.epochs.length > 1 ? (facts.bestEpoch ?? null) : null,
  };
}

function makeTable(facts: TrainingFacts, charts: ReadonlyMap<string, readonly string[]>) {
  const keys = [...charts].flatMap(([name, names]) => names.map((key) => ({ key, format: formatOf(name) })));
  const timed = facts.epochSeconds.length === facts.epochs.length && facts.epochs.length > 0;
  const heading = (key: string): string => (key === 'learningRate' ? 'learning rate' : key.replace('.', ' '));
  return {
    columns: ['epoch', 'step', ...keys.map(({ key }) => heading(key)), ...(timed ? ['time'] : [])],
    rows: facts.epochs.map(({ epoch, step, metrics }, i) => [
      String(epoch),
      formatCount(step),
      ...keys.map(({ key, format }) => {
        const value = metrics[key];
        if (value === undefined) return '–';
        return format === 'percent' ? percent(value) : decimal(value);
      }),
      ...(timed ? [duration(facts.epochSeconds[i]!)] : []),
    ]),
  };
}

/** Nothing when not one epoch was recorded. */
export function trainingView(facts: TrainingFacts): TrainingView | undefined {
  if (facts.epochs.length === 0) return undefined;
  const keys = chartKeys(facts);
  const charts = [...keys]
    // A constant learning rate is a number of the configuration, not a curve.
    .filter(([name]) => name !== 'learningRate' || !isConstant(facts, name))
    .map(([name, names]) => makeChart(facts, name, names));
  return { sentence: trainingSentence(facts), charts, table: makeTable(facts, keys) };
}
