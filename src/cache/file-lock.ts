/**
 * Locks that the operating system holds for a process and takes back when it ends, however it dies. Node has none of
 * its own, SQLite does: a transaction on an empty database file, never written to, is an fcntl lock on that file. SQLite
 * also keeps two connections of one process apart, which bare fcntl locks do not.
 *
 * Pitfalls this rests on: fcntl locks of a process vanish when it closes any descriptor of the file, so nothing but
 * SQLite may ever open a lock file (SQLite knows, and defers its own closing); and a lock file may be removed only by
 * one who knows that nobody has it open (`collect`, which holds `hold.lock` for itself). Not for network file systems
 * without working fcntl locks.
 */
import { closeSync, existsSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import { makeFolder } from '../core/make-folder.js';
import type { Lock, WaitOptions } from './artifact-cache.js';

type LockMode = 'shared' | 'exclusive';
type Connection = Sqlite.Database;

let Database: typeof Sqlite | undefined;
const require = createRequire(import.meta.url);

// A connection that nobody refers to would be closed by the garbage collector, and its lock with it.
const held = new Set<Connection>();

const begin: Readonly<Record<LockMode, string>> = {
  shared: 'BEGIN; SELECT 1 FROM sqlite_schema',
  exclusive: 'BEGIN EXCLUSIVE',
};

function connect(path: string): Connection {
  // On first need: a process that takes no lock does not pay for the native module (about 7 ms).
  Database ??= require('better-sqlite3') as typeof Sqlite;
  if (!existsSync(path)) createEmpty(path);
  return new Database(path, { timeout: 0 });
}

/** Makes the file ourselves, because `fs` says why it can't (no room, read-only) and SQLite does not. */
function createEmpty(path: string): void {
  makeFolder(dirname(path));
  try {
    // Exclusive: a file that is there may be locked by this process, and must not be opened and closed here.
    closeSync(openSync(path, 'wx'));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  }
}

function attempt(connection: Connection, mode: LockMode): boolean {
  try {
    connection.exec(begin[mode]);
    return true;
  } catch (error) {
    // A shared transaction begins before its lock fails.
    if (connection.inTransaction) connection.exec('ROLLBACK');
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return false;
    throw error;
  }
}

function asLock(connection: Connection): Lock {
  held.add(connection);
  return {
    release: () => {
      // Closing rolls the transaction back; nothing was written, so nothing reaches the disk.
      if (held.delete(connection)) connection.close();
    },
  };
}

/** The lock, or nothing when somebody has it. Throws as SQLite does when the file can't be made or opened. */
export function tryFileLock(path: string, mode: LockMode): Lock | undefined {
  const connection = connect(path);
  try {
    if (attempt(connection, mode)) return asLock(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  connection.close();
  return undefined;
}

/** Shared locks that this process has: all who want the same one hold it together, which costs nothing. */
const shared = new Map<string, { readonly lock: Lock; holders: number }>();

/**
 * Waits for a shared lock, asking every 20 to 200 ms. While somebody of this process holds it, others get it at once, and it
 * is let go by the last of them. Rejects with the signal's reason when that is aborted first.
 */
export async function takeSharedLock(path: string, options: WaitOptions = {}): Promise<Lock> {
  options.signal?.throwIfAborted();
  if (!shared.has(path)) {
    const lock = await takeFileLock(path, 'shared', options);
    // Somebody else of this process may have come first meanwhile.
    if (shared.has(path)) lock.release();
    else shared.set(path, { lock, holders: 0 });
  }
  const held = shared.get(path)!;
  held.holders++;
  let released = false;
  return {
    release: () => {
      if (released) return;
      released = true;
      if (--held.holders > 0) return;
      shared.delete(path);
      held.lock.release();
    },
  };
}

/** Waits for the lock, asking every 20 to 200 ms. Rejects with the signal's reason when that is aborted first. */
export async function takeFileLock(path: string, mode: LockMode, options: WaitOptions = {}): Promise<Lock> {
  const { signal, onWait } = options;
  signal?.throwIfAborted();
  const connection = connect(path);
  try {
    for (let tries = 1; !attempt(connection, mode); tries++) {
      // Two who ask in the same instant can turn each other away though nobody has the lock: said from the second time.
      if (tries === 2) onWait?.();
      // Random so that those who wait do not ask in step; it reaches no number of an experiment.
      const longest = Math.min(200, 20 * 2 ** tries);
      await sleep(20 + Math.random() * (longest - 20), undefined, signal === undefined ? {} : { signal });
    }
  } catch (error) {
    connection.close();
    throw signal?.aborted === true ? signal.reason : error;
  }
  return asLock(connection);
}
