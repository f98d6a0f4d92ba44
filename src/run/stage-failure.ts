/** Sorts what a stage threw: interruption, a verdict, expected failure, or a bug. Decides nothing about what follows. */
import { ProblemError, type Problem } from '../core/problem.js';
import { Halt } from '../stages/halt.js';
import { fileSystemProblem } from './file-system-problem.js';
import { Interruption } from './run-outcome.js';

export type StageFailure =
  | { readonly kind: 'interrupted' | 'paused' | 'pruned' }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

export function stageFailure(error: unknown, signal: AbortSignal): StageFailure {
  if (error instanceof Interruption || (signal.aborted && error === signal.reason))
    return { kind: 'interrupted' };
  if (error instanceof Halt) return { kind: error.verdict === 'pause' ? 'paused' : 'pruned' };
  if (error instanceof ProblemError) return { kind: 'failed', problems: error.problems };
  const fromDisk = fileSystemProblem(error);
  if (fromDisk !== undefined) return { kind: 'failed', problems: [fromDisk] };
  const bug = error instanceof Error ? error : new Error(String(error));
  if (process.env['ASSAY_DEBUG'] !== undefined) process.stderr.write(`${bug.stack ?? bug.message}\n`);
  return {
    kind: 'failed',
    problems: [
      {
        code: 'internal-error',
        message: `something in Assay broke that should not: ${bug.name}: ${bug.message}`,
        fix: 'set ASSAY_DEBUG=1 to see where, and please report it',
      },
    ],
  };
}
