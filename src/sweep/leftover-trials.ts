/** Trials that a session which was killed left recorded as running: from now on they wait. */
import type { RecordedSweep, SweepEventBody } from '../core/sweep-events.js';

/** What is to be emitted of them. */
export function leftoverTrials(recorded: RecordedSweep | undefined): readonly SweepEventBody[] {
  const running = (recorded?.trials ?? []).filter(({ state }) => state === 'running');
  return running.map(({ number, epochs, reports }) => ({
    type: 'trial-ended',
    trial: number,
    state: 'waiting',
    epochs: Math.max(epochs, reports.at(-1)?.[0] ?? 0),
    seconds: 0,
  }));
}
