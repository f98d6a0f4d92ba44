/** Says in words what SQLite's error codes mean for the user, and what to do. */
import Sqlite from 'better-sqlite3';
import type { Problem } from '../core/problem.js';

/**
 * The problem that an error of SQLite's, or of the file system around it, stands for.
 * @throws the error itself when it is neither: then it is a bug.
 */
export function databaseProblem(error: unknown, file: string): Problem {
  if (error instanceof Sqlite.SqliteError) return fromSqlite(error, file);
  if (isWithoutAddon(error)) return withoutAddon(error);
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !(error instanceof Error)) throw error;
  return fromFileSystem(code, error.message, file);
}

/** npm 12 runs no install scripts without being told to, and better-sqlite3 gets its native part in one. */
export const addonFix =
  'run npm rebuild better-sqlite3; npm 12 wants npm approve-scripts better-sqlite3 before (it needs a C++ compiler and Python where no ready one can be downloaded)';

/** What the packages that look for native parts throw: with the places where they looked, or from the loader itself. */
function isWithoutAddon(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return 'tries' in error || (error as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED';
}

function withoutAddon({ message }: Error): Problem {
  const [reason = ''] = message.split(/\n|\. Tried:/, 1);
  return {
    code: 'tracking-unavailable',
    message: `runs can't be recorded, for the native part of better-sqlite3 does not load: ${reason}`,
    fix: addonFix,
  };
}

function fromSqlite({ code, message }: InstanceType<typeof Sqlite.SqliteError>, file: string): Problem {
  // Extended codes continue the primary one: SQLITE_IOERR_WRITE, SQLITE_BUSY_SNAPSHOT.
  const primary = /^SQLITE_[A-Z]+/.exec(code)?.[0];
  switch (primary) {
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return {
        code: 'tracking-locked',
        message: `${file} is locked by another program`,
        fix: `close what has it open for writing (\`fuser ${file}\` lists processes), then try again`,
      };
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return {
        code: 'tracking-corrupt',
        message: `${file} is damaged: ${message}`,
        fix: `move it away together with its -wal and -shm files, if any (\`mv ${file} ${file}.damaged\`): the next run starts a new one; artifacts and reports are not in it`,
      };
    case 'SQLITE_FULL':
      return noSpace(file);
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
      return notWritable(file);
    case 'SQLITE_IOERR':
      return {
        code: 'tracking-io-error',
        message: `${file} can't be read or written: ${message} (${code})`,
        fix: 'look at the disk that it lies on',
      };
    default:
      return { code: 'tracking-failed', message: `${file} can't be used: ${message} (${code})` };
  }
}

function fromFileSystem(code: string, message: string, file: string): Problem {
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpace(file);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return notWritable(file);
  return { code: 'tracking-failed', message: `${file} can't be used: ${message}` };
}

function noSpace(file: string): Problem {
  return {
    code: 'tracking-disk-full',
    message: `there is no space left on the disk for ${file}`,
    fix: 'make room, for example with `assay cache gc`',
  };
}

function notWritable(file: string): Problem {
  return {
    code: 'tracking-not-writable',
    message: `${file} can't be opened for writing`,
    fix: 'give yourself write permission to it and to its folder',
  };
}
