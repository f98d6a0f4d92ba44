/** What becomes of a trial whose job has ended: a pure function of how it ended and how often it failed before. */
import type { Problem } from '../core/problem.js';
import type { TrialState } from '../core/sweep-events.js';
import type { JobOutcome } from './executors/executor.js';

export interface Judgement {
  readonly state: Exclude<TrialState, 'running' | 'done'>;
  readonly problem?: Problem | undefined;
  readonly output?: string | undefined;
  /** Whether this attempt counts against the retries. */
  readonly failure: boolean;
}

/** These say something of the configuration, not of the moment: another attempt would end the same. */
const deterministic: ReadonlySet<string> = new Set([
  'loss-not-finite',
  'objective-not-finite',
  'objective-missing',
  'output-not-finite',
  'output-not-probabilities',
  'network-not-trainable',
  'network-mismatch',
  'network-too-large',
  'wrong-output-size',
  'layer-refused',
  'layer-not-lowered',
  'incompatible-shapes',
  'class-weights-mismatch',
  'no-validation-split',
  'no-training-images',
  'unknown-setting',
  'wrong-type',
  'wrong-output',
]);

/** These say something of the machine: where `build` meets them, its network is as good as any. */
const ofTheMachine: ReadonlySet<string> = new Set([
  'disk-full',
  'not-writable',
  'cache-not-writable',
  'too-many-files',
  'internal-error',
]);

/** @param failures attempts that failed before this one. */
export function judgeOutcome(
  outcome: Exclude<JobOutcome, { status: 'done' }>,
  failures: number,
  retries: number,
): Judgement {
  switch (outcome.status) {
    case 'paused':
    case 'pruned':
      return { state: outcome.status, failure: false };
    case 'interrupted':
      return { state: 'waiting', failure: false };
    case 'failed': {
      const [problem] = outcome.problems;
      const isRefusal =
        outcome.kind === 'build' && !outcome.problems.some(({ code }) => ofTheMachine.has(code));
      if (isRefusal) return { state: 'infeasible', problem, failure: false };
      const again = failures < retries && !outcome.problems.some(({ code }) => deterministic.has(code));
      return { state: again ? 'waiting' : 'failed', problem, failure: true };
    }
    case 'lost': {
      const { problem, output } = outcome;
      return { state: failures < retries ? 'waiting' : 'failed', problem, output, failure: true };
    }
  }
}
