/** Ctrl-C and SIGTERM: the first asks the run to stop where it can go on later, the second ends the process at once. */
import { Interruption } from '../run/run-outcome.js';
import { exitCodes, say } from './output.js';

export function watchInterruption(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say('\nstopping: what was done is being kept; once more to stop at once');
    controller.abort(new Interruption());
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
