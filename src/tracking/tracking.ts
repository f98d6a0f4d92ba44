/**
 * A project's record of its runs, `runs/assay.sqlite`: the door through which everybody else writes and reads it. What
 * the tables hold is told in docs/tracking.md. What reading needs is loaded with the first question, because a cached
 * run, which should take no time, asks none.
 */
import { failed, ok, ProblemError, type Result } from '../core/problem.js';
import { openDatabase, type Database, type OpenedDatabase, type OpenOptions } from './database.js';
import { databaseProblem } from './database-problem.js';
import { markInterrupted } from './interrupted-runs.js';
import { Recorder, type RecorderOptions } from './recorder.js';
import type { RunDetail, Series } from './run-detail.js';
import type { RunList, RunQuery } from './run-list.js';

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

  /** Marks runs as interrupted that say they are running while their process is gone; their ids. */
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
