/**
 * Tells failures of the file system that a user can do something about (a full disk, a folder that can't be written)
 * from bugs. Owns the wording; what is cleaned up after one is the caller's.
 */
import { ProblemError, type Problem } from '../core/problem.js';

const rules: Readonly<Record<string, { readonly full: boolean; readonly why: string }>> = {
  ENOSPC: { full: true, why: 'no space left on the disk' },
  EDQUOT: { full: true, why: 'the disk quota is used up' },
  EROFS: { full: false, why: 'a read-only file system' },
  EACCES: { full: false, why: 'permission denied' },
  EPERM: { full: false, why: 'operation not permitted' },
  ENOTDIR: { full: false, why: 'a file where a folder belongs' },
  EEXIST: { full: false, why: 'a file where a folder belongs' },
  // SQLite's words for the same, met when a lock is taken.
  SQLITE_FULL: { full: true, why: 'no space left on the disk' },
  SQLITE_READONLY: { full: false, why: 'a file that can only be read' },
  SQLITE_READONLY_DIRECTORY: { full: false, why: 'a folder that can only be read' },
  SQLITE_CANTOPEN: { full: false, why: 'a file that cannot be opened' },
  SQLITE_PERM: { full: false, why: 'permission denied' },
  SQLITE_NOTADB: { full: false, why: 'a lock file with something in it' },
};

function problemFor(code: string, folder: string, path: string): Problem | undefined {
  const rule = Object.hasOwn(rules, code) ? rules[code] : undefined;
  if (rule === undefined) return undefined;
  const got = `${rule.why} (${code}, ${path})`;
  return rule.full
    ? {
        code: 'disk-full',
        message: `expected room on the disk of ${folder}, got ${got}`,
        fix: 'make room, for example by "assay cache gc", and run again: what was finished is kept',
      }
    : {
        code: 'cache-not-writable',
        message: `expected ${folder} to be a folder that can be read and written, got ${got}`,
        fix: 'make the folder writable, or run where it is',
      };
}

/**
 * A file-system error as one a user understands, or the error itself when it is none of those.
 * @param folder What the user knows the place as, absolute or relative.
 */
export function asFileProblem(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError) return error;
  const { code, path } = error as { code?: unknown; path?: unknown };
  if (typeof code !== 'string') return error;
  const problem = problemFor(code, folder, typeof path === 'string' ? path : folder);
  return problem === undefined ? error : new ProblemError(problem);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { code?: unknown }).code : undefined;
}

/** Whether an error says that a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether an error says that the disk can't read back what it holds. */
export function isDamaged(error: unknown): boolean {
  return codeOf(error) === 'EIO';
}
