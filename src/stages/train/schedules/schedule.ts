/**
 * The contract of a learning-rate schedule: a pure function of the step, so that training may begin again anywhere. One
 * schedule per file beside this one; `create-schedule.ts` chooses and adds the warm-up.
 */

/** How long training is. */
export interface TrainingLength {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** The factor on the full learning rate at a step, counted from 0. */
export type Schedule = (step: number) => number;
