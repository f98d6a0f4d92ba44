/** Runs a worker's jobs one after another. Knows neither processes nor what a trial is; messages come in and go out. */
import type { RunEvent } from '../../core/events.js';
import type { Verdict } from '../schedulers/scheduler.js';
import { EventBatch } from './event-batch.js';
import type { JobOutcome, TrialJob, TrialRunner } from './executor.js';
import type { FromWorker } from './messages.js';
import { runJob } from './run-job.js';

interface QueuedJob {
  readonly number: number;
  readonly job: TrialJob;
  readonly controller: AbortController;
}

export class JobQueue {
  readonly #runner: TrialRunner;
  readonly #send: (message: FromWorker) => void;
  readonly #waiting: QueuedJob[] = [];
  #running: QueuedJob | undefined;
  #answer: ((verdict: Verdict) => void) | undefined;
  #onIdle: (() => void) | undefined;

  constructor(runner: TrialRunner, send: (message: FromWorker) => void) {
    this.#runner = runner;
    this.#send = send;
  }

  add(number: number, job: TrialJob): void {
    this.#waiting.push({ number, job, controller: new AbortController() });
    // While the trial before it computes or waits, there are moments in which the next one can be read.
    if (this.#running !== undefined) this.#runner.prepare?.(job);
    void this.#next();
  }

  answer(number: number, verdict: Verdict): void {
    if (this.#running?.number === number) this.#answer?.(verdict);
  }

  withdraw(number: number): void {
    const at = this.#waiting.findIndex((queued) => queued.number === number);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    this.#send({ type: 'withdrawn', number });
  }

  cancel(number: number): void {
    if (this.#running?.number === number) this.#running.controller.abort(new Error('cancelled'));
    const at = this.#waiting.findIndex((queued) => queued.number === number);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    this.#send({ type: 'ended', number, outcome: { status: 'interrupted' } });
  }

  /** Stops what is running and begins nothing more; resolves when it has ended. */
  async stop(): Promise<void> {
    for (const { number } of [...this.#waiting]) this.cancel(number);
    if (this.#running === undefined) return;
    const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.cancel(this.#running.number);
    await idle;
  }

  async #next(): Promise<void> {
    if (this.#running !== undefined) return;
    const queued = this.#waiting.shift();
    if (queued === undefined) {
      this.#onIdle?.();
      return;
    }
    this.#running = queued;
    const { number } = queued;
    this.#send({ type: 'begun', number });
    const batch = new EventBatch((events) => this.#send({ type: 'events', number, events }));
    const outcome = await this.#run(queued, batch);
    batch.flush();
    this.#send({ type: 'ended', number, outcome });
    this.#running = undefined;
    await this.#next();
  }

  #run({ number, job, controller }: QueuedJob, batch: EventBatch): Promise<JobOutcome> {
    const { signal } = controller;
    return runJob(this.#runner, job, {
      signal,
      event: (event: RunEvent) => batch.add(event),
      decide: (record) => {
        batch.flush();
        const answered = this.#answerTo(signal);
        this.#send({ type: 'question', number, record });
        return answered;
      },
    });
  }

  #answerTo(signal: AbortSignal): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#answer = (verdict) => {
        signal.removeEventListener('abort', onAbort);
        resolve(verdict);
      };
    });
  }
}
