/** What the command line says of a sweep: read, judged, and laid over what the experiment says. */
import { availableParallelism } from 'node:os';
import type { CheckedSweep } from '../config/checked-sweep.js';
import { expected, failed, ok, type Problem, type Result } from '../core/problem.js';
import { parseAge } from './parse-amount.js';

export interface SweepOptions {
  readonly set: readonly string[];
  readonly workers?: string;
  readonly budget?: string;
  readonly trials?: string;
  readonly name?: string;
  readonly threads?: string;
  readonly executor?: string;
  readonly failFast?: boolean;
  readonly json?: boolean;
}

export interface SweepRequest {
  readonly sweep: CheckedSweep;
  readonly executor: 'processes' | 'inline';
  readonly workers: number;
}

const mostWorkers = 1024;
const mostThreads = 1024;
const mostTrials = 1_000_000;

/** The sweep as it is to run. Problems: `invalid-option`. */
export function withOptions(sweep: CheckedSweep, options: SweepOptions): Result<SweepRequest> {
  const problems: Problem[] = [];
  const whole = (option: string, text: string | undefined, most: number): number | undefined => {
    if (text === undefined) return undefined;
    const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Infinity;
    if (value <= most) return value;
    const message = expected(option, `a whole number from 1 to ${most}`, text);
    problems.push({ code: 'invalid-option', message });
    return undefined;
  };
  const { executor = 'processes', name } = options;
  const workers = whole('--workers', options.workers, mostWorkers) ?? sweep.workers;
  const trials = whole('--trials', options.trials, mostTrials) ?? sweep.trials;
  const threads = whole('--threads', options.threads, mostThreads) ?? sweep.threads;
  const time = options.budget === undefined ? undefined : parseAge(options.budget, '--budget');
  if (time?.ok === false) problems.push(...time.problems);
  if (executor !== 'processes' && executor !== 'inline') {
    const message = expected('--executor', 'processes or inline', executor);
    problems.push({ code: 'invalid-option', message });
  }
  if (name !== undefined && (name.trim() === '' || name.length > 200)) {
    const message = expected('--name', 'a name of 1 to 200 characters', name);
    problems.push({ code: 'invalid-option', message });
  }
  if (problems.length > 0) return failed(...problems);
  const budget = time?.ok === true ? { ...sweep.budget, seconds: time.value / 1000 } : sweep.budget;
  const failFast = options.failFast ?? sweep.failFast;
  return ok({
    sweep: { ...sweep, name: name ?? sweep.name, trials, threads, budget, failFast },
    executor: executor === 'inline' ? 'inline' : 'processes',
    workers: executor === 'inline' ? 1 : (workers ?? availableParallelism()),
  });
}

/** Threads of each trial, where nothing says otherwise: the cores shared out among the workers. */
export function shareOfCores(workers: number): number {
  return Math.max(1, Math.floor(availableParallelism() / workers));
}
