/** Lists sweeps: how far each is, how fast, and the best of its trials. */
import type { Json, JsonObject } from '../core/json.js';
import type { Objective, RecordedSweep, SweepEndReason, TrialState } from '../core/sweep-events.js';
import type { Database } from './database.js';
import { sweepLastSign } from './last-sign.js';
import { processState, type ProcessIdentity } from './process-identity.js';
import { parseValues } from './sweep-record.js';

export type TrialCounts = Readonly<Record<TrialState, number>>;

export interface BestTrial {
  readonly number: number;
  readonly run: string;
  /** In the order of the objectives. */
  readonly values: readonly number[];
  readonly assignments: JsonObject;
  readonly labels: Readonly<Record<string, string>>;
}

/** One sweep in a list. Times are milliseconds since 1970. */
export interface SweepRow {
  readonly name: string;
  readonly experiment: string;
  readonly file: string;
  readonly seed: number;
  readonly objectives: readonly Objective[];
  readonly sampler: string;
  readonly scheduler: string;
  /** The number asked for, null for as many as there can be. */
  readonly asked: number | null;
  /** The most epochs of a trial, where a scheduler looks at them. */
  readonly epochs: number | null;
  readonly workers: number;
  readonly threads: number;
  readonly settings: Json;
  /** `interrupted` as well where it is `running` by the record, but its process is gone. */
  readonly status: RecordedSweep['status'];
  readonly reason: SweepEndReason | null;
  readonly host: string;
  readonly pid: number;
  /** Whether the process that runs it lives; null when that can't be known from here, or when it has ended. */
  readonly alive: boolean | null;
  readonly started: number;
  /** When it last began. */
  readonly resumed: number;
  readonly ended: number | null;
  /** Wall seconds over all the times it was running, until now. */
  readonly seconds: number;
  readonly trials: TrialCounts;
  /** By the first objective, among those that are done. */
  readonly best: BestTrial | null;
}

interface StoredRow
  extends Omit<SweepRow, 'objectives' | 'settings' | 'alive' | 'trials' | 'best'>, ProcessIdentity {
  readonly number: number;
  readonly objectives: string;
  readonly settings: string;
}

interface StoredBest {
  readonly number: number;
  readonly run: string;
  readonly objective_values: string;
  readonly assignments: string;
  readonly labels: string;
}

const noTrials: TrialCounts = {
  waiting: 0,
  running: 0,
  paused: 0,
  done: 0,
  pruned: 0,
  failed: 0,
  infeasible: 0,
};

/** The one that began last comes first; `name` for one sweep only. `now`: milliseconds since 1970. */
export function listSweeps(database: Database, name?: string, now: number = Date.now()): SweepRow[] {
  const select = `
    SELECT s.number, s.name, e.name AS experiment, s.file, s.seed, s.objectives, s.sampler, s.scheduler,
      s.trials AS asked, s.epochs, s.workers, s.threads, s.settings, s.status, s.reason, s.host, s.pid, s.process,
      s.started, s.resumed, s.ended, s.seconds
    FROM sweeps s JOIN experiments e ON e.id = s.experiment`;
  const stored =
    name === undefined
      ? database.prepare<[], StoredRow>(`${select} ORDER BY s.resumed DESC, s.number DESC`).all()
      : database.prepare<[string], StoredRow>(`${select} WHERE s.name = ?`).all(name);
  return stored.map((row) => toSweepRow(database, row, now));
}

function toSweepRow(database: Database, row: StoredRow, now: number): SweepRow {
  const { number, process, objectives: objectivesText, settings, ...facts } = row;
  const objectives = JSON.parse(objectivesText) as Objective[];
  const state = facts.status === 'running' ? processState({ ...facts, process }) : undefined;
  const until = state === undefined ? facts.resumed : state === 'gone' ? lastSeen(database, number) : now;
  return {
    ...facts,
    objectives,
    settings: JSON.parse(settings) as Json,
    status: state === 'gone' ? 'interrupted' : facts.status,
    alive: state === undefined || state === 'unknown' ? null : state === 'alive',
    seconds: facts.seconds + Math.max(0, until - facts.resumed) / 1000,
    trials: countTrials(database, number, state === 'gone'),
    best: findBest(database, number, objectives[0]),
  };
}

function lastSeen(database: Database, sweep: number): number {
  const statement = database.prepare<[number], number>(
    `SELECT ${sweepLastSign} FROM sweeps WHERE number = ?`,
  );
  return statement.pluck().get(sweep) ?? 0;
}

/** With the process running trials have gone, too: they wait to be begun again. */
function countTrials(database: Database, sweep: number, gone: boolean): TrialCounts {
  const counted = database
    .prepare<[number], { state: TrialState; count: number }>(
      'SELECT state, count(*) AS count FROM trials WHERE sweep = ? GROUP BY state',
    )
    .all(sweep);
  const counts = { ...noTrials, ...Object.fromEntries(counted.map(({ state, count }) => [state, count])) };
  return gone ? { ...counts, waiting: counts.waiting + counts.running, running: 0 } : counts;
}

function findBest(database: Database, sweep: number, objective: Objective | undefined): BestTrial | null {
  const direction = objective?.goal === 'minimize' ? 'ASC' : 'DESC';
  const best = database
    .prepare<[number], StoredBest>(
      `SELECT number, run, objective_values, assignments, labels FROM trials
       WHERE sweep = ? AND state = 'done' AND value IS NOT NULL ORDER BY value ${direction}, number LIMIT 1`,
    )
    .get(sweep);
  if (best === undefined) return null;
  return {
    number: best.number,
    run: best.run,
    values: parseValues(best.objective_values) ?? [],
    assignments: JSON.parse(best.assignments) as JsonObject,
    labels: JSON.parse(best.labels) as Record<string, string>,
  };
}
