/**
 * Puts a sweep's events, and those of its trials' runs, into the database as they come. What decides how the sweep goes
 * on after a crash is committed before `listen` returns; what happens inside a trial is written in batches, and at the
 * latest with its trial's end.
 */
import type { SweepEvent, SweepListener } from '../core/sweep-events.js';
import type { Database } from './database.js';
import { isRecorded } from './recorder.js';
import { renewClaim, seenMilliseconds } from './sweep-claim.js';
import { SweepWriter } from './sweep-writer.js';
import { WriteBehind, type RecorderOptions } from './write-behind.js';

export class SweepRecorder {
  readonly #database: Database;
  readonly #events: WriteBehind<SweepEvent>;
  #heartbeat: NodeJS.Timeout | undefined;
  /** Whether a scheduler decides by reports. */
  #reportsDecide = true;

  constructor(database: Database, shown: string, options: RecorderOptions) {
    this.#database = database;
    this.#events = new WriteBehind(database, shown, 'sweep', new SweepWriter(database), options);
  }

  /** Takes one event; a function of its own, to be handed over as a listener. */
  readonly listen: SweepListener = (event) => {
    if (event.type === 'workers-changed') return;
    if (event.type === 'trial-run-event' && !isRecorded(event.event)) return;
    if (event.type === 'sweep-started') {
      this.#reportsDecide = event.header.scheduler !== 'none';
      this.#stopHeartbeat();
      this.#heartbeat = setInterval(() => this.#renew(event.header.name), seenMilliseconds).unref();
    }
    if (event.type === 'sweep-ended') this.#stopHeartbeat();
    this.#events.take(event, { urgent: this.#isUrgent(event), last: event.type === 'sweep-ended' });
  };

  /** Writes what is pending. Further events are ignored. */
  close(): void {
    this.#stopHeartbeat();
    this.#events.close();
  }

  #isUrgent(event: SweepEvent): boolean {
    switch (event.type) {
      case 'trial-run-event':
      case 'workers-changed':
        return false;
      // A checkpoint may be newer than the report of its epoch, which is then never told again.
      case 'trial-reported':
        return this.#reportsDecide;
      case 'sweep-started':
      case 'trial-proposed':
      case 'trial-started':
      case 'trial-ended':
      case 'warning':
      case 'sweep-ended':
        return true;
    }
  }

  #renew(name: string): void {
    try {
      renewClaim(this.#database, name);
    } catch {
      // The next event that can't be written says so.
    }
  }

  #stopHeartbeat(): void {
    clearInterval(this.#heartbeat);
  }
}
