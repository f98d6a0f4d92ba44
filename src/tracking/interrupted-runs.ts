/** Finds runs that say they are running, but whose process is gone: killed, or the machine went down. */
import { hostname } from 'node:os';
import type { Database } from './database.js';
import { isGone, type ProcessIdentity } from './process-identity.js';

interface RunningRow extends ProcessIdentity {
  readonly number: number;
  readonly id: string;
}

/** The last sign of life: the newest point or stage, else the beginning. One look-up a series, however many points. */
const lastSign = `
  max(runs.started,
      coalesce((SELECT max(stages.started + CAST(1000 * coalesce(stages.seconds, 0) AS INTEGER)) FROM stages
                WHERE stages.run = runs.number), 0),
      coalesce((SELECT max(runs.started + (SELECT elapsed FROM points WHERE points.series = series.id
                                           ORDER BY step DESC LIMIT 1))
                FROM series WHERE series.run = runs.number), 0))`;

/** Marks them interrupted, with their last sign of life as their end; returns their ids. */
export function markInterrupted(database: Database): string[] {
  const running = database
    .prepare<[string], RunningRow>(
      `SELECT number, id, host, pid, process FROM runs WHERE status = 'running' AND host = ?`,
    )
    .all(hostname());
  const gone = running.filter(isGone);
  if (gone.length === 0) return [];
  const end = database.prepare(
    `UPDATE runs SET status = 'interrupted', ended = ${lastSign}, seconds = (${lastSign} - started) / 1000.0
     WHERE number = ? AND status = 'running'`,
  );
  const endStages = database.prepare(
    `UPDATE stages SET status = 'interrupted' WHERE run = ? AND status = 'running'`,
  );
  database
    .transaction(() => {
      for (const { number } of gone) {
        end.run(number);
        endStages.run(number);
      }
    })
    .immediate();
  return gone.map(({ id }) => id);
}
