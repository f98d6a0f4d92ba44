/** Turns what a user's own stage threw into a problem that points into the user's file, without a stack. */
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProblemError, type SourcePosition } from '../core/problem.js';

/** The innermost frame that lies in the project's own sources (source maps are on, so it is TypeScript). */
function placeOf(stack: string, projectRoot: string): SourcePosition | undefined {
  for (const frame of stack.matchAll(/\(?((?:file:\/\/)?\/[^\s()]+|[A-Za-z]:\\[^\s()]+):(\d+):(\d+)\)?/g)) {
    const [, where, line, column] = frame as unknown as [string, string, string, string];
    const file = where.startsWith('file:') ? fileURLToPath(where) : resolve(where);
    const inside = file.startsWith(projectRoot + sep) && !/[\\/](node_modules|\.assay|dist)[\\/]/.test(file);
    if (!inside || !existsSync(file)) continue;
    const lineText = readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? '';
    return {
      file: relative(projectRoot, file).replaceAll('\\', '/'),
      line: Number(line),
      column: Number(column),
      length: 1,
      lineText,
    };
  }
  return undefined;
}

/** @throws {ProblemError} always: the error as it is when it is one already, else `stage-threw`. */
export function throwProblemOfUserCode(error: unknown, shown: string, projectRoot: string): never {
  if (error instanceof ProblemError) throw error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const at = error instanceof Error ? placeOf(error.stack ?? '', projectRoot) : undefined;
  throw new ProblemError({ code: 'stage-threw', message: `${shown} threw ${message}`, at });
}
