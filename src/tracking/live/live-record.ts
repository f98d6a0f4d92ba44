/**
 * The record as it is followed while others write it: opened for reading only, read in short transactions, so that the
 * write-ahead log can always be taken over, and nothing is asked when nothing changed. What says that it is running while
 * its process is gone is marked interrupted, as every command does, which is all that is ever written. Owns the connection;
 * the questions stand beside this file.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, ProblemError, type Result } from '../../core/problem.js';
import { openDatabase, type Database, type OpenedDatabase } from '../database.js';
import { databaseProblem } from '../database-problem.js';
import { hasInterrupted } from '../interrupted-runs.js';
import { openTracking } from '../tracking.js';

/** How long a lock of another program is waited for, in milliseconds: meanwhile nobody is served. */
const busyMilliseconds = 100;
/**
 * In milliseconds: how soon it is looked again whether processes are gone, which no commit tells, and how soon after the
 * record could not be written.
 */
const lookAgain = 2_000;
const tryAgain = 30_000;

interface Opened extends OpenedDatabase {
  readonly inode: number;
}

export class LiveRecord {
  readonly #folder: string;
  readonly #file: string;
  #open: Opened | undefined;
  #lastInode: number | undefined;
  #replaced = 0;
  /** When it is to be looked next whether processes are gone. */
  #markAt = -Infinity;

  /** @param folder a project's `runs/`, absolute. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'assay.sqlite');
  }

  /** How often another record came into the place of the one before: whatever was known of that is void. */
  get replaced(): number {
    return this.#replaced;
  }

  /**
   * A number that another one follows whenever anybody committed anything; undefined while there is no record. A file
   * that was moved away is let go of, and a new one in its place is opened. Problems as `openDatabase` tells.
   */
  version(): Result<string | undefined> {
    const inode = this.#inode();
    if (!inode.ok) return inode;
    if (inode.value === undefined || this.#open?.inode !== inode.value) this.close();
    if (inode.value === undefined) return ok(undefined);
    this.#markInterrupted();
    const read = this.read((database) => String(database.pragma('data_version', { simple: true })));
    return read.ok ? ok(`${inode.value} ${read.value}`) : read;
  }

  /** Asks questions in one transaction. Problems: `no-runs` without a record, else what stood in the way. */
  read<T>(ask: (database: Database) => T): Result<T> {
    const opened = this.#ensureOpen();
    if (!opened.ok) return opened;
    const { database, shown } = opened.value;
    try {
      return ok(database.transaction(() => ask(database))());
    } catch (error) {
      if (error instanceof ProblemError) return failed(...error.problems);
      const problem = databaseProblem(error, shown);
      // Unless somebody is only busy with it the file is another one now, or of a newer Assay: opening it finds out.
      if (problem.code !== 'tracking-locked') this.close();
      return failed(problem);
    }
  }

  close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  /** A record that can't be written is shown as it stands. */
  #markInterrupted(): void {
    if (performance.now() < this.#markAt) return;
    this.#markAt = performance.now() + lookAgain;
    // Whatever stands in the way of reading is told by whoever asks for more.
    const found = this.read(hasInterrupted);
    if (!found.ok || !found.value) return;
    const tracking = openTracking(this.#folder, { mustExist: true, busyMilliseconds });
    const isMarked = tracking.ok && tracking.value.markInterrupted().ok;
    if (tracking.ok) tracking.value.close();
    if (!isMarked) this.#markAt = performance.now() + tryAgain;
  }

  #inode(): Result<number | undefined> {
    try {
      return ok(statSync(this.#file, { throwIfNoEntry: false })?.ino);
    } catch (error) {
      // A folder that may not be entered, a link that leads to itself.
      this.close();
      return failed(databaseProblem(error, this.#file));
    }
  }

  #ensureOpen(): Result<Opened> {
    if (this.#open !== undefined) return ok(this.#open);
    const found = this.#inode();
    if (!found.ok) return found;
    const inode = found.value;
    if (inode === undefined)
      return failed({ code: 'no-runs', message: `expected a record of runs in ${this.#folder}, got none` });
    let opened = openDatabase(this.#folder, { readOnly: true, busyMilliseconds });
    if (opened.ok && !opened.value.database.readonly) {
      // An older version was brought up to date, which takes the right to write; from here on nobody here writes.
      opened.value.database.close();
      opened = openDatabase(this.#folder, { readOnly: true, busyMilliseconds });
    }
    if (!opened.ok) return opened;
    if (this.#lastInode !== undefined && this.#lastInode !== inode) this.#replaced += 1;
    this.#lastInode = inode;
    return ok((this.#open = { ...opened.value, inode }));
  }
}
