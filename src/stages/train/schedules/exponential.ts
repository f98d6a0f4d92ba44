/** Decays by a factor over each epoch, a little at every step (Keras's ExponentialDecay without its staircase). */
import type { Schedule, TrainingLength } from './schedule.js';

/** factor^(step / stepsPerEpoch). */
export function exponentialSchedule(
  { factor }: { readonly factor: number },
  { stepsPerEpoch }: TrainingLength,
): Schedule {
  return (step) => Math.pow(factor, step / stepsPerEpoch);
}
