/** What a live page asks about runs: the newest of those that are not trials of a sweep, and which of the known changed. */
import type { Database } from '../database.js';
import { metricsReader, runColumns, toRow, type RunRow, type StoredRun } from '../run-list.js';

export type NumberedRun = RunRow & { readonly number: number };

/** Runs that began after the one of that number, the newest first, no more than `limit`. Trials have pages of their own. */
export function readNewRuns(database: Database, after: number, limit: number): NumberedRun[] {
  return select(
    database,
    `WHERE r.number > ? AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.run = r.id) ORDER BY r.number DESC LIMIT ?`,
    [after, limit],
  );
}

/** The runs of these numbers, in no order. */
export function readRunsOf(database: Database, numbers: readonly number[]): NumberedRun[] {
  if (numbers.length === 0) return [];
  return select(database, `WHERE r.number IN (SELECT value FROM json_each(?))`, [JSON.stringify(numbers)]);
}

/** The highest number of any run, trials included; 0 without one. */
export function lastRunNumber(database: Database): number {
  return database.prepare<[], number | null>('SELECT max(number) FROM runs').pluck().get() ?? 0;
}

function select(database: Database, condition: string, values: (string | number)[]): NumberedRun[] {
  const metricsOf = metricsReader(database);
  return database
    .prepare<(string | number)[], StoredRun>(`SELECT ${runColumns} ${condition}`)
    .all(...values)
    .map((run) => ({ ...toRow(run, metricsOf(run.number)), number: run.number }));
}
