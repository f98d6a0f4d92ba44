/**
 * What a live page asks about the trials of one sweep. Trials carry no number of their last change, so their marks (state,
 * attempts, when they began and ended) are compared with those known: one pass over a few columns, and all else is read
 * for those alone that differ.
 */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js';
import type { TrialState } from '../../core/sweep-events.js';
import type { Database } from '../database.js';
import { parseValues } from '../sweep-record.js';

/** The row number of a trial, and what is different when anything but its curve is. */
export type TrialMark = readonly [id: number, mark: string];

export interface LiveTrial {
  /** Its row. */
  readonly id: number;
  /** From 0. */
  readonly number: number;
  readonly run: string;
  readonly state: TrialState;
  /** By path. */
  readonly labels: Readonly<Record<string, string>>;
  /** By path the values that the labels stand for. */
  readonly assignments: JsonObject;
  readonly attempts: number;
  readonly worker: number | null;
  readonly epochs: number;
  readonly seconds: number;
  /** Milliseconds since 1970, of its last attempt. */
  readonly started: number | null;
  readonly ended: number | null;
  /** When it was on which worker, milliseconds since 1970; null: it still is. */
  readonly spans: readonly (readonly [worker: number, from: number, to: number | null])[];
  /** In the order of the objectives. */
  readonly values: readonly number[];
  /** Why it failed, or will be tried again. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/** Points of a curve; equally long. */
export interface LivePoints {
  readonly epochs: readonly number[];
  readonly values: readonly (number | null)[];
}

export function sweepNumber(database: Database, name: string): number | undefined {
  return database.prepare<[string], number>('SELECT number FROM sweeps WHERE name = ?').pluck().get(name);
}

/** In the order of their numbers: whoever is told of them again later finds each in the same place. */
export function readTrialMarks(database: Database, sweep: number): TrialMark[] {
  return database
    .prepare<[number], [number, string]>(
      `SELECT id, state || ' ' || attempts || ' ' || coalesce(started, '') || ' ' || coalesce(ended, '')
       FROM trials WHERE sweep = ? ORDER BY number`,
    )
    .raw()
    .all(sweep);
}

type Stored = Omit<LiveTrial, 'labels' | 'assignments' | 'values' | 'problem' | 'spans'> & {
  readonly labels: string;
  readonly assignments: string;
  readonly objective_values: string | null;
  readonly problem: string | null;
};

/** Trials by their rows, those that are gone left out. */
export function readLiveTrials(database: Database, ids: readonly number[]): LiveTrial[] {
  const statement = database.prepare<[number], Stored>(
    `SELECT id, number, run, state, labels, assignments, attempts, worker, epochs, seconds, started, ended, objective_values, problem
     FROM trials WHERE id = ?`,
  );
  const spans = database
    .prepare<[number], [number, number, number | null]>(
      'SELECT worker, started, ended FROM trial_spans WHERE trial = ? ORDER BY started',
    )
    .raw();
  return ids.flatMap((id) => {
    const stored = statement.get(id);
    if (stored === undefined) return [];
    const { labels, assignments, objective_values, problem, ...facts } = stored;
    return {
      ...facts,
      spans: spans.all(id),
      labels: JSON.parse(labels) as Record<string, string>,
      assignments: JSON.parse(assignments) as JsonObject,
      values: parseValues(objective_values) ?? [],
      problem: readProblem(problem),
    };
  });
}

function readProblem(text: string | null): LiveTrial['problem'] {
  if (text === null) return null;
  const problem = JSON.parse(text) as Json;
  if (!isJsonObject(problem)) return null;
  const { code, message } = problem;
  return { code: textOf(code), message: textOf(message) };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The metrics that trials of the sweep have by epoch, looked for in a few of its runs. */
export function readCurveKeys(database: Database, sweep: number): string[] {
  return database
    .prepare<[number], string>(
      `SELECT DISTINCT s.key FROM (SELECT run FROM trials WHERE sweep = ? AND attempts > 0 ORDER BY number DESC LIMIT 20) t
       JOIN runs r ON r.id = t.run JOIN series s ON s.run = r.number WHERE s.scope = 'epoch' ORDER BY s.key`,
    )
    .pluck()
    .all(sweep);
}

/** Reads curves of one metric as they grow: which series a run's is is looked up once. */
export class CurveReader {
  readonly #series = new Map<string, number>();
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** The points of a run after `step`, with the step of the last one. */
  read(database: Database, run: string, step: number): (LivePoints & { readonly step: number }) | undefined {
    const series = this.#find(database, run);
    if (series === undefined) return undefined;
    const rows = database
      .prepare<[number, number], [number, number, number | null]>(
        'SELECT step, epoch, value FROM points WHERE series = ? AND step > ? ORDER BY step',
      )
      .raw()
      .all(series, step);
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    return { step: last[0], epochs: rows.map((row) => row[1]), values: rows.map((row) => row[2]) };
  }

  #find(database: Database, run: string): number | undefined {
    const known = this.#series.get(run);
    if (known !== undefined) return known;
    const found = database
      .prepare<[string, string], number>(
        `SELECT s.id FROM runs r JOIN series s ON s.run = r.number WHERE r.id = ? AND s.scope = 'epoch' AND s.key = ?`,
      )
      .pluck()
      .get(run, this.#key);
    if (found !== undefined) this.#series.set(run, found);
    return found;
  }
}
