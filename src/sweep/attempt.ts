/**
 * One attempt at a trial, or its continuation: hears what its job tells, notes its epochs, and asks the scheduler whether
 * to go on. What becomes of the trial afterwards is `judge-outcome.ts`'s to say.
 */
import type { EpochRecord, Metrics, RunEvent } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { Objective, SweepEventBody } from '../core/sweep-events.js';
import type { JobListener, JobOutcome } from './executors/executor.js';
import { objectiveMissing, objectiveNotFinite, objectiveValues, toBeMadeSmall } from './objective-values.js';
import type { Scheduler, Verdict } from './schedulers/scheduler.js';
import type { TrialBook } from './trial-book.js';

export interface AttemptContext {
  readonly objectives: readonly [Objective, ...Objective[]];
  readonly book: TrialBook;
  readonly scheduler: Scheduler;
  readonly emit: (body: SweepEventBody) => void;
  /** Called when a worker takes up an attempt. */
  readonly started: () => void;
  /** Called after each epoch that was noted. */
  readonly epochNoted: () => void;
  readonly now: () => number;
}

export type Conclusion =
  | { readonly status: 'done'; readonly values: readonly number[] }
  | Exclude<JobOutcome, { readonly status: 'done' }>;

export class Attempt implements JobListener {
  readonly trial: number;
  readonly #context: AttemptContext;
  #began = 0;
  #hasStarted = false;
  #lastEpoch: Metrics | undefined;
  /** Ended, and not asked about so far; the last epoch never is. */
  #unasked: EpochRecord | undefined;
  /** Found while it ran: its objective is missing or not finite. */
  #problem: Problem | undefined;

  constructor(trial: number, context: AttemptContext) {
    this.trial = trial;
    this.#context = context;
  }

  /** Wall seconds since a worker took it up. */
  get seconds(): number {
    return this.#hasStarted ? Math.max(0, (this.#context.now() - this.#began) / 1000) : 0;
  }

  /** Whether a worker ever took it up. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  started(worker: number): void {
    const { book, emit, now } = this.#context;
    this.#began = now();
    this.#hasStarted = true;
    this.#context.started();
    const attempt = book.trials[this.trial]!.failures + 1;
    emit({ type: 'trial-started', trial: this.trial, attempt, worker });
  }

  event(event: RunEvent): void {
    const { emit, scheduler } = this.#context;
    emit({ type: 'trial-run-event', trial: this.trial, event });
    if (event.type === 'stage-cached' || event.type === 'stage-ended') {
      // Trained before, by a session that was killed or by another run; and what was told while nobody wrote it down.
      this.#noteAll(event.summary.epochs ?? []);
    } else if (event.type === 'stage-event' && event.event.type === 'resumed') {
      const { records = [] } = event.event;
      // Whether to go on after the last of them is asked.
      this.#noteAll(scheduler.asks ? records.slice(0, -1) : records);
    } else if (event.type === 'stage-event' && event.event.type === 'epoch-ended') {
      this.#noteUnasked();
      if (scheduler.asks) this.#unasked = event.event.record;
      else this.#note(event.event.record);
    }
  }

  decide(record: EpochRecord): Verdict {
    this.#unasked = undefined;
    const [{ metric }] = this.#context.objectives;
    const value = record.metrics[metric];
    if (value === undefined) this.#problem = objectiveMissing(metric, record.metrics, 'an epoch');
    else if (!Number.isFinite(value)) this.#problem = objectiveNotFinite(metric, value, record.epoch);
    return this.#problem === undefined ? this.#note(record) : 'stop';
  }

  /** How the job ended, as far as the sweep is concerned: without its objective, what is done has failed. */
  conclude(outcome: JobOutcome): Conclusion {
    const fail = (problems: readonly Problem[]): Conclusion => ({
      status: 'failed',
      stage: undefined,
      kind: undefined,
      problems,
    });
    const { status } = outcome;
    this.#noteUnasked();
    if (this.#problem !== undefined && status !== 'lost' && status !== 'interrupted')
      return fail([this.#problem]);
    if (status !== 'done') return outcome;
    const values = objectiveValues(this.#context.objectives, outcome.metrics, this.#lastEpoch);
    return values.ok ? { status: 'done', values: values.value } : fail(values.problems);
  }

  #noteUnasked(): void {
    if (this.#unasked !== undefined) this.#note(this.#unasked);
    this.#unasked = undefined;
  }

  #noteAll(records: readonly EpochRecord[]): void {
    for (const record of records) this.#note(record);
  }

  /** An epoch has ended, or is told once more by a trial that was begun again. */
  #note({ epoch, metrics }: EpochRecord): Verdict {
    const { objectives, book, scheduler, emit, epochNoted } = this.#context;
    const { trial } = this;
    this.#lastEpoch = metrics;
    book.train(trial, epoch);
    const value = metrics[objectives[0].metric];
    if (value === undefined || !Number.isFinite(value)) {
      epochNoted();
      return 'continue';
    }
    if (book.report(trial, epoch, value)) emit({ type: 'trial-reported', trial, epoch, value });
    const verdict = book.verdict(trial, epoch, () =>
      scheduler.report(trial, epoch, toBeMadeSmall(objectives[0], value)),
    );
    epochNoted();
    return verdict;
  }
}
