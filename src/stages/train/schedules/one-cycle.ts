/**
 * The one-cycle policy (L. Smith and N. Topin, "Super-Convergence", 2019) in two half cosines, as PyTorch's OneCycleLR
 * has it: up from 1 / startDivisor to 1, then down to 1 / (startDivisor · finalDivisor) at the last step.
 */
import type { Schedule, TrainingLength } from './schedule.js';

export function oneCycleSchedule(
  {
    peakAt,
    startDivisor,
    finalDivisor,
  }: { readonly peakAt: number; readonly startDivisor: number; readonly finalDivisor: number },
  { totalSteps }: TrainingLength,
): Schedule {
  const start = 1 / startDivisor;
  const end = start / finalDivisor;
  const last = totalSteps - 1;
  const peak = Math.min(Math.max(peakAt * totalSteps - 1, 0), last);
  return (step) => {
    if (step <= peak) return between(start, 1, peak === 0 ? 1 : step / peak);
    return between(1, end, (Math.min(step, last) - peak) / (last - peak));
  };
}

/** From `from` at 0 to `to` at 1, along half a cosine. */
function between(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}
