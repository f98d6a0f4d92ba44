/** Warm-up: a straight line from near 0 to the full learning rate, before any schedule (Goyal et al. 2017). */
import type { Schedule, TrainingLength } from './schedule.js';

/** By epochs or by steps; one of them is given. */
export interface Warmup {
  readonly epochs?: number;
  readonly steps?: number;
}

/**
 * (step + 1) / warmupSteps while it lasts, so that its last step has the full learning rate; then the schedule, which
 * knows nothing of it and has the rest of training for its own.
 */
export function withWarmup(
  warmup: Warmup | undefined,
  length: TrainingLength,
  create: (rest: TrainingLength) => Schedule,
): Schedule {
  if (warmup === undefined) return create(length);
  const wanted = warmup.steps ?? Math.round((warmup.epochs ?? 0) * length.stepsPerEpoch);
  const steps = Math.min(wanted, length.totalSteps);
  const schedule = create({ ...length, totalSteps: Math.max(1, length.totalSteps - steps) });
  return (step) => (step < steps ? (step + 1) / steps : schedule(step - steps));
}
