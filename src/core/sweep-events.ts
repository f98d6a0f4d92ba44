/**
 * Everything that happens in a sweep, as one union: the sweep emits; the terminal, SQLite, `--json` and (later) the live
 * page subscribe. What happens inside a trial is the `RunEvent`s of its run, handed on as they come.
 */
import type { RunEvent } from './events.js';
import type { Json, JsonObject } from './json.js';
import type { Problem } from './problem.js';

/**
 * - `waiting`: proposed and recorded; not begun, or to be begun again (a retry, a process that was killed).
 * - `paused`: the scheduler stopped it at an epoch; its checkpoint is kept, and it may be promoted.
 * - `pruned`: the scheduler stopped it for good.
 * - `infeasible`: its network can't be built; it counts neither as a failure nor as one of the trials asked for.
 */
export type TrialState = 'waiting' | 'running' | 'paused' | 'done' | 'pruned' | 'failed' | 'infeasible';

/** States in which a trial asks for nothing more (a paused one only if the sweep is over). */
export type EndedTrialState = Extract<TrialState, 'done' | 'pruned' | 'failed' | 'infeasible'>;

export interface Objective {
  /** Key of an epoch's or of a run's final metrics: `validation.accuracy`. */
  readonly metric: string;
  readonly goal: 'minimize' | 'maximize';
}

/** What is known of a trial when it is proposed. */
export interface TrialHeader {
  /** From 0, without gaps. */
  readonly number: number;
  /** The id of its run, under which all its attempts and continuations are recorded. */
  readonly run: string;
  /** Which draw of the sampler it is, from 0; draws that were rejected leave gaps. `-1`: of `init:`. */
  readonly draw: number;
  /** Draws rejected just before it. */
  readonly rejected: { readonly infeasible: number; readonly repeated: number };
  /** What it sets: dotted path → value, as it would stand in `set:`. */
  readonly assignments: JsonObject;
  /** The same as people read it, short: a choice by its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** SHA-256 of the resolved configuration without names: equal ones are the same experiment. */
  readonly configuration: string;
}

export interface SweepHeader {
  /** Unique in a project; the same name goes on with the same sweep. */
  readonly name: string;
  readonly experiment: string;
  /** The experiment's file, relative to the project's root. */
  readonly file: string;
  readonly seed: number;
  readonly objectives: readonly Objective[];
  /** Name of the sampler and of the scheduler. */
  readonly sampler: string;
  readonly scheduler: string;
  /** The number asked for in all; absent: until the space or the budget is exhausted. */
  readonly trials?: number | undefined;
  /** The most epochs a trial trains for, where a scheduler looks at them. */
  readonly epochs?: number | undefined;
  readonly workers: number;
  /** Threads of each trial, settled when the sweep first began: they are part of what gives the same numbers. */
  readonly threads: number;
  /** The checked `sweep:` block, for people and for later comparisons. */
  readonly settings: Json;
  readonly pid: number;
}

export type SweepEndReason =
  | 'trials' // all that were asked for are there
  | 'exhausted' // the space holds no further configuration
  | 'time'
  | 'epochs'
  | 'interrupted'
  | 'fail-fast';

export interface WorkerState {
  /** From 1. */
  readonly worker: number;
  readonly pid: number | undefined;
  readonly state: 'starting' | 'idle' | 'busy' | 'stopping' | 'gone';
  readonly trial?: number | undefined;
  /** Resident memory in bytes, as last looked at. */
  readonly memory?: number | undefined;
}

export type SweepEventBody =
  | { readonly type: 'sweep-started'; readonly header: SweepHeader; readonly resumed: boolean }
  | { readonly type: 'trial-proposed'; readonly trial: TrialHeader }
  | {
      readonly type: 'trial-started';
      readonly trial: number;
      /** From 1; a promotion is no new attempt. */
      readonly attempt: number;
      readonly worker: number;
    }
  /** An epoch of a trial, with its first objective's value as the scheduler was told it (as measured, not negated). */
  | {
      readonly type: 'trial-reported';
      readonly trial: number;
      readonly epoch: number;
      readonly value: number;
    }
  | {
      readonly type: 'trial-ended';
      readonly trial: number;
      readonly state: Exclude<TrialState, 'running'>;
      /** In the order of the objectives, as measured; only of `done`. */
      readonly values?: readonly number[] | undefined;
      /** Epochs trained so far in all. */
      readonly epochs: number;
      /** Wall seconds of this attempt or continuation. */
      readonly seconds: number;
      /** Why it failed, was lost, or is infeasible. */
      readonly problem?: Problem | undefined;
      /** The last output of a worker that was lost. */
      readonly output?: string | undefined;
    }
  | { readonly type: 'trial-run-event'; readonly trial: number; readonly event: RunEvent }
  | { readonly type: 'workers-changed'; readonly workers: readonly WorkerState[] }
  | { readonly type: 'warning'; readonly problem: Problem }
  | {
      readonly type: 'sweep-ended';
      readonly status: 'done' | 'interrupted' | 'failed';
      readonly reason: SweepEndReason;
      readonly seconds: number;
    };

/** With the sweep it belongs to and when it happened (milliseconds since 1970). */
export type SweepEvent = SweepEventBody & { readonly sweep: string; readonly time: number };

export type SweepListener = (event: SweepEvent) => void;

/** A trial as it was recorded: all that a sweep needs to go on. Read by `tracking`, handed to `sweep` by the wiring. */
export interface RecordedTrial extends TrialHeader {
  readonly state: TrialState;
  /** Attempts begun so far. */
  readonly attempts: number;
  readonly values?: readonly number[] | undefined;
  readonly epochs: number;
  readonly seconds: number;
  readonly problem?: Problem | undefined;
  /** `trial-reported`, by epoch: as measured. */
  readonly reports: readonly (readonly [epoch: number, value: number])[];
}

export interface RecordedSweep {
  readonly header: SweepHeader;
  readonly status: 'running' | 'done' | 'interrupted' | 'failed';
  /** Wall seconds over all the times it was running. */
  readonly seconds: number;
  /** By number, without gaps. */
  readonly trials: readonly RecordedTrial[];
}
