/** Why a worker is gone, as a problem: from its exit code or signal, its last output, and what we killed it for. Pure. */
import { formatBytes, formatSeconds } from '../../core/format-units.js';
import type { Problem } from '../../core/problem.js';

/** What made us kill it. */
export type KillReason =
  | { readonly because: 'memory'; readonly bytes: number; readonly limit: number }
  | { readonly because: 'timeout'; readonly seconds: number }
  /** No heartbeat: the process does not run at all. */
  | { readonly because: 'stopped'; readonly seconds: number }
  /** Heartbeats come, but the main thread's event loop does not turn. */
  | { readonly because: 'blocked'; readonly seconds: number };

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly killed?: KillReason | undefined;
}

const crashes: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
]);

export function explainEnd({ code, signal, output, killed }: WorkerEnd): Problem {
  if (killed !== undefined) return explainKill(killed);
  if (/heap out of memory|Reached heap limit/i.test(output)) {
    return {
      code: 'worker-out-of-memory',
      message: "expected the trial to get by with the JavaScript heap, got the worker's heap exhausted",
      fix: 'make its batches or its network smaller, or allow more: NODE_OPTIONS=--max-old-space-size=8192',
    };
  }
  if (signal === 'SIGKILL') {
    return {
      code: 'worker-killed',
      message:
        'the worker was killed (SIGKILL) by somebody else, perhaps by the system because memory ran out',
      fix: 'use fewer workers or a smaller network; "dmesg" tells whether memory ran out',
    };
  }
  if (signal !== null && crashes.has(signal)) {
    const message = `the worker crashed in native code (${signal})`;
    return {
      code: 'worker-crashed',
      message,
      fix: 'run the trial by itself; with engine: reference nothing native computes',
    };
  }
  if (signal !== null) return { code: 'worker-killed', message: `the worker was ended by ${signal}` };
  return {
    code: 'worker-exited',
    message: `expected the worker to go on, got its end with exit code ${code} in the middle of a trial`,
    fix: 'its last output tells more; a stage must not end the process',
  };
}

function explainKill(killed: KillReason): Problem {
  switch (killed.because) {
    case 'memory': {
      const [limit, bytes] = [formatBytes(killed.limit), formatBytes(killed.bytes)];
      return {
        code: 'trial-memory',
        message: `expected the worker to take at most ${limit} of memory, got ${bytes}`,
        fix: 'raise sweep.memory, or keep the space from networks of that size',
      };
    }
    case 'timeout':
      return {
        code: 'trial-timeout',
        message: `expected an attempt to end within ${formatSeconds(killed.seconds)}, got none of it`,
        fix: 'raise sweep.timeout; a further attempt goes on from the last checkpoint',
      };
    case 'stopped':
      return {
        code: 'worker-hung',
        message: `expected the worker to show that it lives, got nothing for ${formatSeconds(killed.seconds)}: it was stopped (SIGSTOP), or the machine stands still`,
      };
    case 'blocked':
      return {
        code: 'worker-hung',
        message: `expected the trial to come to an end of a step, got its thread busy for ${formatSeconds(killed.seconds)}: perhaps an endless loop`,
        fix: 'a stage that computes for that long has to let other things happen now and then (await)',
      };
  }
}

/** The worker does not even come up; trying again and again would not help. */
export function explainNoStart(end: WorkerEnd, tries: number): Problem {
  const how = end.signal ?? `exit code ${end.code}`;
  return {
    code: 'worker-does-not-start',
    message: `expected a worker process to start, got its end (${how}) before it was ready, ${tries} times in a row`,
    fix: 'its last output tells more; executor inline runs trials without processes',
  };
}
