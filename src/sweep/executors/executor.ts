/**
 * The contract of an executor: where trials run. It takes jobs, hands on their events, and says how each ended; it never
 * rejects for what happens inside a job. One strategy per file beside this one; `test/sweep/executor-suite.ts` is what
 * each must pass. Knows nothing of samplers, schedulers and records.
 */
import type { EpochRecord, Metrics, RunEvent } from '../../core/events.js';
import type { JsonObject } from '../../core/json.js';
import type { Problem } from '../../core/problem.js';
import type { WorkerState } from '../../core/sweep-events.js';
import type { Verdict } from '../schedulers/scheduler.js';

/** One attempt at a trial, or its continuation from a checkpoint. Plain data: it crosses processes. */
export interface TrialJob {
  readonly trial: number;
  /** The run's id; the same for all attempts and continuations. */
  readonly run: string;
  /** Dotted path → value, set over the experiment as by `--set`. */
  readonly assignments: JsonObject;
  /** Whether the end of each epoch is asked about. */
  readonly asks: boolean;
  /**
   * The last epoch whose report was recorded. An epoch after it that a killed process trained but never told is told and
   * asked about when training goes on from its checkpoint. Absent: epochs trained before are not asked about.
   */
  readonly reported?: number | undefined;
}

export type JobOutcome =
  | { readonly status: 'done'; readonly metrics: Metrics }
  | { readonly status: 'paused' | 'pruned' }
  /** Cancelled, or the executor was closed; a checkpoint was kept where that was possible. */
  | { readonly status: 'interrupted' }
  /** The stage that failed, and why; the worker is as good as before. */
  | {
      readonly status: 'failed';
      readonly stage: string | undefined;
      readonly kind: string | undefined;
      readonly problems: readonly Problem[];
    }
  /** The worker is gone: crashed, killed, hung, out of memory or time. `output` is what it last printed. */
  | { readonly status: 'lost'; readonly problem: Problem; readonly output: string };

export interface JobListener {
  started(worker: number): void;
  event(event: RunEvent): void;
  /** Asked after an epoch where the job `asks`; training waits for the answer. */
  decide(record: EpochRecord): Verdict;
}

export interface Executor {
  readonly name: string;
  /** How many jobs run at once; more may be submitted and wait. */
  readonly slots: number;
  /** Resolves when the job has ended, however; rejects never. */
  submit(job: TrialJob, listener: JobListener): Promise<JobOutcome>;
  /** Asks a trial's job to stop, in order first and by force after a while. It ends as `interrupted`. */
  cancel(trial: number): void;
  /** Workers as they are, for people. */
  workers(): readonly WorkerState[];
  /** Stops everything in order (SIGTERM, a while, SIGKILL); no process of its own is left when it resolves. */
  close(): Promise<void>;
}

/** What one attempt may take. */
export interface JobLimits {
  readonly timeoutSeconds?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/** Runs one job in this process: what `inline` calls and what a worker process calls. Made by the wiring. */
export interface TrialRunner {
  run(job: TrialJob, host: TrialHost): Promise<JobOutcome>;
  /** A hint: this job comes next, what it needs may be read ahead. */
  prepare?(job: TrialJob): void;
  close(): Promise<void>;
}

export interface TrialHost {
  readonly signal: AbortSignal;
  event(event: RunEvent): void;
  decide(record: EpochRecord): Promise<Verdict>;
}
