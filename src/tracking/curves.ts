/** Curves of many runs: which there are, and the points of each, read one curve at a time, so that a million points need no memory. */
import type { Database } from './database.js';

export interface CurveReference {
  readonly id: number;
  /** The number of its run. */
  readonly run: number;
  readonly stage: string;
  readonly scope: 'step' | 'epoch';
  /** `validation.accuracy`. */
  readonly key: string;
}

/** Lists of the same length, by step. */
export interface CurvePoints {
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  /** Milliseconds since the run began; null for an epoch that an earlier run measured. */
  readonly elapsed: readonly (number | null)[];
  /** Null where it was not a number. */
  readonly values: readonly (number | null)[];
}

/** By run in the order of `runs`, then by stage in the order of the plan, scope and key. */
export function listCurves(
  database: Database,
  runs: readonly number[],
  scope?: CurveReference['scope'],
): CurveReference[] {
  const place = new Map(runs.map((run, index) => [run, index]));
  return database
    .prepare<[string, string | null, string | null], CurveReference>(
      `SELECT s.id, s.run, s.stage, s.scope, s.key
       FROM series s LEFT JOIN stages g ON g.run = s.run AND g.name = s.stage
       WHERE s.run IN (SELECT value FROM json_each(?)) AND (? IS NULL OR s.scope = ?)
       ORDER BY s.run, g.position, s.scope, s.key`,
    )
    .all(JSON.stringify(runs), scope ?? null, scope ?? null)
    .sort((a, b) => place.get(a.run)! - place.get(b.run)!);
}

/** Reads the points of a curve by its id; prepared once for many. */
export function pointsReader(database: Database): (curve: number) => CurvePoints {
  const statement = database
    .prepare<[number], [number, number, number | null, number | null]>(
      'SELECT step, epoch, elapsed, value FROM points WHERE series = ? ORDER BY step',
    )
    .raw();
  return (curve) => {
    const rows = statement.all(curve);
    return {
      steps: rows.map((row) => row[0]),
      epochs: rows.map((row) => row[1]),
      elapsed: rows.map((row) => row[2]),
      values: rows.map((row) => row[3]),
    };
  };
}

export type WholeCurve = CurveReference & CurvePoints;

/** By the number of the run. */
export function readEpochCurves(database: Database, runs: readonly number[]): Map<number, WholeCurve[]> {
  const read = pointsReader(database);
  const curves = new Map<number, WholeCurve[]>();
  for (const curve of listCurves(database, runs, 'epoch')) {
    const whole = { ...curve, ...read(curve.id) };
    const ofRun = curves.get(curve.run);
    if (ofRun === undefined) curves.set(curve.run, [whole]);
    else ofRun.push(whole);
  }
  return curves;
}

/** When a trial was on which worker; milliseconds since 1970. */
export interface TrialSpan {
  readonly trial: number;
  readonly worker: number;
  readonly from: number;
  readonly to: number;
}

/** In the order in which they began. Attempts whose process died without a word are left out: their end is not known. */
export function readSpans(database: Database, sweep: string, now: number = Date.now()): TrialSpan[] {
  return database
    .prepare<[number, string], TrialSpan>(
      `SELECT t.number AS trial, p.worker, p.started AS "from", coalesce(p.ended, ?) AS "to"
       FROM trial_spans p JOIN trials t ON t.id = p.trial JOIN sweeps w ON w.number = t.sweep
       WHERE w.name = ? AND (p.ended IS NOT NULL OR (t.state = 'running' AND p.started = t.started))
       ORDER BY p.started, p.worker`,
    )
    .all(now, sweep);
}
