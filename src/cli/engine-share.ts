/** `--threads` and `--verify-engine`: how much of the machine a run may have, and whether its engine is checked. */
import { availableParallelism } from 'node:os';
import { expected, failed, ok, type Result } from '../core/problem.js';
import type { EngineOptions } from '../engine/engine.js';

export interface ShareOptions {
  readonly threads?: string;
  readonly verifyEngine?: boolean;
}

const mostThreads = 1024;

/** Without `--threads`, all cores. Problem `invalid-option` for what is no number of threads. */
export function engineShare({
  threads,
  verifyEngine = false,
}: ShareOptions): Result<Pick<EngineOptions, 'threads' | 'verify'>> {
  if (threads === undefined) return ok({ threads: availableParallelism(), verify: verifyEngine });
  const count = /^[1-9]\d{0,3}$/.test(threads) ? Number(threads) : Infinity;
  if (count > mostThreads) {
    const message = expected('--threads', `a whole number from 1 to ${mostThreads}`, threads);
    return failed({ code: 'invalid-option', message });
  }
  return ok({ threads: count, verify: verifyEngine });
}
