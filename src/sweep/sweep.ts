/**
 * The loop of a sweep: whenever a worker is free it begins the next trial, tells the scheduler what trials report, and
 * decides what becomes of those that fail. It emits events and returns how it ended; it records and draws nothing, and
 * knows neither YAML nor processes. All that it needs to go on after a crash is in what was recorded.
 */
import PQueue from 'p-queue';
import type { Problem } from '../core/problem.js';
import type { EndedTrialState, SweepEndReason, SweepEventBody, TrialState } from '../core/sweep-events.js';
import { Attempt, type AttemptContext } from './attempt.js';
import type { JobOutcome } from './executors/executor.js';
import { judgeOutcome } from './judge-outcome.js';
import { isMissing } from './objective-values.js';
import { concludeSweep } from './conclude-sweep.js';
import type { SweepOutcome, SweepParts } from './sweep-parts.js';
import { drawsAgree } from './draws-agree.js';
import { leftoverTrials } from './leftover-trials.js';
import { Promotions } from './promotions.js';
import { Proposer, spaceInfeasible } from './proposer.js';
import type { Scheduler } from './schedulers/scheduler.js';
import { scheduledTrials, TrialBook } from './trial-book.js';
import { watchClock } from './watch-clock.js';
import { trialRunId } from './trial-run-id.js';

/** So many trials in a row whose network can't be built end the search. */
const mostInfeasible = 100;
/** So many attempts in a row that no worker took up. */
const mostUnstarted = 3;

type TrialEnd = Omit<
  Extract<SweepEventBody, { type: 'trial-ended' }>,
  'state' | 'problem' | 'output' | 'values'
>;

/** They look at no trial, so that nothing is lost by proposing before the last one has ended. */
const blindSamplers: ReadonlySet<string> = new Set(['grid', 'random', 'quasiRandom']);

export class Sweep {
  readonly #parts: SweepParts;
  readonly #book: TrialBook;
  readonly #proposer: Proposer;
  readonly #scheduler: Scheduler;
  readonly #promotions: Promotions;
  readonly #queue: PQueue;
  readonly #running = new Map<number, Attempt>();
  /** Numbers of trials to be begun again, the first first. */
  readonly #waiting: number[] = [];
  readonly #context: AttemptContext;
  /** How many trials may be on their way at once: as many as there are workers, and where nothing hangs on it one ahead of each. */
  readonly #places: number;
  readonly #now: () => number;
  readonly #began: number;
  readonly #secondsBefore: number;
  #filling = false;
  #fillAgain = false;
  #ending: SweepEndReason | undefined;
  #problem: Problem | undefined;
  #bug: { readonly error: unknown } | undefined;
  #infeasibleInARow = 0;
  #unstarted = 0;

  constructor(parts: SweepParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.#began = this.#now();
    this.#secondsBefore = parts.recorded?.seconds ?? 0;
    this.#book = new TrialBook(parts.sweep.objectives);
    const fitting = (parts.recorded?.trials ?? []).filter((trial) => {
      const { included, state } = this.#book.restore(trial, parts.template.pointOf(trial.assignments));
      if (!included) return false;
      if (state === 'waiting') this.#waiting.push(trial.number);
      return true;
    });
    if (!drawsAgree(parts)) this.#book.rewindDraws();
    this.#scheduler = parts.scheduler(scheduledTrials(fitting, parts.sweep.objectives[0]));
    this.#promotions = new Promotions(this.#scheduler, this.#book);
    this.#context = {
      objectives: parts.sweep.objectives,
      book: this.#book,
      scheduler: this.#scheduler,
      emit: (body) => this.#emit(body),
      started: () => (this.#unstarted = 0),
      epochNoted: () => this.#checkEpochs(),
      now: this.#now,
    };
    const warn = (problem: Problem): void => this.#emit({ type: 'warning', problem });
    this.#proposer = new Proposer({ ...parts, warn }, this.#book);
    const blind = blindSamplers.has(parts.sweep.sampler.kind) && !this.#scheduler.asks;
    this.#places = parts.executor.slots * (blind ? 2 : 1);
    this.#queue = new PQueue({ concurrency: this.#places });
  }

  async run(): Promise<SweepOutcome> {
    const { header, recorded, signal, executor } = this.#parts;
    this.#emit({ type: 'sweep-started', header, resumed: recorded !== undefined });
    for (const leftover of leftoverTrials(recorded)) this.#emit(leftover);
    const { seconds } = this.#parts.sweep.budget;
    const stop = watchClock({
      signal,
      seconds: seconds === undefined ? undefined : seconds - this.#secondsBefore,
      end: (reason) => this.#end(reason),
      tick: () => this.#emit({ type: 'workers-changed', workers: executor.workers() }),
    });
    try {
      this.#checkEpochs();
      await this.#fill();
      // Whoever ends an attempt fills the queue again before its promise resolves.
      await this.#queue.onIdle();
      if (this.#bug !== undefined) throw this.#bug.error;
    } finally {
      stop();
    }
    return this.#finish();
  }

  #emit(body: SweepEventBody): void {
    this.#parts.listen({ ...body, sweep: this.#parts.header.name, time: this.#now() });
  }

  #seconds(): number {
    return (this.#now() - this.#began) / 1000;
  }

  #checkEpochs(): void {
    const { epochs } = this.#parts.sweep.budget;
    if (epochs !== undefined && this.#book.epochs >= epochs) this.#end('epochs');
  }

  /** No trial is begun any more, and those that run are stopped in order; they keep their checkpoints. */
  #end(reason: SweepEndReason, problem?: Problem): void {
    if (this.#ending !== undefined) return;
    this.#ending = reason;
    this.#problem = problem;
    for (const trial of this.#running.keys()) this.#parts.executor.cancel(trial);
  }

  /** Gives every free worker a trial, one after the other: each proposal knows of those before it. */
  async #fill(): Promise<void> {
    if (this.#filling) {
      this.#fillAgain = true;
      return;
    }
    this.#filling = true;
    try {
      do {
        this.#fillAgain = false;
        while (this.#ending === undefined && this.#running.size < this.#places) {
          const next = await this.#next();
          // While a configuration was being checked, the sweep may have been ended.
          if (next === undefined || this.#stopped()) break;
          this.#begin(next);
        }
      } while (this.#wantsMore());
    } finally {
      this.#filling = false;
    }
  }

  // Methods, because what they look at changes while something is waited for, which the compiler can't know.
  #stopped(): boolean {
    return this.#ending !== undefined;
  }

  #wantsMore(): boolean {
    return this.#fillAgain && this.#ending === undefined;
  }

  async #next(): Promise<number | undefined> {
    const again = this.#waiting.shift();
    if (again !== undefined) return again;
    const { trials } = this.#parts.sweep;
    const enough = (): boolean => trials !== undefined && this.#book.counted >= trials;
    const promoted = this.#promote(enough() || this.#proposer.exhausted !== undefined);
    if (promoted !== undefined) return promoted;
    if (!enough()) {
      const proposal = await this.#proposer.next(() => this.#stopped());
      if (proposal !== undefined) {
        const { point, ...found } = proposal;
        const number = this.#book.trials.length;
        const { name } = this.#parts.header;
        const header = { number, run: trialRunId(name, number, new Date(this.#now())), ...found };
        this.#book.add(header, point);
        this.#emit({ type: 'trial-proposed', trial: header });
        return number;
      }
      if (!this.#stopped()) return this.#promote(true);
    }
    return undefined;
  }

  /** @param enough no further trials are wanted, or there are none. */
  #promote(enough: boolean): number | undefined {
    // A trial that has reported nothing may yet turn out infeasible, and then another one takes its place.
    const last =
      enough &&
      (this.#proposer.exhausted !== undefined ||
        [...this.#running.keys()].every((number) => this.#book.trials[number]!.last !== undefined));
    return this.#promotions.next(last);
  }

  #begin(number: number): void {
    const { last, state } = this.#book.trials[number]!;
    const promoted = state === 'paused';
    if (promoted) this.#book.promote(number);
    // Begun again, it asks once more about its last epoch, since nobody knows whether it heard the answer.
    const reported = last === undefined ? 0 : promoted ? last.epoch : last.epoch - 1;
    const attempt = new Attempt(number, this.#context);
    this.#running.set(number, attempt);
    this.#book.change(number, { state: 'running' });
    const work = async (): Promise<void> => {
      const { run, assignments } = this.#book.trials[number]!.header;
      const job = { trial: number, run, assignments, asks: this.#scheduler.asks, reported };
      // Ended between the choice and this moment: the executor has not heard of it and can't cancel it.
      const outcome: JobOutcome = this.#stopped()
        ? { status: 'interrupted' }
        : await this.#parts.executor.submit(job, attempt);
      this.#running.delete(number);
      this.#settle(attempt, outcome);
      await this.#fill();
    };
    this.#queue.add(work).catch((error: unknown) => {
      // Only bugs come here; `run` throws the first of them when everything has stopped.
      this.#bug ??= { error };
      this.#end('interrupted');
    });
  }

  #settle(attempt: Attempt, outcome: JobOutcome): void {
    const { trial, seconds } = attempt;
    const judged = attempt.conclude(outcome);
    const before = this.#book.trials[trial]!;
    const ended = { type: 'trial-ended', trial, seconds, epochs: before.epochs } as const;
    const total = before.seconds + seconds;
    if (judged.status === 'done') {
      const { values } = judged;
      this.#book.change(trial, { state: 'done', values, seconds: total, problem: undefined });
      this.#emit({ ...ended, state: 'done', values });
      this.#forget(trial, 'done');
      this.#infeasibleInARow = 0;
      return;
    }
    if (judged.status === 'lost' && !attempt.hasStarted) {
      this.#putBack(trial, judged.problem, ended, judged.output);
      return;
    }
    const { sweep } = this.#parts;
    const { state, problem, output, failure } = judgeOutcome(judged, before.failures, sweep.retries);
    const failures = before.failures + (failure ? 1 : 0);
    this.#book.change(trial, { state, failures, seconds: total, problem });
    this.#emit({ ...ended, state, problem, output });
    const goesOn = state === 'waiting' || (state === 'paused' && this.#promotions.isDue(trial));
    if (goesOn) this.#waiting.push(trial);
    else if (state !== 'paused') this.#forget(trial, state);
    this.#countInfeasible(state, problem);
    if (state !== 'failed') return;
    const first = this.#book.count('done') + this.#book.count('pruned') + this.#book.count('paused') === 0;
    // Without its objective no other trial would get further.
    if (isMissing(problem) && first) this.#end('fail-fast', problem);
    else if (sweep.failFast) this.#end('fail-fast', problem);
  }

  /** No worker took it up, which is not its doing; where none can be had at all, the sweep ends and can go on later. */
  #putBack(trial: number, problem: Problem, ended: TrialEnd, output: string): void {
    this.#book.change(trial, { state: 'waiting' });
    this.#emit({ ...ended, state: 'waiting', problem, output });
    this.#waiting.push(trial);
    this.#unstarted += 1;
    if (this.#unstarted >= mostUnstarted) this.#end('fail-fast', problem);
  }

  /** A space in which nothing can be built would otherwise be searched for ever. */
  #countInfeasible(state: TrialState, problem: Problem | undefined): void {
    this.#infeasibleInARow = state === 'infeasible' ? this.#infeasibleInARow + 1 : 0;
    if (this.#infeasibleInARow < mostInfeasible) return;
    this.#proposer.exhaust(spaceInfeasible(mostInfeasible, problem));
  }

  #forget(trial: number, state: EndedTrialState): void {
    this.#scheduler.end(trial, state);
    this.#book.forget(trial);
  }

  #finish(): SweepOutcome {
    const { exhausted, lastRejected } = this.#proposer;
    const { trials } = this.#parts.sweep;
    const conclusion = concludeSweep(this.#book, { trials, exhausted, ending: this.#ending });
    const seconds = this.#seconds();
    const { status, reason } = conclusion;
    this.#emit({ type: 'sweep-ended', status, reason, seconds });
    return {
      ...{ status, reason, seconds: this.#secondsBefore + seconds },
      trials: this.#book.trials,
      infeasibleDraws: this.#book.infeasibleDraws + lastRejected.infeasible,
      problem: this.#problem ?? conclusion.problem,
    };
  }
}
