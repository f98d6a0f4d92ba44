/**
 * The trials of a sweep in memory: their states, what samplers see of them, and which configurations are there already.
 * Everything is kept as it changes, so that a trial costs the same whether it is the tenth or the ten-thousandth. Writes
 * nothing down; that is done by who listens to the sweep.
 */
import type { Point } from '../config/checked-sweep.js';
import { canonicalJson } from '../core/json.js';
import type { Problem } from '../core/problem.js';
import type { Objective, RecordedTrial, TrialHeader, TrialState } from '../core/sweep-events.js';
import { toBeMadeSmall } from './objective-values.js';
import type { SampledTrial } from './samplers/sampler.js';
import type { ScheduledTrial, Verdict } from './schedulers/scheduler.js';

export interface Trial {
  readonly header: TrialHeader;
  /** Nothing: it lies outside the space as it is now, and samplers can't be told of it. */
  readonly point: Point | undefined;
  /** Whether it takes part: in the space, or a known-good point. What doesn't stays recorded. */
  readonly included: boolean;
  readonly state: TrialState;
  /** Attempts that failed or were lost; those that were cut off by the sweep's own end don't count. */
  readonly failures: number;
  /** As measured, in the order of the objectives. */
  readonly values?: readonly number[] | undefined;
  readonly epochs: number;
  /** Of all attempts. */
  readonly seconds: number;
  readonly problem?: Problem | undefined;
  /** As measured. */
  readonly last?: { readonly epoch: number; readonly value: number } | undefined;
}

export type TrialChange = Partial<Omit<Trial, 'header' | 'point' | 'included'>>;

export class TrialBook {
  readonly #objectives: readonly Objective[];
  readonly #trials: Trial[] = [];
  readonly #sampled: SampledTrial[] = [];
  /** Where in `#sampled` a trial stands. */
  readonly #places = new Map<number, number>();
  readonly #configurations = new Set<string>();
  readonly #points = new Set<string>();
  readonly #counts = new Map<TrialState, number>();
  /** Epochs reported by trials that have not ended. */
  readonly #reported = new Map<number, Set<number>>();
  /** What the scheduler last said of them in this session. */
  readonly #verdicts = new Map<number, { readonly epoch: number; readonly verdict: Verdict }>();
  #included = 0;
  #epochs = 0;
  #nextDraw = 0;

  constructor(objectives: readonly Objective[]) {
    this.#objectives = objectives;
  }

  /** By number, without gaps. */
  get trials(): readonly Trial[] {
    return this.#trials;
  }

  /** Those with a point, by number. The same array at each call, changed in place. */
  get sampled(): readonly SampledTrial[] {
    return this.#sampled;
  }

  get nextDraw(): number {
    return this.#nextDraw;
  }

  /** Of all trials in all sessions. */
  get epochs(): number {
    return this.#epochs;
  }

  /** Of those that take part. */
  count(state: TrialState): number {
    return this.#counts.get(state) ?? 0;
  }

  /** Those that count as asked for: they take part, and are not infeasible. */
  get counted(): number {
    return this.#included - this.count('infeasible');
  }

  /** Draws that were rejected as infeasible before some trial was proposed. */
  get infeasibleDraws(): number {
    return this.#trials.reduce((sum, { header }) => sum + header.rejected.infeasible, 0);
  }

  has(configuration: string): boolean {
    return this.#configurations.has(configuration);
  }

  hasPoint(point: Point): boolean {
    return this.#points.has(pointKey(point));
  }

  add(header: TrialHeader, point: Point | undefined): Trial {
    return this.#add({ header, point, included: true, state: 'waiting', failures: 0, epochs: 0, seconds: 0 });
  }

  /** A trial of an earlier session, as it was recorded. One that was running then waits to be begun again. */
  restore(recorded: RecordedTrial, point: Point | undefined): Trial {
    const { number, run, draw, rejected, assignments, labels, configuration } = recorded;
    const last = recorded.reports.at(-1);
    // An attempt without a problem was cut off by no fault of its own.
    const failed = recorded.state === 'waiting' && recorded.problem !== undefined;
    if (['running', 'waiting', 'paused'].includes(recorded.state))
      this.#reported.set(number, new Set(recorded.reports.map(([epoch]) => epoch)));
    return this.#add({
      header: { number, run, draw, rejected, assignments, labels, configuration },
      point,
      included: point !== undefined || draw === -1,
      state: recorded.state === 'running' ? 'waiting' : recorded.state,
      failures: failed ? recorded.attempts : Math.max(0, recorded.attempts - 1),
      values: recorded.values,
      epochs: Math.max(recorded.epochs, last?.[0] ?? 0),
      seconds: recorded.seconds,
      problem: recorded.problem,
      last: last === undefined ? undefined : { epoch: last[0], value: last[1] },
    });
  }

  /** The draws begin anew: a grid whose space changed counts its points differently. */
  rewindDraws(): void {
    this.#nextDraw = 0;
  }

  change(number: number, change: TrialChange): Trial {
    const before = this.#trials[number]!;
    const now = { ...before, ...change };
    this.#trials[number] = now;
    this.#epochs += now.epochs - before.epochs;
    const place = this.#places.get(number);
    if (place !== undefined) this.#sampled[place] = this.#sample(now, now.point!);
    if (now.included) {
      this.#tally(before.state, -1);
      this.#tally(now.state, 1);
    }
    return now;
  }

  /** It trained to that epoch. */
  train(number: number, epoch: number): void {
    if (epoch > this.#trials[number]!.epochs) this.change(number, { epochs: epoch });
  }

  /** Takes down a report; false when it is known already. */
  report(number: number, epoch: number, value: number): boolean {
    const reported = this.#reported.get(number) ?? new Set();
    this.#reported.set(number, reported);
    if (reported.has(epoch)) return false;
    reported.add(epoch);
    const { last } = this.#trials[number]!;
    if (last === undefined || epoch > last.epoch) this.change(number, { last: { epoch, value } });
    return true;
  }

  /**
   * The scheduler's word on an epoch, asked for once: a worker that died before it could obey hears the same again.
   */
  verdict(number: number, epoch: number, ask: () => Verdict): Verdict {
    const before = this.#verdicts.get(number);
    if (before !== undefined && epoch <= before.epoch)
      return epoch === before.epoch ? before.verdict : 'continue';
    const verdict = ask();
    this.#verdicts.set(number, { epoch, verdict });
    return verdict;
  }

  /** It goes on, whatever was said of its last epoch. */
  promote(number: number): void {
    const before = this.#verdicts.get(number);
    if (before !== undefined) this.#verdicts.set(number, { ...before, verdict: 'continue' });
  }

  /** It asks for nothing more. */
  forget(number: number): void {
    this.#verdicts.delete(number);
    this.#reported.delete(number);
  }

  #add(trial: Trial): Trial {
    const { number, draw, configuration } = trial.header;
    this.#trials.push(trial);
    this.#configurations.add(configuration);
    this.#epochs += trial.epochs;
    this.#nextDraw = Math.max(this.#nextDraw, draw + 1);
    if (trial.point !== undefined) {
      this.#places.set(number, this.#sampled.length);
      this.#sampled.push(this.#sample(trial, trial.point));
      this.#points.add(pointKey(trial.point));
    }
    if (trial.included) {
      this.#included += 1;
      this.#tally(trial.state, 1);
    }
    return trial;
  }

  #tally(state: TrialState, by: number): void {
    this.#counts.set(state, this.count(state) + by);
  }

  #sample({ header, state, values, last }: Trial, point: Point): SampledTrial {
    return {
      number: header.number,
      point,
      state,
      values: values?.map((value, index) => toBeMadeSmall(this.#objectives[index]!, value)),
      last:
        last === undefined
          ? undefined
          : { epoch: last.epoch, value: toBeMadeSmall(this.#objectives[0]!, last.value) },
    };
  }
}

export function pointKey(point: Point): string {
  return canonicalJson(point);
}

/** What a scheduler needs to know of earlier sessions. */
export function scheduledTrials(
  recorded: readonly RecordedTrial[],
  objective: Objective,
): readonly ScheduledTrial[] {
  return recorded.map(({ number, state, reports }) => ({
    number,
    state,
    reports: reports.map(([epoch, value]) => [epoch, toBeMadeSmall(objective, value)] as const),
  }));
}
