/**
 * The record as it is followed while others write it: opened for reading only, read in short transactions, so that the
 * write-ahead log can always be taken over, and nothing is asked when nothing changed. Owns the connection; the questions
 * stand beside this file.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, ProblemError, type Result } from '../../core/problem.js';
import { openDatabase, type Database } from '../database.js';
import { databaseProblem } from '../database-problem.js';

/** How long a lock of another program is waited for, in milliseconds: meanwhile nobody is served. */
const busyMilliseconds = 100;

export class LiveRecord {
  readonly #folder: string;
  readonly #file: string;
  #open: { readonly database: Database; readonly shown: string; readonly inode: number } | undefined;

  /** @param folder a project's `runs/`, absolute. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'assay.sqlite');
  }

  /**
   * A number that another one follows whenever anybody committed anything; undefined while there is no record. A file
   * that was moved away is let go of, and a new one in its place is opened. Problems as `openDatabase` tells.
   */
  version(): Result<string | undefined> {
    const inode = statSync(this.#file, { throwIfNoEntry: false })?.ino;
    if (inode === undefined || this.#open?.inode !== inode) this.close();
    if (inode === undefined) return ok(undefined);
    const opened = this.#ensureOpen(inode);
    if (!opened.ok) return opened;
    return this.read((database) => `${inode} ${String(database.pragma('data_version', { simple: true }))}`);
  }

  /** Asks questions in one transaction. Problems: `no-runs` without a record, else what stood in the way. */
  read<T>(ask: (database: Database) => T): Result<T> {
    if (this.#open === undefined) {
      if (!existsSync(this.#file))
        return failed({ code: 'no-runs', message: `expected a record of runs in ${this.#folder}, got none` });
      const opened = this.#ensureOpen(statSync(this.#file).ino);
      if (!opened.ok) return opened;
    }
    const { database, shown } = this.#open!;
    try {
      return ok(database.transaction(() => ask(database))());
    } catch (error) {
      if (error instanceof ProblemError) return failed(...error.problems);
      return failed(databaseProblem(error, shown));
    }
  }

  close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #ensureOpen(inode: number): Result<void> {
    if (this.#open !== undefined) return ok(undefined);
    let opened = openDatabase(this.#folder, { readOnly: true, busyMilliseconds });
    if (opened.ok && !opened.value.database.readonly) {
      // An older version was brought up to date, which takes the right to write; from here on nobody here writes.
      opened.value.database.close();
      opened = openDatabase(this.#folder, { readOnly: true, busyMilliseconds });
    }
    if (!opened.ok) return opened;
    this.#open = { ...opened.value, inode };
    return ok(undefined);
  }
}
