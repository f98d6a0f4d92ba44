/**
 * ASHA (Li et al. 2020, "A system for massively parallel hyperparameter tuning", MLSys): asynchronous successive halving.
 * One bracket; a trial is paused at each rung, and goes on when it is among the best 1/reduction of those that came so
 * far. Owns nothing but its settings' meaning.
 */
import { Bracket } from './bracket.js';
import { rungEpochs } from './rung-epochs.js';
import type { SchedulerContext } from './scheduler.js';
import { SuccessiveHalving } from './successive-halving.js';

export interface HalvingSettings {
  /** The first rung. */
  readonly minEpochs: number;
  /** One of so many is promoted from each rung, to so many times its epochs; above 1. */
  readonly reduction: number;
}

export function asha(
  { minEpochs, reduction }: HalvingSettings,
  context: SchedulerContext,
): SuccessiveHalving {
  const epochs = rungEpochs(minEpochs, reduction, context.maxEpochs);
  const bracket = new Bracket(epochs, reduction, context.maxEpochs);
  return new SuccessiveHalving('asha', [bracket], () => bracket, context);
}
