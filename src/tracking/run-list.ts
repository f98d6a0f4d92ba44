/** Lists runs: which, in what order, with the values that the query names. */
import type { Metrics, RunStatus } from '../core/events.js';
import type { Database } from './database.js';
import { Names, type Meaning } from './query/names.js';
import { parseWhere } from './query/parse-where.js';
import { compileSort } from './query/sort-sql.js';
import { compileWhere, type Sql } from './query/where-sql.js';

/** What to list; all runs, the newest first, when nothing is said. */
export interface RunQuery {
  /** Such as `accuracy > 0.98 and train.batchSize = 64`. */
  readonly where?: string | undefined;
  /** Such as `-accuracy,started`. */
  readonly sort?: string | undefined;
  readonly limit?: number | undefined;
}

/** One run in a list. Times are milliseconds since 1970. */
export interface RunRow {
  readonly id: string;
  readonly experiment: string;
  readonly file: string;
  readonly status: RunStatus;
  readonly seed: number;
  readonly engine: string;
  readonly started: number;
  readonly ended: number | null;
  readonly seconds: number | null;
  /** Absolute path. */
  readonly report: string | null;
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** The final metrics; one that is not a number is left out. */
  readonly metrics: Metrics;
  /** What the query names beside fields: metrics and settings, null where the run has none. */
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
}

export interface RunList {
  readonly rows: readonly RunRow[];
  /** The keys of every row's `values`, in the order in which the query names them. */
  readonly names: readonly string[];
}

/** A row as `runColumns` selects it. */
export interface StoredRun extends Omit<RunRow, 'git' | 'metrics' | 'values'> {
  readonly number: number;
  readonly git_commit: string | null;
  readonly git_dirty: number | null;
}

export const runColumns = `r.number, r.id, e.name AS experiment, r.file, r.status, r.seed, r.engine, r.started, r.ended,
  r.seconds, r.report, r.git_commit, r.git_dirty FROM runs r JOIN experiments e ON e.id = r.experiment`;

const everything: Sql = { sql: '1', parameters: [] };

/** @throws {ProblemError} `bad-query` for an expression that can't be read; as SQLite does. */
export function listRuns(database: Database, { where, sort, limit }: RunQuery): RunList {
  const names = new Names(database);
  const named = new Map<string, Meaning>();
  const whereText = { name: '--where', text: where ?? '' };
  const filter =
    where === undefined ? everything : compileWhere(whereText, parseWhere(whereText), names, named);
  const order = compileSort({ name: '--sort', text: sort ?? '-started' }, names, named);
  const stored = database
    .prepare<(string | number)[], StoredRun>(
      `SELECT ${runColumns} WHERE ${filter.sql} ORDER BY ${order.sql} LIMIT ?`,
    )
    .all(...filter.parameters, ...order.parameters, limit ?? -1);
  const metricsOf = metricsReader(database);
  const settingOf = settingReader(database);
  const rows = stored.map((run) => {
    const metrics = metricsOf(run.number);
    const values = [...named].map(([name, meaning]) => {
      const metric = meaning.metric === undefined ? undefined : metrics[meaning.metric];
      const setting = meaning.setting === undefined ? null : settingOf(run.number, meaning.setting);
      return [name, metric ?? setting] as const;
    });
    return { ...toRow(run, metrics), values: Object.fromEntries(values) };
  });
  return { rows, names: [...named.keys()] };
}

export function toRow(run: StoredRun, metrics: Metrics): RunRow {
  const { number: _, git_commit: commit, git_dirty: dirty, ...facts } = run;
  return { ...facts, git: commit === null ? null : { commit, dirty: dirty === 1 }, metrics, values: {} };
}

/** Reads a run's final metrics by its number, in the order of their keys. */
export function metricsReader(database: Database): (run: number) => Metrics {
  const statement = database.prepare<[number], { key: string; value: number }>(
    'SELECT key, value FROM final_metrics WHERE run = ? AND value IS NOT NULL ORDER BY key',
  );
  return (run) => Object.fromEntries(statement.all(run).map(({ key, value }) => [key, value]));
}

function settingReader(database: Database): (run: number, path: string) => number | string | boolean | null {
  const statement = database.prepare<[number, string], { kind: string; value: number | string | null }>(
    'SELECT kind, value FROM settings WHERE run = ? AND path = ?',
  );
  return (run, path) => {
    const row = statement.get(run, path);
    if (row === undefined) return null;
    return row.kind === 'boolean' ? row.value === 1 : row.value;
  };
}
