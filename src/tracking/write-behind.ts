/**
 * Takes events and has them written a transaction at a time: what is urgent at once, the rest when it has waited long
 * enough or has become much. A database that can't be written costs one warning and what it would have held, never the
 * work that is being recorded. Knows nothing of what the events are.
 */
import type { Problem } from '../core/problem.js';
import type { Database } from './database.js';
import { databaseProblem } from './database-problem.js';
import { LogBound } from './log-bound.js';

export interface RecorderOptions {
  /** Called at most once, with what stands in the way of recording. */
  onProblem(problem: Problem): void;
}

/** What becomes of an event. */
export interface EventTraits {
  /** Others want to see it at once, or it must not be lost: it is committed before `take` returns. */
  readonly urgent: boolean;
  /** Nothing may come after it: it is written even while writing is tried only now and then. */
  readonly last: boolean;
}

export interface EventWriter<Event> {
  /** Writes one event, inside a transaction. */
  write(event: Event): void;
  /** Forgets row numbers: they are void when the transaction in which they came about is rolled back. */
  forget(): void;
  /** Whether it may be dropped when nothing can be written for long: what there is most of and is missed least. */
  mayBeDropped(event: Event): boolean;
}

/** Events wait no longer than this for their transaction, and in no greater number. */
const flushMilliseconds = 250;
const flushEvents = 1000;
/** While nothing can be written: how often it is tried again, how long for, and how many events are kept until then. */
const retryMilliseconds = 10_000;
const retryBusyMilliseconds = 200;
const mostPending = 100_000;

export class WriteBehind<Event> {
  readonly #database: Database;
  readonly #shown: string;
  readonly #what: 'run' | 'sweep';
  readonly #options: RecorderOptions;
  readonly #writer: EventWriter<Event>;
  readonly #logBound: LogBound;
  #pending: Event[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastFlush = performance.now();
  /** Since when nothing could be written. */
  #failingSince: number | undefined;
  #warned = false;
  #closed = false;

  constructor(
    database: Database,
    shown: string,
    what: 'run' | 'sweep',
    writer: EventWriter<Event>,
    options: RecorderOptions,
  ) {
    this.#database = database;
    this.#shown = shown;
    this.#what = what;
    this.#writer = writer;
    this.#options = options;
    this.#logBound = new LogBound(database);
  }

  take(event: Event, { urgent, last }: EventTraits): void {
    if (this.#closed) return;
    this.#pending.push(event);
    // A training loop may keep the timer from firing, so the clock is looked at here as well.
    const due =
      urgent ||
      this.#pending.length >= flushEvents ||
      performance.now() - this.#lastFlush >= flushMilliseconds;
    if (due) this.#flush(last);
    else this.#timer ??= setTimeout(() => this.#flush(false), flushMilliseconds).unref();
  }

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
      this.#logBound.afterCommit();
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
      // From now on a locked database holds up the work for moments only.
      this.#database.pragma(`busy_timeout = ${retryBusyMilliseconds}`);
    } catch {
      // The first error says more than what comes of it.
    }
    if (this.#warned) return;
    this.#warned = true;
    const problem = describe(error, this.#shown);
    this.#options.onProblem({
      ...problem,
      message: `the ${this.#what} goes on, but is not being recorded: ${problem.message}`,
    });
  }

  #boundPending(): void {
    if (this.#pending.length <= mostPending) return;
    this.#pending = this.#pending.filter((event) => !this.#writer.mayBeDropped(event));
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
