/**
 * What the live page of a sweep is told, as the event stream carries it: everything at first, then what changed. Types
 * only: the server (`src/server/topics/sweep-topic.ts`) writes it, the page's scripts (`src/report/browser/live/`) read it.
 */
import type { Objective, TrialState } from '../../core/sweep-events.js';

export interface ToldTrial {
  /** From 0. */
  readonly number: number;
  /** Of the page of its run. */
  readonly address: string;
  readonly state: TrialState;
  /** What was drawn for it, by path: numbers as they are, all else by its label. */
  readonly settings: Readonly<Record<string, number | string>>;
  /** In the order of the objectives. */
  readonly values: readonly number[];
  readonly epochs: number;
  readonly seconds: number;
  /** Milliseconds since 1970, of its last attempt. */
  readonly started: number | null;
  readonly ended: number | null;
  /** When it was on which worker, milliseconds since 1970; null: it still is. */
  readonly spans: readonly (readonly [worker: number, from: number, to: number | null])[];
  /** Why it failed, or will be tried again. */
  readonly problem: string | null;
}

export interface ToldCurve {
  /** Index at which the points go: those that were there from here on are replaced. */
  readonly from: number;
  readonly epochs: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface ToldSweep {
  /** Whose curves these are; null while there are none. */
  readonly metric: string | null;
  readonly objectives: readonly Objective[];
  /** How many trials there are. A large sweep is told in parts: as long as fewer are known, others are still to come. */
  readonly of: number;
  /** All that the server has looked at, or those that are different. */
  readonly trials: readonly ToldTrial[];
  /** By the trial's number. */
  readonly curves: Readonly<Record<string, ToldCurve>>;
}
