/** Puts a run's events into the database as they come: points of steps in batches, everything else at once. */
import type { EventListener, RunEvent } from '../core/events.js';
import type { Database } from './database.js';
import { RunWriter } from './run-writer.js';
import { WriteBehind, type RecorderOptions } from './write-behind.js';

export class Recorder {
  readonly #events: WriteBehind<RunEvent>;

  constructor(database: Database, shown: string, options: RecorderOptions) {
    this.#events = new WriteBehind(database, shown, 'run', new RunWriter(database), options);
  }

  /** Takes one event; a function of its own, to be handed over as a listener. */
  readonly listen: EventListener = (event) => {
    if (isRecorded(event))
      this.#events.take(event, { urgent: isUrgent(event), last: event.type === 'run-ended' });
  };

  /** Writes what is pending. Further events are ignored. */
  close(): void {
    this.#events.close();
  }
}

/** What people watch and nobody looks up later is not kept. */
export function isRecorded(event: RunEvent): boolean {
  if (event.type === 'stage-waiting') return false;
  return (
    event.type !== 'stage-event' || !['progress', 'resumed', 'engine-verified'].includes(event.event.type)
  );
}

/** What others want to see at once, and what must not be lost. A cached stage can wait for the next one. */
function isUrgent(event: RunEvent): boolean {
  if (event.type === 'stage-event') return event.event.type !== 'step-ended';
  return event.type !== 'stage-cached';
}
