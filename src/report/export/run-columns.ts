/** Runs as a table with a type for each column, which CSV, Parquet and notebooks share. */
import type { Json } from '../../core/json.js';
import type { ComparedRun } from '../comparison/compared-run.js';

export type Cell = string | number | boolean | null;

export interface TableColumn {
  readonly name: string;
  /** `time`: milliseconds since 1970. `integer`: none too large for a double. */
  readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'time';
  /** One for each run; null where it has none. */
  readonly values: readonly Cell[];
}

/**
 * Facts of each run, then `metrics.…`, `settings.…` and, of trials, `sweep`, `trial`, `state`, `objective`. All settings, whether they
 * differ or not, unless `settings` names those that are wanted.
 */
export function runColumns(
  runs: readonly ComparedRun[],
  settings: readonly string[] = keysOf(runs, (run) => run.settings),
): TableColumn[] {
  const column = (
    name: string,
    type: TableColumn['type'],
    cell: (run: ComparedRun) => Cell | undefined,
  ): TableColumn => ({ name, type, values: runs.map((run) => cell(run) ?? null) });
  const trials = runs.some(({ trial }) => trial !== undefined)
    ? [
        column('sweep', 'text', ({ trial }) => trial?.sweep),
        column('trial', 'integer', ({ trial }) => trial?.number),
        column('state', 'text', ({ trial }) => trial?.state),
        // The first of its sweep, as it was told.
        column('objective', 'number', ({ trial }) => trial?.values?.[0]),
      ]
    : [];
  return [
    column('run', 'text', ({ id }) => id),
    column('experiment', 'text', ({ experiment }) => experiment),
    ...trials,
    column('status', 'text', ({ status }) => status),
    column('started', 'time', ({ started }) => started),
    column('seconds', 'number', ({ seconds }) => seconds),
    column('trainSeconds', 'number', ({ trainSeconds }) => trainSeconds),
    column('evaluateSeconds', 'number', ({ evaluateSeconds }) => evaluateSeconds),
    column('seed', 'integer', ({ seed }) => seed),
    column('engine', 'text', ({ engine }) => engine),
    ...keysOf(runs, (run) => run.metrics).map((key) =>
      column(`metrics.${key}`, 'number', ({ metrics }) =>
        Object.hasOwn(metrics, key) ? metrics[key] : null,
      ),
    ),
    ...settings.map((path) => settingColumn(path, runs)),
    column('reason', 'text', ({ reason }) => reason),
    column('file', 'text', ({ file }) => file),
    column('command', 'text', ({ command }) => command),
  ];
}

/** All keys of any run, those of the first run first. */
function keysOf(runs: readonly ComparedRun[], of: (run: ComparedRun) => object): string[] {
  const keys = new Set<string>();
  for (const run of runs) for (const key of Object.keys(of(run))) keys.add(key);
  return [...keys];
}

function settingColumn(path: string, runs: readonly ComparedRun[]): TableColumn {
  const name = `settings.${path}`;
  const values = runs.map(({ settings }) => settings[path] ?? null);
  const known = values.filter((value) => value !== null);
  if (known.length > 0 && known.every((value) => typeof value === 'number')) {
    const type = known.every((value) => Number.isSafeInteger(value)) ? 'integer' : 'number';
    return { name, type, values: values as number[] };
  }
  if (known.length > 0 && known.every((value) => typeof value === 'boolean'))
    return { name, type: 'boolean', values: values as boolean[] };
  return { name, type: 'text', values: values.map(asText) };
}

function asText(value: Json): string | null {
  if (value === null || typeof value === 'string') return value;
  return JSON.stringify(value);
}
