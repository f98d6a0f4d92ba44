/** Events on their way to the parent: a few messages a second, however many steps there are. Epochs do not wait. */
import type { RunEvent } from '../../core/events.js';

const longestWaitMilliseconds = 100;

export class EventBatch {
  readonly #send: (events: readonly RunEvent[]) => void;
  #events: RunEvent[] = [];
  #lastSent = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (events: readonly RunEvent[]) => void) {
    this.#send = send;
  }

  add(event: RunEvent): void {
    if (isProgress(event) && isProgress(this.#events.at(-1))) this.#events.pop();
    this.#events.push(event);
    // A training loop may keep the timer from firing, so the clock is looked at here as well.
    const due = isEpoch(event) || performance.now() - this.#lastSent >= longestWaitMilliseconds;
    if (due) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), longestWaitMilliseconds);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastSent = performance.now();
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#send(events);
  }
}

const stageEvent = (event: RunEvent | undefined) =>
  event?.type === 'stage-event' ? event.event.type : undefined;

/** Only the newest is of interest. */
function isProgress(event: RunEvent | undefined): boolean {
  return stageEvent(event) === 'progress';
}

function isEpoch(event: RunEvent): boolean {
  return stageEvent(event) === 'epoch-ended';
}
