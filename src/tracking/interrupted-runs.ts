/**
 * Finds runs and sweeps that say they are running, but whose process is gone: killed, or the machine went down. Their
 * last sign of life becomes their end.
 */
import { hostname } from 'node:os';
import type { Database } from './database.js';
import { lastSign, sweepLastSign } from './last-sign.js';
import { isGone, type ProcessIdentity } from './process-identity.js';

interface Row extends ProcessIdentity {
  readonly number: number;
}

function findGone(database: Database, table: 'runs' | 'sweeps'): Row[] {
  return database
    .prepare<[string], Row>(
      `SELECT number, host, pid, process FROM ${table} WHERE status = 'running' AND host = ?`,
    )
    .all(hostname())
    .filter(isGone);
}

/** Whether there are any; reads alone. */
export function hasInterrupted(database: Database): boolean {
  return findGone(database, 'runs').length > 0 || findGone(database, 'sweeps').length > 0;
}

/** Marks them interrupted; returns the ids of the runs. */
export function markInterrupted(database: Database): string[] {
  // Only what may be written is worth the lock, which is most often nothing.
  if (!hasInterrupted(database)) return [];
  return database
    .transaction(() => {
      // Asked again under the lock: a run may have been taken up by another process in the meantime.
      const ofSweeps = findGone(database, 'sweeps').flatMap(({ number }) => interruptSweep(database, number));
      return [...ofSweeps, ...findGone(database, 'runs').map(({ number }) => interruptRun(database, number))];
    })
    .immediate();
}

function interruptRun(database: Database, number: number): string {
  const id = database
    .prepare<[number], string>(
      `UPDATE runs SET status = 'interrupted', ended = ${lastSign},
         seconds = seconds_before + (${lastSign} - coalesce(resumed, started)) / 1000.0
       WHERE number = ? RETURNING id`,
    )
    .pluck()
    .get(number)!;
  database
    .prepare(`UPDATE stages SET status = 'interrupted' WHERE run = ? AND status = 'running'`)
    .run(number);
  return id;
}

/**
 * Marks a sweep interrupted that says it is running, whoever ran it: its running trials wait to be begun again. Returns
 * the ids of the runs that it marked. To be called in a transaction.
 */
export function interruptSweep(database: Database, number: number): string[] {
  const runs = database
    .prepare<[number], number>(
      `SELECT runs.number FROM trials JOIN runs ON runs.id = trials.run
       WHERE trials.sweep = ? AND trials.state IN ('running', 'waiting') AND runs.status = 'running'`,
    )
    .pluck()
    .all(number)
    .map((run) => interruptRun(database, run));
  database
    .prepare(
      `UPDATE sweeps SET status = 'interrupted', ended = ${sweepLastSign},
         seconds = seconds + (${sweepLastSign} - resumed) / 1000.0
       WHERE number = ?`,
    )
    .run(number);
  database
    .prepare(`UPDATE trials SET state = 'waiting', worker = NULL WHERE sweep = ? AND state = 'running'`)
    .run(number);
  database
    .prepare('DELETE FROM sweep_claims WHERE name = (SELECT name FROM sweeps WHERE number = ?)')
    .run(number);
  return runs;
}
