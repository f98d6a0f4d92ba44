/** Everything that runs can be compared by, column by column: settings, metrics, times. What is shown is the page's choice. */
import type { Json } from '../../core/json.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import type { ColumnFormat, ColumnGroup, PageColumn } from './page-data.js';
import { categoriesOf, metricColumn, metricFacts } from './column-parts.js';
import { rounded } from './pack-numbers.js';
import { objectiveValue } from './statistics/objective-value.js';
import { looksLogarithmic } from './statistics/parameter-domain.js';
import type { VaryingSetting, VaryingSettings } from './statistics/varying-settings.js';
import { tellsOf, withRun } from './statistics/with-run.js';

interface Wanted {
  readonly key: string;
  readonly label: string;
  readonly group: ColumnGroup;
  readonly format: ColumnFormat;
  readonly goal: 'minimize' | 'maximize' | null;
}

function keysOf(runs: readonly ComparedRun[], of: (run: ComparedRun) => object): string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(of(run))))];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @param compared those that decide whether it differs: runs, unless a trial that came to none has it, too */
function makeColumn(
  { key, label, group, format, goal }: Wanted,
  runs: readonly ComparedRun[],
  value: (run: ComparedRun) => Json | undefined,
  compared = withRun(runs),
): PageColumn {
  const values = runs.map(value);
  const present = values.filter((value) => value !== undefined && value !== null);
  const differs = new Set(compared.map((run) => JSON.stringify(value(run) ?? null))).size > 1;
  const facts = { key, label, group, differs, parameter: false };
  if (present.length > 0 && present.every((value) => typeof value === 'number'))
    return {
      ...facts,
      kind: 'number',
      format,
      goal,
      log: looksLogarithmic(present),
      values: values.map((value) => (typeof value === 'number' ? rounded(value) : null)),
    };
  const texts = values.map((value) => (value === undefined || value === null ? undefined : textOf(value)));
  return { ...facts, kind: 'category', ...categoriesOf(texts) };
}

/** A metric may bear a name that every object has by itself. */
function ownMetric({ metrics }: ComparedRun, metric: string): number | null | undefined {
  return Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
}

/** A setting that differs, with the numbers and categories that the statistics see. */
function settingColumn(
  { path, kind, values, categories }: VaryingSetting,
  { settings }: { readonly settings: ReadonlySet<string> },
): PageColumn {
  const facts = {
    key: path,
    label: path,
    group: 'setting',
    differs: true,
    parameter: settings.has(path),
  } as const;
  return kind === 'category'
    ? { ...facts, kind, categories, values: values.map((value) => value ?? -1) }
    : {
        ...facts,
        kind: 'number',
        format: 'plain',
        goal: null,
        log: kind === 'log-number',
        values: values.map((value) => (value === null ? null : rounded(value))),
      };
}

/** All columns: settings that tell runs apart first, then what follows from them, metrics, times, the rest. */
export function pageColumns(
  comparison: Comparison,
  { shown, derived }: VaryingSettings,
): readonly PageColumn[] {
  const { runs, objective } = comparison;
  const parameters = new Set(shown.map(({ path }) => path));
  const varying = new Set([...shown, ...derived].map(({ path }) => path));
  const plain = { format: 'plain', goal: null } as const;
  const of = (
    wanted: Wanted,
    value: (run: ComparedRun) => Json | undefined,
    compared?: readonly ComparedRun[],
  ) => makeColumn(wanted, runs, value, compared);
  const ofMetric = (metric: string) =>
    of(
      { key: metricColumn(metric), label: metric, group: 'metric', ...metricFacts(metric, [objective]) },
      // What a run that was stopped had by then is no result.
      (run) => (metric === objective.metric ? objectiveValue(run, objective) : ownMetric(run, metric)),
    );
  const ofTime = (key: string, label: string, value: (run: ComparedRun) => Json) =>
    of({ key, label, group: 'time', format: 'seconds', goal: 'minimize' }, value);
  const ofRun = (key: string, label: string, value: (run: ComparedRun) => Json | undefined) =>
    of({ ...plain, key, label, group: 'run' }, value);
  return [
    ...[...shown, ...derived].map((setting) => settingColumn(setting, { settings: parameters })),
    ...keysOf(runs, (run) => run.settings)
      .filter((key) => !varying.has(key))
      .map((key) =>
        of(
          { ...plain, key, label: key, group: 'setting' },
          (run) => run.settings[key],
          runs.filter((run) => tellsOf(run, key)),
        ),
      ),
    ...[...new Set([objective.metric, ...keysOf(runs, (run) => run.metrics)])].map(ofMetric),
    ofTime('time:run', 'seconds', (run) => run.seconds),
    ofTime('time:train', 'training time', (run) => run.trainSeconds),
    ofTime('time:evaluate', 'inference time', (run) => run.evaluateSeconds),
    makeColumn(
      { ...plain, key: 'run:status', label: 'status', group: 'run' },
      runs,
      (run) => run.status,
      runs,
    ),
    ofRun('run:experiment', 'experiment', (run) => run.experiment),
    ofRun('run:engine', 'engine', (run) => (run.withoutRun === true ? undefined : run.engine)),
    ofRun('run:seed', 'seed of the run', (run) => run.seed),
    of(
      { ...plain, key: 'run:started', label: 'started', group: 'run', format: 'date' },
      (run) => run.started,
    ),
  ];
}
