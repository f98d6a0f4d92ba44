/** Everything that runs can be compared by, column by column: settings, metrics, times. What is shown is the page's choice. */
import type { Json } from '../../core/json.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import type { ColumnFormat, ColumnGroup, PageColumn } from './page-data.js';
import { rounded } from './quantise.js';
import { looksLogarithmic } from './statistics/parameter-domain.js';

interface Wanted {
  readonly key: string;
  readonly label: string;
  readonly group: ColumnGroup;
  readonly format: ColumnFormat;
  readonly goal: 'minimize' | 'maximize' | null;
  readonly drawn: boolean;
}

function keysOf(runs: readonly ComparedRun[], of: (run: ComparedRun) => object): string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(of(run))))];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function makeColumn(
  { key, label, group, format, goal, drawn }: Wanted,
  values: readonly (Json | undefined)[],
): PageColumn {
  const present = values.filter((value) => value !== undefined && value !== null);
  const first = JSON.stringify(values[0] ?? null);
  const differs = values.some((value) => JSON.stringify(value ?? null) !== first);
  const facts = { key, label, group, differs, parameter: group === 'setting' && differs && drawn };
  if (present.length > 0 && present.every((value) => typeof value === 'number'))
    return {
      ...facts,
      kind: 'number',
      format,
      goal,
      log: looksLogarithmic(present),
      values: values.map((value) => (typeof value === 'number' ? rounded(value) : null)),
    };
  const places = new Map<string, number>();
  const indices = values.map((value) => {
    if (value === undefined || value === null) return -1;
    const text = textOf(value);
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text)!;
  });
  return { ...facts, kind: 'category', categories: [...places.keys()], values: indices };
}

/** How a metric's numbers are written, and which way is better, by the words in its name. */
function metricFacts(metric: string, { objective }: Comparison): Pick<Wanted, 'format' | 'goal'> {
  const goal =
    metric === objective.metric
      ? objective.goal
      : /accuracy|f1|precision|recall|auc/i.test(metric)
        ? 'maximize'
        : /loss|error/i.test(metric)
          ? 'minimize'
          : null;
  const format = /accuracy/i.test(metric)
    ? 'percent'
    : /parameters|epochs|^epoch$|count/i.test(metric)
      ? 'count'
      : /seconds/i.test(metric)
        ? 'seconds'
        : 'decimal';
  return { format, goal };
}

/** What the trials of a sweep drew, by the settings it stands in; all that differs where there is no sweep. */
function drawnPaths(runs: readonly ComparedRun[]): ((key: string) => boolean) | undefined {
  const paths = keysOf(runs, ({ trial }) => trial?.assignments ?? {});
  if (paths.length === 0) return undefined;
  return (key) => paths.some((path) => key === path || key.startsWith(`${path}.`));
}

export function metricColumn(metric: string): string {
  return `metric:${metric}`;
}

/** All columns: settings that were drawn first, then metrics, times, the rest. */
export function pageColumns(comparison: Comparison): readonly PageColumn[] {
  const { runs } = comparison;
  const drawn = drawnPaths(runs) ?? ((key: string) => !/(^|\.)(name|seed)$/.test(key));
  const settings = keysOf(runs, (run) => run.settings);
  // A choice by its name, where the settings below it would tell it in twenty columns.
  const labels = keysOf(runs, ({ trial }) => trial?.labels ?? {}).filter((key) => !settings.includes(key));
  const plain = { format: 'plain', goal: null, drawn: false } as const;
  const of = (wanted: Wanted, value: (run: ComparedRun) => Json | undefined) =>
    makeColumn(wanted, runs.map(value));
  const under = (key: string) => labels.some((label) => key.startsWith(`${label}.`));
  return [
    ...labels.map((key) =>
      of({ ...plain, key, label: key, group: 'setting', drawn: true }, (run) => run.trial?.labels[key]),
    ),
    ...settings.map((key) =>
      of(
        { ...plain, key, label: key, group: 'setting', drawn: drawn(key) && !under(key) },
        (run) => run.settings[key],
      ),
    ),
    ...keysOf(runs, (run) => run.metrics).map((metric) =>
      of(
        {
          key: metricColumn(metric),
          label: metric,
          group: 'metric',
          drawn: false,
          ...metricFacts(metric, comparison),
        },
        (run) => run.metrics[metric],
      ),
    ),
    of(
      { ...plain, key: 'time:run', label: 'seconds', group: 'time', format: 'seconds' },
      (run) => run.seconds,
    ),
    of(
      { ...plain, key: 'time:train', label: 'training seconds', group: 'time', format: 'seconds' },
      (run) => run.trainSeconds,
    ),
    of(
      { ...plain, key: 'time:evaluate', label: 'inference seconds', group: 'time', format: 'seconds' },
      (run) => run.evaluateSeconds,
    ),
    of({ ...plain, key: 'run:status', label: 'status', group: 'run' }, (run) => run.status),
    of({ ...plain, key: 'run:experiment', label: 'experiment', group: 'run' }, (run) => run.experiment),
    of({ ...plain, key: 'run:engine', label: 'engine', group: 'run' }, (run) => run.engine),
    of({ ...plain, key: 'run:seed', label: 'run seed', group: 'run' }, (run) => run.seed),
    of(
      { ...plain, key: 'run:started', label: 'started', group: 'run', format: 'date' },
      (run) => run.started,
    ),
  ];
}
