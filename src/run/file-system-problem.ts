/** Names the ways in which a disk refuses, so that a full disk or a read-only folder is a message and not a stack. */
import type { Problem } from '../core/problem.js';

const known: Readonly<Record<string, { code: string; says: string; fix: string }>> = {
  ENOSPC: {
    code: 'disk-full',
    says: 'the disk is full',
    fix: 'free some room (assay cache gc), then run the same command again',
  },
  EDQUOT: {
    code: 'disk-full',
    says: 'the disk quota is used up',
    fix: 'free some room (assay cache gc), then run the same command again',
  },
  EROFS: {
    code: 'not-writable',
    says: 'the file system is read-only',
    fix: 'work in a folder that can be written',
  },
  EACCES: {
    code: 'not-writable',
    says: 'permission was denied',
    fix: 'check who owns the folder and may write it',
  },
  EPERM: {
    code: 'not-writable',
    says: 'permission was denied',
    fix: 'check who owns the folder and may write it',
  },
  EMFILE: {
    code: 'too-many-files',
    says: 'too many files are open',
    fix: 'raise the limit (ulimit -n), then run again',
  },
};

/** The problem behind an error of `fs`, or nothing when it is none of those that a user's machine brings about. */
export function fileSystemProblem(error: unknown): Problem | undefined {
  const { code, path } = error as { code?: string; path?: string };
  const found = code === undefined ? undefined : known[code];
  if (found === undefined) return undefined;
  return {
    code: found.code,
    message: `${found.says}${path === undefined ? '' : `: ${path}`}`,
    fix: found.fix,
  };
}
