/**
 * Lets requests through at a pace that people and their browsers do not notice and that a flood cannot exceed: what comes
 * faster waits its turn, one request a connection, so that answering it takes nothing from the training on this machine.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** In the long run, and at once after a rest. A page takes four: itself, styles, scripts, events. */
const perSecond = 40;
const burst = 60;

export class Pace {
  /** When the next request would be let through without any saved up, in milliseconds. */
  #next = 0;

  /** Resolves when it is the caller's turn: at once, as a rule. */
  async turn(): Promise<void> {
    const now = performance.now();
    const step = 1000 / perSecond;
    this.#next = Math.max(this.#next, now - burst * step) + step;
    if (this.#next > now) await sleep(this.#next - now);
  }
}
