/** What a sweep is made of, and what comes of it. Types only. */
import type { CheckedSweep } from '../config/checked-sweep.js';
import type { Problem } from '../core/problem.js';
import type { RecordedSweep, SweepEndReason, SweepHeader, SweepListener } from '../core/sweep-events.js';
import type { Executor } from './executors/executor.js';
import type { Sampler } from './samplers/sampler.js';
import type { ScheduledTrial, Scheduler } from './schedulers/scheduler.js';
import type { Trial } from './trial-book.js';
import type { TrialTemplate } from './trial-template.js';

export interface SweepParts {
  readonly sweep: CheckedSweep;
  readonly header: SweepHeader;
  readonly template: TrialTemplate;
  readonly sampler: Sampler;
  /** Draws where the sampler only repeats itself. */
  readonly fallback?: Sampler | undefined;
  /** How many points the space holds, where they can be counted. */
  readonly size?: number | undefined;
  /** Makes the scheduler, given the trials of earlier sessions that lie in the space. */
  readonly scheduler: (trials: readonly ScheduledTrial[]) => Scheduler;
  /** Not closed here. */
  readonly executor: Executor;
  /** What to go on from. */
  readonly recorded?: RecordedSweep | undefined;
  /** Whether a grid's points are counted differently than in the earlier sessions. */
  readonly spaceChanged?: boolean | undefined;
  readonly listen: SweepListener;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined;
}

export interface SweepOutcome {
  readonly status: 'done' | 'interrupted' | 'failed';
  readonly reason: SweepEndReason;
  /** Wall seconds over all sessions. */
  readonly seconds: number;
  /** By number. */
  readonly trials: readonly Trial[];
  /** Draws that were infeasible and therefore never begun, in all sessions. */
  readonly infeasibleDraws: number;
  /** What ended the sweep as failed, or why there are fewer trials than were asked for. */
  readonly problem?: Problem | undefined;
}
