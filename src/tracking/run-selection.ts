/** Which runs are meant: those that are named, and those of a sweep or of an expression. */
import { ProblemError } from '../core/problem.js';
import { shellQuote } from '../core/shell-quote.js';
import type { Database } from './database.js';
import { findRun } from './run-detail.js';
import { Names } from './query/names.js';
import { parseWhere } from './query/parse-where.js';
import { compileWhere } from './query/where-sql.js';
import { noSweep } from './sweep-progress.js';

export interface RunSelection {
  /** Each as `Tracking.run` takes it. They are always in. */
  readonly runs?: readonly string[] | undefined;
  /** Of these alone, and of `where` as well where both are given. */
  readonly sweep?: string | undefined;
  /** Such as `accuracy > 0.98 and train.batchSize = 64`. */
  readonly where?: string | undefined;
  /** Every run there is. */
  readonly everything?: boolean | undefined;
}

/**
 * The numbers of the runs that are meant, in the order in which they began.
 * @throws {ProblemError} `no-such-run`, `ambiguous-run`, `no-such-sweep`, `bad-query`; as SQLite does.
 */
export function selectRuns(
  database: Database,
  { runs = [], sweep, where, everything }: RunSelection,
): number[] {
  const numbers = new Set(runs.map((reference) => findChosenRun(database, reference)));
  const conditions: string[] = everything === true ? ['1'] : [];
  const parameters: (string | number)[] = [];
  if (sweep !== undefined) {
    if (!isSweep(database, sweep)) noSweep(database, sweep);
    conditions.push(
      'r.id IN (SELECT t.run FROM trials t JOIN sweeps w ON w.number = t.sweep WHERE w.name = ?)',
    );
    parameters.push(sweep);
  }
  if (where !== undefined) {
    const query = { name: '--where', text: where };
    const compiled = compileWhere(query, parseWhere(query), new Names(database), new Map());
    conditions.push(`(${compiled.sql})`);
    parameters.push(...compiled.parameters);
  }
  if (conditions.length > 0) {
    const found = database
      .prepare<(string | number)[], number>(
        `SELECT r.number FROM runs r JOIN experiments e ON e.id = r.experiment WHERE ${conditions.join(' AND ')}`,
      )
      .pluck()
      .all(...parameters);
    for (const number of found) numbers.add(number);
  }
  return inOrder(database, [...numbers]);
}

/** Its number; of a sweep's name the fix says how its trials are meant. */
function findChosenRun(database: Database, reference: string): number {
  try {
    return findRun(database, reference).number;
  } catch (error) {
    if (!(error instanceof ProblemError) || !isSweep(database, reference)) throw error;
    const fix = `for the trials of the sweep: ${shellQuote(['--sweep', reference])}`;
    throw new ProblemError({ ...error.problems[0]!, fix });
  }
}

function isSweep(database: Database, name: string): boolean {
  return database.prepare('SELECT 1 FROM sweeps WHERE name = ?').get(name) !== undefined;
}

function inOrder(database: Database, numbers: readonly number[]): number[] {
  return database
    .prepare<[string], number>(
      'SELECT number FROM runs WHERE number IN (SELECT value FROM json_each(?)) ORDER BY started, number',
    )
    .pluck()
    .all(JSON.stringify(numbers));
}
