/** What is to be seen of one sweep from outside while it runs: its running trials, what failed lately, when it may end. */
import { isJsonObject } from '../core/json.js';
import { ProblemError, type Problem } from '../core/problem.js';
import { nearest } from '../core/suggest.js';
import type { TrialState } from '../core/sweep-events.js';
import type { Database } from './database.js';
import { listSweeps, type SweepRow } from './sweep-list.js';

export interface RunningTrial {
  readonly number: number;
  readonly run: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly attempt: number;
  readonly worker: number | null;
  /** When this attempt began, in milliseconds since 1970. */
  readonly started: number;
  /** The epoch under way or ended last, and the first objective at the end of the last one; null before there is any. */
  readonly epoch: number | null;
  readonly value: number | null;
}

export interface FailedTrial {
  readonly number: number;
  readonly run: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `waiting`: it will be tried again. */
  readonly state: TrialState;
  readonly attempts: number;
  readonly ended: number;
  readonly problem: Problem;
}

export interface SweepProgress extends SweepRow {
  readonly running: readonly RunningTrial[];
  /** The last ones, the newest first. */
  readonly failures: readonly FailedTrial[];
  /** Trials settled (done, paused, pruned or failed) an hour, over all the time it was running; null before the first. */
  readonly trialsPerHour: number | null;
  /** Milliseconds since 1970, by that rate or by its budget of time; null when it does not run, or nothing can be said. */
  readonly estimatedEnd: number | null;
}

const mostFailures = 5;

/** @throws {ProblemError} `no-such-sweep`. `now`: milliseconds since 1970. */
export function readProgress(database: Database, name: string, now: number = Date.now()): SweepProgress {
  return database.transaction(() => {
    const [row] = listSweeps(database, name, now);
    if (row === undefined) return noSweep(database, name);
    const number = database
      .prepare<[string], number>('SELECT number FROM sweeps WHERE name = ?')
      .pluck()
      .get(name)!;
    const rate = trialsPerHour(row);
    return {
      ...row,
      running: row.trials.running === 0 ? [] : runningTrials(database, number, row),
      failures: lastFailures(database, number),
      trialsPerHour: rate,
      estimatedEnd: row.status === 'running' ? estimateEnd(row, rate, now) : null,
    };
  })();
}

/** @throws {ProblemError} always: `no-such-sweep`. */
export function noSweep(database: Database, name: string): never {
  const names = database.prepare<[], string>('SELECT name FROM sweeps ORDER BY resumed DESC').pluck().all();
  const near = nearest(name, names);
  const fix = near === undefined ? 'see `assay status`' : `did you mean "${near}"?`;
  const message = `expected the name of a sweep, got ${JSON.stringify(name)}`;
  throw new ProblemError({ code: 'no-such-sweep', message, fix });
}

/** Its newest point says which epoch it is in, of whatever curve; its objective is told at the end of each. */
function runningTrials(database: Database, sweep: number, { objectives }: SweepRow): RunningTrial[] {
  interface Stored extends Omit<RunningTrial, 'labels'> {
    readonly labels: string;
  }
  const newest = (column: 'epoch' | 'value'): string =>
    `(SELECT p.${column} FROM points p WHERE p.series = s.id ORDER BY p.step DESC LIMIT 1)`;
  return database
    .prepare<[string, number], Stored>(
      `SELECT t.number, t.run, t.labels, t.attempts AS attempt, t.worker, t.started,
         nullif(max(coalesce((SELECT max(${newest('epoch')}) FROM runs r JOIN series s ON s.run = r.number
                              WHERE r.id = t.run), 0),
                    coalesce((SELECT max(epoch) FROM reports WHERE trial = t.id), 0)), 0) AS epoch,
         coalesce((SELECT value FROM reports WHERE trial = t.id ORDER BY epoch DESC LIMIT 1),
                  (SELECT ${newest('value')} FROM runs r JOIN series s ON s.run = r.number
                   WHERE r.id = t.run AND s.scope = 'epoch' AND s.key = ?)) AS value
       FROM trials t WHERE t.sweep = ? AND t.state = 'running' ORDER BY t.number`,
    )
    .all(objectives[0]?.metric ?? '', sweep)
    .map((trial) => ({ ...trial, labels: JSON.parse(trial.labels) as Record<string, string> }));
}

function lastFailures(database: Database, sweep: number): FailedTrial[] {
  interface Stored extends Omit<FailedTrial, 'labels' | 'problem'> {
    readonly labels: string;
    readonly problem: string;
  }
  return database
    .prepare<[number, number], Stored>(
      `SELECT number, run, labels, state, attempts, ended, problem FROM trials
       WHERE sweep = ? AND state IN ('failed', 'waiting') AND problem IS NOT NULL ORDER BY ended DESC, number DESC LIMIT ?`,
    )
    .all(sweep, mostFailures)
    .map((trial) => ({
      ...trial,
      labels: JSON.parse(trial.labels) as Record<string, string>,
      problem: JSON.parse(trial.problem) as Problem,
    }));
}

function settled({ trials }: SweepRow): number {
  return trials.done + trials.paused + trials.pruned + trials.failed;
}

function trialsPerHour(row: SweepRow): number | null {
  const count = settled(row);
  return count === 0 || row.seconds <= 0 ? null : (3600 * count) / row.seconds;
}

function estimateEnd(row: SweepRow, rate: number | null, now: number): number | null {
  const ends: number[] = [];
  if (row.asked !== null && rate !== null) {
    ends.push(now + (Math.max(0, row.asked - settled(row)) / rate) * 3_600_000);
  }
  const budget = isJsonObject(row.settings) ? row.settings.budget : undefined;
  if (isJsonObject(budget) && typeof budget.seconds === 'number')
    ends.push(Math.max(now, now + (budget.seconds - row.seconds) * 1000));
  return ends.length === 0 ? null : Math.round(Math.min(...ends));
}
