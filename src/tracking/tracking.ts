/**
 * A project's record of its runs, `runs/assay.sqlite`: the door through which everybody else writes and reads it. What
 * the tables hold is told in docs/tracking.md. What reading needs is loaded with the first question, because a cached
 * run, which should take no time, asks none.
 */
import { failed, ok, ProblemError, type Result } from '../core/problem.js';
import type { RecordedSweep } from '../core/sweep-events.js';
import { openDatabase, type Database, type OpenedDatabase, type OpenOptions } from './database.js';
import { databaseProblem } from './database-problem.js';
import { markInterrupted } from './interrupted-runs.js';
import { Recorder } from './recorder.js';
import type { RunDetail, Series } from './run-detail.js';
import type { RunList, RunQuery } from './run-list.js';
import { claimSweep, releaseSweep } from './sweep-claim.js';
import type { SweepRow } from './sweep-list.js';
import type { SweepProgress } from './sweep-progress.js';
import { SweepRecorder } from './sweep-recorder.js';
import type { CurvePoints, CurveReference, TrialSpan, WholeCurve } from './curves.js';
import type { RunSelection } from './run-selection.js';
import type { TrialWithoutRun, WholeRun } from './whole-runs.js';
import type { RecorderOptions } from './write-behind.js';

/** Opens the record in a project's `runs/` folder (absolute); problems as `openDatabase` tells. Close it at the end. */
export function openTracking(folder: string, options: OpenOptions = {}): Result<Tracking> {
  const opened = openDatabase(folder, options);
  return opened.ok ? ok(new Tracking(opened.value)) : opened;
}

export class Tracking {
  readonly #database: Database;
  readonly #shown: string;

  constructor({ database, shown }: OpenedDatabase) {
    this.#database = database;
    this.#shown = shown;
  }

  /** Something to subscribe to a run's events. Not for a record opened for reading only. */
  recorder(options: RecorderOptions): Recorder {
    return new Recorder(this.#database, this.#shown, options);
  }

  /** Something to subscribe to a sweep's events: it records the runs of its trials, too. */
  sweepRecorder(options: RecorderOptions): SweepRecorder {
    return new SweepRecorder(this.#database, this.#shown, options);
  }

  /**
   * Takes a sweep for this process, before its record is read; what a process that is gone left running is marked
   * interrupted. `sweep-ended` gives it back, and so does `releaseSweep`. Problem: `sweep-running`, with the pid.
   */
  claimSweep(name: string): Result<void> {
    const claimed = this.#guard(() => claimSweep(this.#database, name));
    return claimed.ok ? claimed.value : claimed;
  }

  /** Gives back a sweep that this process took and did not begin. */
  releaseSweep(name: string): Result<void> {
    return this.#guard(() => releaseSweep(this.#database, name));
  }

  /** Marks runs and sweeps as interrupted that say they are running while their process is gone; the ids of the runs. */
  markInterrupted(): Result<readonly string[]> {
    return this.#guard(() => (this.#database.readonly ? [] : markInterrupted(this.#database)));
  }

  /** Runs by an expression. Problems: `bad-query`, with its place in the expression. */
  async runs(query: RunQuery = {}): Promise<Result<RunList>> {
    const { listRuns } = await import('./run-list.js');
    return this.#guard(() => listRuns(this.#database, query));
  }

  /**
   * One run, by its id, the beginning or last part of it, or `latest`. Problems: `no-such-run`, `ambiguous-run`.
   */
  async run(reference: string): Promise<Result<RunDetail>> {
    const { readRun } = await import('./run-detail.js');
    return this.#guard(() => readRun(this.#database, reference));
  }

  /** A run's curves by stage and key: values of each epoch, or of each step. */
  async history(reference: string, scope: 'step' | 'epoch' = 'epoch'): Promise<Result<readonly Series[]>> {
    const { readHistory } = await import('./run-detail.js');
    return this.#guard(() => readHistory(this.#database, reference, scope));
  }

  /** All that a sweep needs to go on; undefined when there is none of that name. */
  async sweep(name: string): Promise<Result<RecordedSweep | undefined>> {
    const { readSweep } = await import('./sweep-record.js');
    return this.#guard(() => readSweep(this.#database, name));
  }

  /** All sweeps, the one that began last first. */
  async sweeps(): Promise<Result<readonly SweepRow[]>> {
    const { listSweeps } = await import('./sweep-list.js');
    return this.#guard(() => listSweeps(this.#database));
  }

  /** How far one sweep is. Problem: `no-such-sweep`. */
  async sweepProgress(name: string): Promise<Result<SweepProgress>> {
    const { readProgress } = await import('./sweep-progress.js');
    return this.#guard(() => readProgress(this.#database, name));
  }

  /** The runs that are meant, with all but their curves, in the order in which they began. Problems: as `selectRuns`. */
  async wholeRuns(selection: RunSelection): Promise<Result<readonly WholeRun[]>> {
    const [{ selectRuns }, { readWholeRuns }] = await Promise.all([
      import('./run-selection.js'),
      import('./whole-runs.js'),
    ]);
    return this.#guard(() =>
      this.#database.transaction(() =>
        readWholeRuns(this.#database, selectRuns(this.#database, selection)),
      )(),
    );
  }

  /** The trials of a sweep that failed before there was a run. */
  async trialsWithoutRun(sweep: string): Promise<Result<readonly TrialWithoutRun[]>> {
    const { readTrialsWithoutRun } = await import('./whole-runs.js');
    return this.#guard(() => readTrialsWithoutRun(this.#database, sweep));
  }

  /** The curves of runs by their numbers, in that order; both scopes when none is given. */
  async curves(
    runs: readonly number[],
    scope?: 'step' | 'epoch',
  ): Promise<Result<readonly CurveReference[]>> {
    const { listCurves } = await import('./curves.js');
    return this.#guard(() => listCurves(this.#database, runs, scope));
  }

  /** The curves by epoch of runs by their numbers, with their points, by the number of the run. */
  async epochCurves(runs: readonly number[]): Promise<Result<ReadonlyMap<number, readonly WholeCurve[]>>> {
    const { readEpochCurves } = await import('./curves.js');
    return this.#guard(() => readEpochCurves(this.#database, runs));
  }

  /** What reads the points of a curve by its id. It throws as SQLite does; the record is to stay open as long. */
  async points(): Promise<(curve: number) => CurvePoints> {
    const { pointsReader } = await import('./curves.js');
    return pointsReader(this.#database);
  }

  /** When the trials of a sweep were on which worker, as far as it was recorded. */
  async spans(sweep: string): Promise<Result<readonly TrialSpan[]>> {
    const { readSpans } = await import('./curves.js');
    return this.#guard(() => readSpans(this.#database, sweep));
  }

  /** The fingerprints of all stages of all runs: what garbage collection of the cache should keep. */
  usedFingerprints(): Result<ReadonlySet<string>> {
    return this.#guard(() => {
      const sql = 'SELECT DISTINCT fingerprint FROM stages WHERE fingerprint IS NOT NULL';
      return new Set(this.#database.prepare<[], string>(sql).pluck().all());
    });
  }

  close(): void {
    this.#database.close();
  }

  #guard<T>(read: () => T): Result<T> {
    try {
      return ok(read());
    } catch (error) {
      if (error instanceof ProblemError) return failed(...error.problems);
      return failed(databaseProblem(error, this.#shown));
    }
  }
}
