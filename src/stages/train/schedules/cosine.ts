/** Half a cosine from the full learning rate down (Loshchilov and Hutter, SGDR, ICLR 2017, one cycle; Keras's CosineDecay). */
import type { Schedule, TrainingLength } from './schedule.js';

/** final + (1 - final) · (1 + cos(π · step / totalSteps)) / 2. */
export function cosineSchedule(
  { final }: { readonly final: number },
  { totalSteps }: TrainingLength,
): Schedule {
  return (step) =>
    final + ((1 - final) * (1 + Math.cos((Math.PI * Math.min(step, totalSteps)) / totalSteps))) / 2;
}
