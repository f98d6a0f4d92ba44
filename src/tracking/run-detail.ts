/** Everything that is known of one run, and finding it by what a user types for it. */
import type { StageSummary } from '../core/events.js';
import type { JsonObject } from '../core/json.js';
import { ProblemError } from '../core/problem.js';
import { nearest } from '../core/suggest.js';
import type { Database } from './database.js';
import { metricsReader, runColumns, toRow, type RunRow, type StoredRun } from './run-list.js';

export interface StageRow {
  readonly name: string;
  readonly kind: string;
  readonly needs: readonly string[];
  readonly status: 'pending' | 'running' | 'ran' | 'cached' | 'failed' | 'interrupted';
  readonly fingerprint: string | null;
  /** Digest of its output. */
  readonly artifact: string | null;
  readonly bytes: number | null;
  /** The run that made the output. */
  readonly madeBy: string | null;
  readonly seconds: number | null;
  readonly summary: StageSummary | null;
}

interface ProblemRow {
  readonly stage: string | null;
  readonly severity: 'warning' | 'error';
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
}

interface TrialReference {
  readonly sweep: string;
  readonly number: number;
  /** What it sets, as people read it. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface RunDetail extends RunRow {
  /** Everything resolved, as it was run. */
  readonly config: JsonObject;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: JsonObject;
  readonly host: string;
  readonly pid: number;
  /** The trial of a sweep whose run it is. */
  readonly trial: TrialReference | null;
  readonly stages: readonly StageRow[];
  readonly problems: readonly ProblemRow[];
}

/** One curve: the same length everywhere. */
export interface Series {
  readonly stage: string;
  readonly key: string;
  readonly scope: 'step' | 'epoch';
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  /** Milliseconds since 1970; null for an epoch that an earlier run measured. */
  readonly times: readonly (number | null)[];
  /** Null where the value was not a number. */
  readonly values: readonly (number | null)[];
}

const mostShown = 5;

function noRun(message: string, fix?: string): never {
  throw new ProblemError({ code: 'no-such-run', message, fix });
}

/**
 * The run that a user means: its whole id, the beginning or the last part of it if only one run has that, or `latest`.
 * @throws {ProblemError} `no-such-run`, `ambiguous-run`.
 */
export function findRun(database: Database, reference: string): { number: number; id: string } {
  const select = <Row>(sql: string, ...values: (string | number)[]): Row[] =>
    database.prepare<(string | number)[], Row>(sql).all(...values);
  if (reference === 'latest') {
    const [newest] = select<{ number: number; id: string }>(
      'SELECT number, id FROM runs ORDER BY started DESC, number DESC LIMIT 1',
    );
    return newest ?? noRun('there is no run yet', 'start one with `assay run EXPERIMENT.yaml`');
  }
  const found = select<{ number: number; id: string }>(
    `SELECT number, id FROM runs
     WHERE ? <> '' AND (substr(id, 1, length(?)) = ? OR substr(id, -length(?) - 1) = '-' || ?)
     ORDER BY id = ? DESC, started DESC LIMIT ${mostShown + 1}`,
    ...[reference, reference, reference, reference, reference, reference],
  );
  const first = found[0];
  if (first === undefined) {
    const ids = select<{ id: string }>('SELECT id FROM runs ORDER BY started DESC LIMIT 1000').map(
      ({ id }) => id,
    );
    const near = nearest(reference, ids);
    noRun(
      `expected the id of a run, the beginning or end of one, or latest, got ${JSON.stringify(reference)}`,
      near === undefined ? 'see `assay runs`' : `did you mean "${near}"?`,
    );
  }
  if (first.id !== reference && found.length > 1) {
    const ids = found.slice(0, mostShown).map(({ id }) => id);
    throw new ProblemError({
      code: 'ambiguous-run',
      message: `expected ${JSON.stringify(reference)} to be of one run, got ${ids.join(', ')}${found.length > mostShown ? ', …' : ''}`,
      fix: 'type more of the id',
    });
  }
  return first;
}

interface StoredDetail extends StoredRun {
  readonly config: string;
  readonly versions: string;
  readonly machine: string;
  readonly host: string;
  readonly pid: number;
}
type StoredStage = Omit<StageRow, 'needs' | 'summary'> & {
  readonly needs: string;
  readonly summary: string | null;
};

/** @throws {ProblemError} as `findRun`; as SQLite does. */
export function readRun(database: Database, reference: string): RunDetail {
  const { number } = findRun(database, reference);
  const { config, versions, machine, host, pid, ...stored } = database
    .prepare<[number], StoredDetail>(
      `SELECT r.config, r.versions, r.machine, r.host, r.pid, ${runColumns} WHERE r.number = ?`,
    )
    .get(number)!;
  const stages = database
    .prepare<[number], StoredStage>(
      `SELECT s.name, s.kind, s.needs, s.status, s.fingerprint, s.artifact, a.bytes, s.made_by AS madeBy, s.seconds,
         s.summary
       FROM stages s LEFT JOIN artifacts a ON a.digest = s.artifact WHERE s.run = ? ORDER BY s.position`,
    )
    .all(number);
  const problems = database
    .prepare<[number], ProblemRow>(
      'SELECT stage, severity, time, code, message, fix FROM problems WHERE run = ? ORDER BY id',
    )
    .all(number);
  return {
    ...toRow(stored, metricsReader(database)(number)),
    config: JSON.parse(config) as JsonObject,
    versions: JSON.parse(versions) as Record<string, string>,
    machine: JSON.parse(machine) as JsonObject,
    host,
    pid,
    trial: readTrial(database, stored.id),
    stages: stages.map(({ needs, summary, ...stage }) => ({
      ...stage,
      needs: JSON.parse(needs) as string[],
      summary: summary === null ? null : (JSON.parse(summary) as StageSummary),
    })),
    problems,
  };
}

function readTrial(database: Database, run: string): TrialReference | null {
  const trial = database
    .prepare<[string], { sweep: string; number: number; labels: string }>(
      'SELECT s.name AS sweep, t.number, t.labels FROM trials t JOIN sweeps s ON s.number = t.sweep WHERE t.run = ?',
    )
    .get(run);
  if (trial === undefined) return null;
  return { ...trial, labels: JSON.parse(trial.labels) as Record<string, string> };
}

/** A run's curves, of epochs or of steps. @throws {ProblemError} as `findRun`; as SQLite does. */
export function readHistory(database: Database, reference: string, scope: 'step' | 'epoch'): Series[] {
  const { number } = findRun(database, reference);
  const points = database.prepare<[number], [number, number, number | null, number | null]>(
    `SELECT p.step, p.epoch, r.started + p.elapsed, p.value
     FROM points p JOIN series s ON s.id = p.series JOIN runs r ON r.number = s.run WHERE p.series = ? ORDER BY p.step`,
  );
  return database
    .prepare<[number, string], { id: number; stage: string; key: string }>(
      `SELECT s.id, s.stage, s.key FROM series s JOIN stages g ON g.run = s.run AND g.name = s.stage
       WHERE s.run = ? AND s.scope = ? ORDER BY g.position, s.key`,
    )
    .all(number, scope)
    .map(({ id, stage, key }) => {
      const rows = points.raw().all(id);
      return {
        ...{ stage, key, scope },
        steps: rows.map((row) => row[0]),
        epochs: rows.map((row) => row[1]),
        times: rows.map((row) => row[2]),
        values: rows.map((row) => row[3]),
      };
    });
}
