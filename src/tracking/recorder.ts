/**
 * Puts a run's events into the database as they come: points of steps in batches, everything else at once. A database
 * that can't be written costs one warning and what it would have held, never the run.
 */
import type { EventListener, RunEvent } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { Database } from './database.js';
import { databaseProblem } from './database-problem.js';
import { RunWriter } from './run-writer.js';

export interface RecorderOptions {
  /** Called at most once, with what stands in the way of recording. */
  onProblem(problem: Problem): void;
}

/** Events wait no longer than this for their transaction, and in no greater number. */
const flushMilliseconds = 250;
const flushEvents = 1000;
/** While nothing can be written: how often it is tried again, how long for, and how many events are kept until then. */
const retryMilliseconds = 10_000;
const retryBusyMilliseconds = 200;
const mostPending = 100_000;

export class Recorder {
  readonly #database: Database;
  readonly #shown: string;
  readonly #options: RecorderOptions;
  readonly #writer: RunWriter;
  #pending: RunEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastFlush = performance.now();
  /** Since when nothing could be written. */
  #failingSince: number | undefined;
  #warned = false;
  #closed = false;

  constructor(database: Database, shown: string, options: RecorderOptions) {
    this.#database = database;
    this.#shown = shown;
    this.#options = options;
    this.#writer = new RunWriter(database);
  }

  /** Takes one event; a function of its own, to be handed over as a listener. */
  readonly listen: EventListener = (event) => {
    if (this.#closed || !isRecorded(event)) return;
    this.#pending.push(event);
    // A training loop may keep the timer from firing, so the clock is looked at here as well.
    const due =
      isUrgent(event) ||
      this.#pending.length >= flushEvents ||
      performance.now() - this.#lastFlush >= flushMilliseconds;
    if (due) this.#flush(event.type === 'run-ended');
    else this.#timer ??= setTimeout(() => this.#flush(false), flushMilliseconds).unref();
  };

  /** Writes what is pending. Further events are ignored. */
  close(): void {
    if (this.#closed) return;
    this.#flush(true);
    this.#closed = true;
  }

  #flush(last: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    if (
      this.#failingSince !== undefined &&
      !last &&
      performance.now() - this.#lastFlush < retryMilliseconds
    ) {
      this.#boundPending();
      return;
    }
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const event of this.#pending) this.#writer.write(event);
      this.#database.exec('COMMIT');
      this.#pending = [];
      this.#failingSince = undefined;
    } catch (error) {
      this.#fail(error);
    }
    this.#lastFlush = performance.now();
  }

  #fail(error: unknown): void {
    this.#writer.forget();
    this.#failingSince ??= performance.now();
    try {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      // From now on a locked database holds up the run for moments only.
      this.#database.pragma(`busy_timeout = ${retryBusyMilliseconds}`);
    } catch {
      // The first error says more than what comes of it.
    }
    if (this.#warned) return;
    this.#warned = true;
    const problem = describe(error, this.#shown);
    this.#options.onProblem({
      ...problem,
      message: `the run goes on, but is not being recorded: ${problem.message}`,
    });
  }

  /** Steps are what there is most of and what is missed least. */
  #boundPending(): void {
    if (this.#pending.length <= mostPending) return;
    this.#pending = this.#pending.filter((event) => !isStep(event));
  }
}

function describe(error: unknown, shown: string): Problem {
  try {
    return databaseProblem(error, shown);
  } catch {
    // A bug of ours in here is no reason to lose somebody's training.
    return { code: 'tracking-failed', message: `${shown} can't be used: ${String(error)}` };
  }
}

function isStep(event: RunEvent): boolean {
  return event.type === 'stage-event' && event.event.type === 'step-ended';
}

function isRecorded(event: RunEvent): boolean {
  if (event.type === 'stage-waiting') return false;
  return event.type !== 'stage-event' || (event.event.type !== 'progress' && event.event.type !== 'resumed');
}

/** What others want to see at once, and what must not be lost. A cached stage can wait for the next one. */
function isUrgent(event: RunEvent): boolean {
  return event.type !== 'stage-cached' && !isStep(event);
}
