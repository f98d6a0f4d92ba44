/** From settings to a schedule. Owns the list of kinds and nothing else. */
import type { ScheduleSettings } from '../schedule.schema.js';
import { cosineSchedule } from './cosine.js';
import { exponentialSchedule } from './exponential.js';
import { oneCycleSchedule } from './one-cycle.js';
import type { Schedule, TrainingLength } from './schedule.js';
import { stepSchedule } from './step.js';
import { withWarmup } from './warmup.js';

export function createSchedule(settings: ScheduleSettings, length: TrainingLength): Schedule {
  switch (settings.kind) {
    case 'constant':
      return withWarmup(settings.warmup, length, () => () => 1);
    case 'step':
      return withWarmup(settings.warmup, length, (rest) => stepSchedule(settings, rest));
    case 'exponential':
      return withWarmup(settings.warmup, length, (rest) => exponentialSchedule(settings, rest));
    case 'cosine':
      return withWarmup(settings.warmup, length, (rest) => cosineSchedule(settings, rest));
    case 'oneCycle':
      return oneCycleSchedule(settings, length);
  }
}
