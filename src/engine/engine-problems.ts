/** The sentence for an engine that can't be used here. */
import type { Problem } from '../core/problem.js';
import { ProblemError } from '../core/problem.js';
import type { EngineName } from './engine.js';

export function engineUnavailable(name: EngineName, reason: string, fix: string): Problem {
  return { code: 'engine-unavailable', message: `the engine "${name}" can't be used here: ${reason}`, fix };
}

export function missingEngine(name: EngineName, reason: string, fix: string): ProblemError {
  return new ProblemError(engineUnavailable(name, reason, fix));
}
