/**
 * Runs jobs in child processes that are kept warm. Whatever becomes of a worker costs the one job it was doing; another
 * takes its place. Owns who does what; a worker's jobs are `job-desk.ts`'s, the process `worker-process.ts`'s.
 */
import type { Problem } from '../../core/problem.js';
import type { WorkerState } from '../../core/sweep-events.js';
import type { Executor, JobLimits, JobListener, JobOutcome, TrialJob } from './executor.js';
import { Guardian } from './guardian.js';
import { JobDesk, type Assignment } from './job-desk.js';
import { explainNoStart, type WorkerEnd } from './worker-end.js';
import type { Patience, WorkerOptions } from './worker-process.js';

export interface ProcessExecutorOptions {
  /** The built program that a worker runs; it calls `serveTrials`. */
  readonly program: string;
  /** How many workers; they are started when they are needed. */
  readonly slots: number;
  /** Handed to each worker's `open`: structured-cloneable. */
  readonly setup: unknown;
  readonly limits?: JobLimits | undefined;
  /** Seconds without a heartbeat after which a worker counts as stopped; default 60. */
  readonly stoppedSeconds?: number | undefined;
  /**
   * Seconds without a turn of its event loop after which a worker counts as blocked; default 600, for one long step in
   * native code looks just the same.
   */
  readonly blockedSeconds?: number | undefined;
  /** Seconds that what was asked to stop may take before it is made to; default 10. */
  readonly graceSeconds?: number | undefined;
  /** Added to the workers' priority, from 0 (none) to 19; default 10. */
  readonly niceness?: number | undefined;
  /** Called when a worker is gone, to remove what it left behind. */
  readonly sweepLeftovers?: (() => void) | undefined;
}

/** Workers that die before they are ready, one after another, before the executor is given up. */
const mostFailedStarts = 3;
const mostStrandings = 3;
const watchMilliseconds = 500;

class ProcessExecutor implements Executor {
  readonly name = 'processes';
  readonly slots: number;
  readonly #options: ProcessExecutorOptions;
  readonly #worker: WorkerOptions;
  readonly #patience: Patience;
  readonly #guardian = new Guardian();
  readonly #desks = new Map<number, JobDesk>();
  #queue: Assignment[] = [];
  #jobs = 0;
  #failedStarts = 0;
  /** Why no worker can be had. */
  #broken: { readonly problem: Problem; readonly output: string } | undefined;
  #closing = false;
  #watch: NodeJS.Timeout | undefined;
  #lastWatch = 0;
  #onEmpty: (() => void) | undefined;

  constructor(options: ProcessExecutorOptions) {
    this.slots = options.slots;
    this.#options = options;
    const { program, setup, niceness = 10, stoppedSeconds = 60, blockedSeconds = 600 } = options;
    this.#worker = { program, setup, niceness };
    this.#patience = { stoppedSeconds, blockedSeconds };
  }

  submit(job: TrialJob, listener: JobListener): Promise<JobOutcome> {
    return new Promise((resolve) => {
      const number = this.#jobs++;
      this.#queue.push({ number, job, listener, resolve, cancelled: this.#closing, strandings: 0 });
      this.#pump();
    });
  }

  cancel(trial: number): void {
    for (const assignment of this.#queue) if (assignment.job.trial === trial) assignment.cancelled = true;
    for (const desk of this.#desks.values()) desk.cancel(trial);
    this.#pump();
  }

  workers(): readonly WorkerState[] {
    return Array.from({ length: this.slots }, (_, i) => {
      const worker = i + 1;
      return this.#desks.get(worker)?.state() ?? { worker, pid: undefined, state: 'gone' };
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const assignment of this.#queue) assignment.cancelled = true;
    this.#pump();
    const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    for (const desk of this.#desks.values()) desk.close();
    if (this.#desks.size > 0) await empty;
    clearInterval(this.#watch);
    await this.#guardian.close();
  }

  /** Hands out what there is to do: first to those who do nothing, then one ahead to each, so that nobody waits for us. */
  #pump(): void {
    this.#queue = this.#queue.filter((assignment) => !this.#refuse(assignment));
    const desks = [...this.#desks.values()];
    for (const desk of desks) if (desk.isIdle) this.#assign(desk);
    const starting = desks.filter(({ isStarting }) => isStarting).length;
    for (let missing = this.#queue.length - starting; missing > 0 && this.#desks.size < this.slots; missing--)
      this.#start();
    // While somebody starts who will come for a job himself, none is laid behind another that may take long.
    if (this.#desks.size === this.slots && !desks.some(({ isStarting }) => isStarting))
      for (const desk of desks) if (desk.mayPrefetch) this.#assign(desk);
    // One has nothing to do while another has a job lying ready: it comes back, and goes to the first.
    if (this.#queue.length === 0 && desks.some(({ isIdle }) => isIdle))
      desks.find(({ hasNext }) => hasNext)?.withdrawNext();
  }

  #assign(desk: JobDesk): void {
    const assignment = this.#queue.shift();
    if (assignment !== undefined) desk.assign(assignment);
  }

  /** Ends what is not to begin; whether it did. */
  #refuse({ cancelled, resolve }: Assignment): boolean {
    if (cancelled) resolve({ status: 'interrupted' });
    else if (this.#broken !== undefined) resolve({ status: 'lost', ...this.#broken });
    else return false;
    return true;
  }

  #start(): void {
    let worker = 1;
    while (this.#desks.has(worker)) worker++;
    const { limits = {}, graceSeconds = 10 } = this.#options;
    const desk = new JobDesk(
      worker,
      this.#worker,
      { limits, graceSeconds },
      {
        changed: () => {
          if (!desk.isStarting) this.#failedStarts = 0;
          this.#pump();
        },
        refused: (problem, output) => this.#giveUp(problem, output),
        returned: (assignments) => this.#takeBack(assignments),
        gone: (end, wasReady) => this.#bury(worker, desk, end, wasReady),
      },
    );
    this.#desks.set(worker, desk);
    if (desk.pid !== undefined) this.#guardian.add(desk.pid);
    this.#watch ??= setInterval(() => this.#lookForHangs(), watchMilliseconds).unref();
  }

  #takeBack(assignments: readonly Assignment[]): void {
    this.#queue.unshift(...assignments);
    this.#pump();
  }

  #bury(worker: number, { pid }: JobDesk, end: WorkerEnd, wasReady: boolean): void {
    this.#desks.delete(worker);
    if (pid !== undefined) this.#guardian.remove(pid);
    this.#options.sweepLeftovers?.();
    if (!wasReady && !this.#closing && ++this.#failedStarts >= mostFailedStarts)
      this.#giveUp(explainNoStart(end, this.#failedStarts), end.output);
    for (const assignment of this.#queue.filter(({ strandings }) => strandings >= mostStrandings)) {
      this.#queue.splice(this.#queue.indexOf(assignment), 1);
      assignment.resolve({
        status: 'lost',
        problem: explainNoStart(end, mostStrandings),
        output: end.output,
      });
    }
    this.#pump();
    if (this.#desks.size === 0) this.#onEmpty?.();
  }

  #giveUp(problem: Problem, output: string): void {
    this.#broken ??= { problem, output };
    this.#pump();
  }

  #lookForHangs(): void {
    const now = performance.now();
    // We were stopped ourselves (Ctrl-Z, a machine that slept): what workers said meanwhile is yet to be read.
    const grace = this.#lastWatch > 0 && now - this.#lastWatch > 10 * watchMilliseconds;
    this.#lastWatch = now;
    for (const desk of this.#desks.values()) desk.lookForHang(this.#patience, grace);
  }
}

export function createProcessExecutor(options: ProcessExecutorOptions): Executor {
  return new ProcessExecutor(options);
}
