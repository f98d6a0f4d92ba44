/**
 * Opens `runs/assay.sqlite`: makes it, brings an older one up to date, refuses what is not ours. Owns connections and
 * versions; what stands in the tables is written by `run-writer.ts` and read by `run-queries.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import Sqlite from 'better-sqlite3';
import { makeFolder } from '../core/make-folder.js';
import { failed, ok, type Problem, type Result } from '../core/problem.js';
import { databaseProblem } from './database-problem.js';
import { applicationId, migrations } from './migrations.js';

/**
 * How large the write-ahead log becomes before it is taken over into the database, in pages of 4 KiB. Each time waits for
 * the disk, and a page that was written ten times since is taken over once.
 */
const logPages = 4000;
/** To how many bytes it is cut back that had to become larger. */
const keptLogBytes = 2 * logPages * 4096;

export type Database = Sqlite.Database;

export interface OpenOptions {
  /** For listing only: makes no file (without one, everything is empty) and needs no right to write. */
  readonly readOnly?: boolean;
  /** For whoever has found a record and must not make one where that has just been moved away. */
  readonly mustExist?: boolean;
  /** How long to wait for another program that has the database locked; 5,000 by default. */
  readonly busyMilliseconds?: number;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** As messages name it: relative to the working directory when it lies below. */
  readonly shown: string;
}

/** The file in a project's `runs/` folder. */
function databaseFile(folder: string): string {
  return join(folder, 'assay.sqlite');
}

function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}

/**
 * Opens the database in `folder` (absolute). Problems: `tracking-locked`, `tracking-corrupt`, `tracking-not-writable`,
 * `tracking-disk-full`, `tracking-too-new`, `tracking-foreign`, `tracking-io-error`; nothing was changed then.
 */
export function openDatabase(folder: string, options: OpenOptions = {}): Result<OpenedDatabase> {
  const file = databaseFile(folder);
  const shown = shownPath(file);
  let database: Database | undefined;
  try {
    database =
      options.readOnly === true ? connectForReading(file, options) : connectForWriting(file, options);
    const refusal = checkVersion(database, shown);
    if (refusal !== undefined) {
      database.close();
      return failed(refusal);
    }
    database.pragma('foreign_keys = ON');
    if (!database.readonly) prepareForWriting(database);
    else if (versionOf(database) < migrations.length) {
      // Too old to be read as it is: bringing it up to date needs the right to write.
      database.close();
      return openDatabase(folder, { ...options, readOnly: false });
    }
    return ok({ database, shown });
  } catch (error) {
    database?.close();
    return failed(databaseProblem(error, shown));
  }
}

function connectForWriting(file: string, options: OpenOptions): Database {
  const { busyMilliseconds = 5000, mustExist = false } = options;
  if (!mustExist) makeFolder(dirname(file));
  return new Sqlite(file, { timeout: busyMilliseconds, fileMustExist: mustExist });
}

function connectForReading(file: string, options: OpenOptions): Database {
  if (!existsSync(file)) return new Sqlite(':memory:');
  const connection = new Sqlite(file, { timeout: options.busyMilliseconds ?? 5000, readonly: true });
  try {
    versionOf(connection);
    return connection;
  } catch (error) {
    connection.close();
    // WAL needs its -shm file even for reading. In a folder where it can't be made, a database whose log is empty is
    // complete as it stands.
    const unreadable = error instanceof Sqlite.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code);
    if (!unreadable || existsSync(`${file}-wal`)) throw error;
    return copyInMemory(file);
  }
}

/** The file's content as a database in memory, which can't be in WAL mode; so the header is made to say otherwise. */
function copyInMemory(file: string): Database {
  const content = readFileSync(file);
  // "File format write version" and "read version", https://sqlite.org/fileformat.html#file_format_version_numbers
  content[18] = 1;
  content[19] = 1;
  return new Sqlite(content, { readonly: true });
}

function versionOf(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

function checkVersion(database: Database, shown: string): Problem | undefined {
  const version = versionOf(database);
  // In this order: another process may be making it, tables and mark at once, between the two questions.
  const empty = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  const application = database.pragma('application_id', { simple: true }) as number;
  if (application !== applicationId && !empty) {
    return {
      code: 'tracking-foreign',
      message: `${shown} is a database of another program`,
      fix: 'move it away: the next run starts a new one',
    };
  }
  if (version > migrations.length) {
    return {
      code: 'tracking-too-new',
      message: `${shown} was written by a newer Assay: expected its version to be at most ${migrations.length}, got ${version}`,
      fix: 'update Assay in this project, or move the file away to start a new one',
    };
  }
  return undefined;
}

function prepareForWriting(database: Database): void {
  useWriteAheadLog(database);
  // A commit then costs no flush to the disk. A killed process loses nothing; a power cut loses the last commits at
  // worst and leaves the database whole (https://sqlite.org/pragma.html#pragma_synchronous).
  database.pragma('synchronous = NORMAL');
  database.pragma(`wal_autocheckpoint = ${logPages}`);
  // A log that readers kept from being taken over is cut back to this once it could be.
  database.pragma(`journal_size_limit = ${keptLogBytes}`);
  migrate(database, migrations);
}

/** Readers then never wait for a writer, nor a writer for them. */
function useWriteAheadLog(database: Database): void {
  if (database.memory || database.pragma('journal_mode', { simple: true }) === 'wal') return;
  // Changing over takes the file alone, for which SQLite does not wait: of two processes that make the database at once
  // one is turned away at once.
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 1; ; attempt++) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const busy = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!busy || attempt === 50) throw error;
      Atomics.wait(pause, 0, 0, 20);
    }
  }
}

/**
 * Brings the schema from the version that the file has to `steps.length`, in one transaction: all of it or nothing.
 * Also finds out whether the database can be written at all, as it takes the write lock for a moment.
 */
export function migrate(database: Database, steps: readonly string[]): void {
  const rebuilds = versionOf(database) < steps.length;
  const foreignKeys = database.pragma('foreign_keys', { simple: true }) as number;
  if (rebuilds) {
    // A step may make a table anew: dropping the old one must not delete what refers to it, nor renaming the new one
    // touch or judge views that a user added. Neither can be said inside a transaction.
    database.pragma('foreign_keys = OFF');
    database.pragma('legacy_alter_table = ON');
  }
  try {
    database.exec('BEGIN IMMEDIATE');
    // Asked again under the lock: another process may have done it in the meantime.
    const from = versionOf(database);
    if (from < steps.length) {
      for (const step of steps.slice(from)) database.exec(step);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${steps.length}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  } finally {
    if (rebuilds) {
      database.pragma('legacy_alter_table = OFF');
      database.pragma(`foreign_keys = ${foreignKeys}`);
    }
  }
}
