/** Reads a sweep back: all that the loop needs to go on with it. */
import type { Json, JsonObject } from '../core/json.js';
import type { Problem } from '../core/problem.js';
import type {
  Objective,
  RecordedSweep,
  RecordedTrial,
  SweepHeader,
  TrialState,
} from '../core/sweep-events.js';
import type { Database } from './database.js';

interface StoredSweep extends Omit<SweepHeader, 'objectives' | 'settings' | 'trials' | 'epochs'> {
  readonly number: number;
  readonly objectives: string;
  readonly trials: number | null;
  readonly epochs: number | null;
  readonly settings: string;
  readonly status: RecordedSweep['status'];
  readonly seconds: number;
}

/** In the order in which the statement below selects them: ten thousand rows are read faster as arrays. */
type StoredTrial = [
  ...[id: number, number: number, run: string, draw: number, infeasible: number, repeated: number],
  ...[assignments: string, labels: string, configuration: string, state: TrialState, attempts: number],
  ...[epochs: number, seconds: number, values: string | null, problem: string | null],
];

export function parseValues(text: string | null): readonly number[] | undefined {
  // JSON knows no NaN and no infinities, and tells both as null.
  return text === null ? undefined : (JSON.parse(text) as (number | null)[]).map((value) => value ?? NaN);
}

/** Undefined when there is no sweep of that name. */
export function readSweep(database: Database, name: string): RecordedSweep | undefined {
  // One transaction: another process may be writing.
  return database.transaction(() => {
    const stored = database
      .prepare<[string], StoredSweep>(
        `SELECT s.number, s.name, e.name AS experiment, s.file, s.seed, s.objectives, s.sampler, s.scheduler, s.trials,
           s.epochs, s.workers, s.threads, s.settings, s.pid, s.status, s.seconds
         FROM sweeps s JOIN experiments e ON e.id = s.experiment WHERE s.name = ?`,
      )
      .get(name);
    if (stored === undefined) return undefined;
    const { number, status, seconds, objectives, settings, trials, epochs, ...facts } = stored;
    const header: SweepHeader = {
      ...facts,
      objectives: JSON.parse(objectives) as Objective[],
      ...(trials === null ? {} : { trials }),
      ...(epochs === null ? {} : { epochs }),
      settings: JSON.parse(settings) as Json,
    };
    return { header, status, seconds, trials: readTrials(database, number) };
  })();
}

function readTrials(database: Database, sweep: number): RecordedTrial[] {
  const reports = readReports(database, sweep);
  return database
    .prepare<[number], StoredTrial>(
      `SELECT id, number, run, draw, rejected_infeasible, rejected_repeated, assignments, labels, configuration, state,
         attempts, epochs, seconds, objective_values, problem
       FROM trials WHERE sweep = ? ORDER BY number`,
    )
    .raw()
    .all(sweep)
    .map((row): RecordedTrial => {
      const [id, number, run, draw, infeasible, repeated, assignments, labels, configuration] = row;
      const [state, attempts, epochs, seconds, valuesText, problem] = row.slice(9) as [
        ...[TrialState, number, number, number, string | null, string | null],
      ];
      const values = parseValues(valuesText);
      return {
        ...{ number, run, draw, rejected: { infeasible, repeated } },
        assignments: JSON.parse(assignments) as JsonObject,
        labels: JSON.parse(labels) as Record<string, string>,
        ...{ configuration, state, attempts, epochs, seconds },
        ...(values === undefined ? {} : { values }),
        ...(problem === null ? {} : { problem: JSON.parse(problem) as Problem }),
        reports: reports.get(id) ?? [],
      };
    });
}

/** By row number of the trial. */
function readReports(database: Database, sweep: number): Map<number, (readonly [number, number])[]> {
  const reports = new Map<number, (readonly [number, number])[]>();
  const rows = database
    .prepare<[number], [number, number, number | null]>(
      `SELECT r.trial, r.epoch, r.value FROM trials t CROSS JOIN reports r ON r.trial = t.id
       WHERE t.sweep = ? ORDER BY t.number, r.epoch`,
    )
    .raw()
    .iterate(sweep);
  for (const [trial, epoch, value] of rows) {
    let ofTrial = reports.get(trial);
    if (ofTrial === undefined) reports.set(trial, (ofTrial = []));
    ofTrial.push([epoch, value ?? NaN]);
  }
  return reports;
}
