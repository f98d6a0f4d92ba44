/** Which scheduler the settings mean. Owns nothing else. */
import type { SchedulerSettings } from '../../config/checked-sweep.js';
import { asha } from './asha.js';
import { hyperband } from './hyperband.js';
import { MedianStopping } from './median-stopping.js';
import { NoScheduler } from './no-scheduler.js';
import type { Scheduler, SchedulerContext } from './scheduler.js';

export function createScheduler(settings: SchedulerSettings, context: SchedulerContext): Scheduler {
  switch (settings.kind) {
    case 'none':
      return new NoScheduler(context);
    case 'median':
      return new MedianStopping(settings, context);
    case 'asha':
      return asha(settings, context);
    case 'hyperband':
      return hyperband(settings, context);
  }
}
