/** Ctrl-C and SIGTERM: the first asks for an orderly stop, as of a run that can go on later; the second ends the process. */
import { Interruption } from '../run/run-outcome.js';
import { exitCodes, say } from './output.js';

const aboutRuns = 'stopping: what was done is being kept; once more to stop at once';

export function watchInterruption(says = aboutRuns): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say(`\n${says}`);
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
