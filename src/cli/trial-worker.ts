/** The program of a worker process: trials as `trial-setup.ts` wires them. Started by `process-executor.ts`, imported by nobody. */
import { serveTrials } from '../sweep/executors/worker-main.js';
import { openTrialRunner, type TrialSetup } from './trial-setup.js';

serveTrials({
  open: (setup) => openTrialRunner(setup as TrialSetup),
  watchdog: new URL('../../dist/sweep/executors/watchdog.js', import.meta.url),
});
