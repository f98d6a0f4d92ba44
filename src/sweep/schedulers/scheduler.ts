/**
 * The contract of a scheduler: which trials are worth more epochs. It is told values to be made small. Its state can be
 * rebuilt from what was recorded: trials' states and reports, in whatever order. One strategy per file beside this one;
 * `test/sweep/scheduler-suite.ts` is what each must pass.
 */
import type { EndedTrialState, TrialState } from '../../core/sweep-events.js';

/** `pause`: stop here, keep the checkpoint, perhaps go on later. `stop`: for good. */
export type Verdict = 'continue' | 'pause' | 'stop';

/** A trial as a scheduler sees it when a sweep goes on. */
export interface ScheduledTrial {
  readonly number: number;
  readonly state: TrialState;
  readonly reports: readonly (readonly [epoch: number, value: number])[];
}

export interface Scheduler {
  readonly name: string;
  /** Whether epochs need to be asked about at all: false saves a question an epoch. */
  readonly asks: boolean;
  /**
   * An epoch of a trial has ended (from 1 to the most epochs). A trial that was begun again after a crash may report an
   * epoch twice; the second time says nothing new. After the last epoch the answer is always `continue`.
   */
  report(trial: number, epoch: number, value: number): Verdict;
  /**
   * The paused trial to go on with now, the best first; it counts as going on from then. Called whenever a worker is
   * free, before a new trial is proposed.
   * @param last no new trials will come: whatever waits for more of them waits in vain.
   */
  promote(last: boolean): number | undefined;
  /**
   * The trial ended for another reason (done, failed, infeasible): it is not promoted any more.
   * @param state absent: `done`. One that failed is replaced where it had been promoted.
   */
  end(trial: number, state?: EndedTrialState): void;
}

export interface SchedulerContext {
  /** The most epochs that a trial trains. */
  readonly maxEpochs: number;
  readonly seed: number;
  /** What was recorded before; empty for a new sweep. A `running` trial there is one that will be begun again. */
  readonly trials: readonly ScheduledTrial[];
}
