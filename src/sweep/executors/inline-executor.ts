/** Runs one job at a time in this process: for debugging, and where processes can't be started. Nothing protects from a crash. */
import type { WorkerState } from '../../core/sweep-events.js';
import type { Executor, JobListener, JobOutcome, TrialJob, TrialRunner } from './executor.js';
import { runJob } from './run-job.js';

interface QueuedJob {
  readonly job: TrialJob;
  readonly listener: JobListener;
  readonly controller: AbortController;
  readonly resolve: (outcome: JobOutcome) => void;
}

class InlineExecutor implements Executor {
  readonly name = 'inline';
  readonly slots = 1;
  readonly #runner: TrialRunner;
  readonly #queue: QueuedJob[] = [];
  #running: QueuedJob | undefined;
  #closing = false;
  #onIdle: (() => void) | undefined;

  constructor(runner: TrialRunner) {
    this.#runner = runner;
  }

  submit(job: TrialJob, listener: JobListener): Promise<JobOutcome> {
    return new Promise((resolve) => {
      if (this.#closing) resolve({ status: 'interrupted' });
      else {
        this.#queue.push({ job, listener, resolve, controller: new AbortController() });
        void this.#next();
      }
    });
  }

  cancel(trial: number): void {
    if (this.#running?.job.trial === trial) this.#running.controller.abort(new Error('cancelled'));
    for (const queued of this.#queue.filter(({ job }) => job.trial === trial)) {
      this.#queue.splice(this.#queue.indexOf(queued), 1);
      queued.resolve({ status: 'interrupted' });
    }
  }

  workers(): readonly WorkerState[] {
    const trial = this.#running?.job.trial;
    const state = this.#closing ? 'stopping' : trial === undefined ? 'idle' : 'busy';
    return [{ worker: 1, pid: process.pid, state, trial, memory: process.memoryUsage.rss() }];
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const { job } of [...this.#queue]) this.cancel(job.trial);
    if (this.#running !== undefined) {
      const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
      this.cancel(this.#running.job.trial);
      await idle;
    }
    await this.#runner.close();
  }

  async #next(): Promise<void> {
    if (this.#running !== undefined) return;
    const queued = this.#queue.shift();
    if (queued === undefined) {
      this.#onIdle?.();
      return;
    }
    this.#running = queued;
    const { job, listener, controller, resolve } = queued;
    listener.started(1);
    const outcome = await runJob(this.#runner, job, {
      signal: controller.signal,
      event: (event) => listener.event(event),
      decide: (record) => Promise.resolve(listener.decide(record)),
    });
    this.#running = undefined;
    resolve(outcome);
    void this.#next();
  }
}

export function createInlineExecutor(runner: TrialRunner): Executor {
  return new InlineExecutor(runner);
}
