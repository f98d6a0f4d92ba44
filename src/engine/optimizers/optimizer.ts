/**
 * The contract of an optimizer: a pure function from weight, gradient and slots to the next weight and slots, over tfjs
 * operations, so that an engine may run it, or trace it into a graph. Whatever changes from step to step comes in as
 * scalars, computed from the step's number alone: training that begins again in the middle needs nothing but the slots.
 * One optimizer per file beside this one. Owns no weights and no slots; an engine keeps them.
 */
import type { tf } from '../../models/tfjs.js';

export interface Slot {
  /** `momentum`; a weight's slot is stored as `<weight>/<slot>`. */
  readonly name: string;
  /** The value of all its elements before the first step. */
  readonly initial: number;
}

/** Scalars of one step by name, `learningRate` among them. */
export type StepScalars<Value> = Readonly<Record<string, Value>>;

export interface Update {
  readonly weight: tf.Tensor;
  /** In the order of the optimizer's slots. */
  readonly slots: readonly tf.Tensor[];
}

export interface Optimizer {
  /** Tensors kept for each weight, in the weight's shape. */
  readonly slots: readonly Slot[];
  /** @param step from 1. */
  scalars(step: number, learningRate: number): StepScalars<number>;
  /** Disposes nothing and keeps nothing: the caller tidies. */
  update(
    weight: tf.Tensor,
    gradient: tf.Tensor,
    slots: readonly tf.Tensor[],
    scalars: StepScalars<tf.Scalar>,
  ): Update;
}
