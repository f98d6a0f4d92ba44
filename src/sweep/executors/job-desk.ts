/**
 * A worker and the jobs it has: one under way and one lying ready, so that it never waits for us. Keeps the limits of the
 * one under way, turns messages into calls of its listener, and says what became of it when the worker is gone.
 */
import type { Problem } from '../../core/problem.js';
import type { WorkerState } from '../../core/sweep-events.js';
import { longestTimerMilliseconds } from '../watch-clock.js';
import type { JobLimits, JobListener, JobOutcome, TrialJob } from './executor.js';
import type { FromWorker } from './messages.js';
import { explainEnd, type WorkerEnd } from './worker-end.js';
import { WorkerProcess, type Patience, type WorkerOptions } from './worker-process.js';

/** A job and who asked for it. */
export interface Assignment {
  readonly number: number;
  readonly job: TrialJob;
  readonly listener: JobListener;
  readonly resolve: (outcome: JobOutcome) => void;
  cancelled: boolean;
  /** How often a worker that had it in line died before it began. */
  strandings: number;
}

export interface DeskRules {
  readonly limits: JobLimits;
  readonly graceSeconds: number;
}

export interface DeskListener {
  /** There may be something to hand out. */
  changed(): void;
  /** The worker can't do any job, ever. */
  refused(problem: Problem, output: string): void;
  /** Jobs that it had but did not begin. */
  returned(assignments: readonly Assignment[]): void;
  gone(end: WorkerEnd, wasReady: boolean): void;
}

/** Between SIGTERM and SIGKILL. */
const terminationMilliseconds = 2000;

export class JobDesk {
  readonly #number: number;
  readonly #rules: DeskRules;
  readonly #listener: DeskListener;
  readonly #process: WorkerProcess;
  #phase: 'starting' | 'ready' | 'stopping' = 'starting';
  #wasReady = false;
  #current: Assignment | undefined;
  #next: Assignment | undefined;
  #withdrawing = false;
  #timeout: NodeJS.Timeout | undefined;
  readonly #force = new Set<NodeJS.Timeout>();

  constructor(number: number, options: WorkerOptions, rules: DeskRules, listener: DeskListener) {
    this.#number = number;
    this.#rules = rules;
    this.#listener = listener;
    this.#process = new WorkerProcess(options, {
      message: (message) => this.#hear(message),
      beat: () => this.#checkMemory(),
      gone: (end) => this.#end(end),
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isStarting(): boolean {
    return this.#phase === 'starting';
  }

  get isIdle(): boolean {
    return this.#phase === 'ready' && this.#current === undefined && this.#next === undefined;
  }

  get hasNext(): boolean {
    return this.#next !== undefined && this.#current !== undefined && !this.#withdrawing;
  }

  get mayPrefetch(): boolean {
    return this.#phase === 'ready' && this.#current !== undefined && this.#next === undefined;
  }

  state(): WorkerState {
    const { pid, memory } = this.#process;
    const trial = this.#current?.job.trial;
    const busy = this.#current !== undefined || this.#next !== undefined;
    const state = this.#phase !== 'ready' ? this.#phase : busy ? 'busy' : 'idle';
    return { worker: this.#number, pid, state, trial, memory };
  }

  /** Lies ready until the worker begins it. */
  assign(assignment: Assignment): void {
    this.#next = assignment;
    this.#withdrawing = false;
    const { number, job } = assignment;
    this.#process.send({ type: 'job', number, job });
  }

  withdrawNext(): void {
    if (this.#next === undefined) return;
    this.#withdrawing = true;
    this.#process.send({ type: 'withdraw', number: this.#next.number });
  }

  cancel(trial: number): void {
    for (const assignment of [this.#current, this.#next]) {
      if (assignment?.job.trial !== trial || assignment.cancelled) continue;
      assignment.cancelled = true;
      this.#process.send({ type: 'cancel', number: assignment.number });
      if (assignment === this.#current) this.#forceAfterGrace();
    }
  }

  /** What it has is cancelled, then it ends: in order, or by force after a while. */
  close(): void {
    for (const assignment of [this.#current, this.#next])
      if (assignment !== undefined) assignment.cancelled = true;
    this.#process.send({ type: 'close' });
    // One that is starting has nothing to lose.
    if (this.#phase === 'starting') this.#process.kill();
    this.#phase = 'stopping';
    this.#forceAfterGrace();
  }

  lookForHang(patience: Patience, grace: boolean): void {
    const hang = this.#process.findHang(patience, grace);
    if (hang !== undefined) this.#process.kill(hang);
  }

  #forceAfterGrace(): void {
    const after = (milliseconds: number, act: () => void): void => {
      this.#force.add(setTimeout(act, milliseconds));
    };
    after(this.#rules.graceSeconds * 1000, () => {
      this.#process.terminate();
      after(terminationMilliseconds, () => this.#process.kill());
    });
  }

  #calmDown(): void {
    clearTimeout(this.#timeout);
    if (this.#phase === 'stopping') return;
    for (const timer of this.#force) clearTimeout(timer);
    this.#force.clear();
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        if (this.#phase === 'starting') this.#phase = 'ready';
        this.#wasReady = true;
        this.#listener.changed();
        break;
      case 'refused':
        this.#listener.refused(message.problems[0]!, this.#process.output);
        this.#process.kill();
        break;
      case 'begun':
        this.#begin(message.number);
        break;
      case 'events':
        if (this.#current?.number !== message.number) break;
        for (const event of message.events) this.#current.listener.event(event);
        break;
      case 'question': {
        if (this.#current?.number !== message.number) break;
        const verdict = this.#current.listener.decide(message.record);
        this.#process.send({ type: 'verdict', number: message.number, verdict });
        break;
      }
      case 'withdrawn':
        this.#giveBack(message.number);
        break;
      case 'ended':
        this.#settle(message.number, message.outcome);
        break;
    }
  }

  #begin(number: number): void {
    if (this.#next?.number !== number) return;
    this.#current = this.#next;
    this.#next = undefined;
    this.#withdrawing = false;
    this.#process.forgetOutput();
    const { timeoutSeconds } = this.#rules.limits;
    if (timeoutSeconds !== undefined && timeoutSeconds * 1000 <= longestTimerMilliseconds) {
      const kill = (): void => this.#process.kill({ because: 'timeout', seconds: timeoutSeconds });
      this.#timeout = setTimeout(kill, timeoutSeconds * 1000);
    }
    if (this.#current.cancelled) this.#forceAfterGrace();
    this.#current.listener.started(this.#number);
    this.#listener.changed();
  }

  #giveBack(number: number): void {
    if (this.#next?.number !== number) return;
    const assignment = this.#next;
    this.#next = undefined;
    this.#withdrawing = false;
    this.#listener.returned([assignment]);
  }

  #settle(number: number, outcome: JobOutcome): void {
    if (this.#next?.number === number) {
      // Cancelled before it began.
      this.#next.resolve(outcome);
      this.#next = undefined;
    } else if (this.#current?.number === number) {
      this.#current.resolve(outcome);
      this.#current = undefined;
      this.#calmDown();
    }
    this.#listener.changed();
  }

  #checkMemory(): void {
    const { memoryBytes: limit } = this.#rules.limits;
    const bytes = this.#process.memory;
    if (limit === undefined || bytes === undefined || bytes <= limit || this.#current === undefined) return;
    this.#process.kill({ because: 'memory', bytes, limit });
  }

  #end(end: WorkerEnd): void {
    this.#phase = 'stopping';
    this.#calmDown();
    for (const timer of this.#force) clearTimeout(timer);
    const [current, next] = [this.#current, this.#next];
    this.#current = this.#next = undefined;
    if (current !== undefined) {
      if (current.cancelled) current.resolve({ status: 'interrupted' });
      else current.resolve({ status: 'lost', problem: explainEnd(end), output: end.output });
    }
    if (next !== undefined) {
      next.strandings++;
      this.#listener.returned([next]);
    }
    this.#listener.gone(end, this.#wasReady);
  }
}
