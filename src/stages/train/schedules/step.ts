/** Drops by a factor every so many epochs. */
import type { Schedule, TrainingLength } from './schedule.js';

/** factor^floor(epoch / every), where the epoch is that of the step. */
export function stepSchedule(
  { every, factor }: { readonly every: number; readonly factor: number },
  { stepsPerEpoch }: TrainingLength,
): Schedule {
  return (step) => Math.pow(factor, Math.floor(step / (every * stepsPerEpoch)));
}
