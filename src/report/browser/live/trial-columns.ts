/** What the trials of a sweep under way can be compared by, column by column; the same columns that a comparison has. */
import type { Objective } from '../../../core/sweep-events.js';
import { categoriesOf, metricColumn, metricFacts } from '../../comparison/column-parts.js';
import type { ColumnFormat, PageColumn } from '../../comparison/page-data.js';
import { looksLogarithmic } from '../../comparison/statistics/parameter-domain.js';
import type { ToldTrial } from '../../live/told-sweep.js';

/** Where the curves stand: of trials that were stopped or are running the only number there is. */
export interface Latest {
  readonly metric: string;
  /** By trial; null without a curve. */
  readonly values: readonly (number | null)[];
}

export const latestColumn = 'metric:latest';

export function trialColumns(
  trials: readonly ToldTrial[],
  objectives: readonly Objective[],
  latest: Latest | undefined,
): readonly PageColumn[] {
  const paths = [...new Set(trials.flatMap(({ settings }) => Object.keys(settings)))];
  return [
    ...objectives.map(({ metric }, i): PageColumn => ({
      ...{ key: metricColumn(metric), label: metric, group: 'metric', differs: true, parameter: false },
      ...{ kind: 'number', log: false, ...metricFacts(metric, objectives) },
      // What a trial that was stopped had by then is no result.
      values: trials.map(({ state, values }) => (state === 'done' ? (values[i] ?? null) : null)),
    })),
    ...(latest === undefined ? [] : [latestOf(latest, objectives)]),
    category(
      'run:state',
      'state',
      'run',
      trials.map(({ state }) => state),
    ),
    number(
      'run:epochs',
      'epochs',
      'run',
      'count',
      trials.map(({ epochs }) => epochs),
    ),
    number(
      'time:trial',
      'seconds',
      'time',
      'seconds',
      trials.map(({ seconds }) => seconds),
    ),
    ...paths.map((path) => settingColumn(path, trials)),
    category(
      'run:problem',
      'why',
      'run',
      trials.map(({ problem }) => problem ?? undefined),
    ),
  ];
}

function latestOf({ metric, values }: Latest, objectives: readonly Objective[]): PageColumn {
  const { format, goal } = metricFacts(metric, objectives);
  return { ...number(latestColumn, `latest ${metric}`, 'metric', format, values), goal };
}

function settingColumn(path: string, trials: readonly ToldTrial[]): PageColumn {
  const values = trials.map(({ settings }) => (Object.hasOwn(settings, path) ? settings[path] : undefined));
  const present = values.filter((value) => value !== undefined);
  const numbers = present.filter((value) => typeof value === 'number');
  if (numbers.length < present.length)
    return {
      ...category(
        path,
        path,
        'setting',
        values.map((value) => value?.toString()),
      ),
      parameter: true,
    };
  const column = number(
    path,
    path,
    'setting',
    'plain',
    values.map((value) => (value as number | undefined) ?? null),
  );
  return { ...column, parameter: true, log: looksLogarithmic(numbers) };
}

function number(
  key: string,
  label: string,
  group: PageColumn['group'],
  format: ColumnFormat,
  values: readonly (number | null)[],
): Extract<PageColumn, { kind: 'number' }> {
  const goal = group === 'time' ? 'minimize' : null;
  const differs = values.some((value) => value !== values[0]);
  return { key, label, group, differs, parameter: false, kind: 'number', format, log: false, goal, values };
}

function category(
  key: string,
  label: string,
  group: PageColumn['group'],
  texts: readonly (string | undefined)[],
): Extract<PageColumn, { kind: 'category' }> {
  const differs = texts.some((text) => text !== texts[0]);
  return { key, label, group, differs, parameter: false, kind: 'category', ...categoriesOf(texts) };
}
