/**
 * Lets requests through at a pace that people and their browsers do not notice and that a flood cannot exceed: what comes
 * faster waits its turn, so that answering it takes nothing from the training on this machine. Whoever went away meanwhile
 * costs nobody a turn: else a page elsewhere could keep everybody waiting for hours by asking and letting go.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** In the long run, and at once after a rest. A page takes four: itself, styles, scripts, events. */
const perSecond = 10;
const burst = 60;
/**
 * Unanswered requests that one connection may have. Browsers send the next one after the answer; a connection that sends
 * thousands at once would have each of them kept here until it is its turn.
 */
const mostOfConnection = 8;

interface Waiting {
  readonly socket: Socket;
  readonly go: (isTurn: boolean) => void;
}

export class Pace {
  readonly #waiting: Waiting[] = [];
  readonly #unanswered = new WeakMap<Socket, number>();
  #saved = burst;
  #countedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** Resolves when it is the turn of a request: at once, as a rule; to false when whoever asked is gone. */
  turn(response: ServerResponse): Promise<boolean> {
    const socket = response.req.socket;
    const unanswered = (this.#unanswered.get(socket) ?? 0) + 1;
    this.#unanswered.set(socket, unanswered);
    response.on('close', () => this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 1) - 1));
    if (unanswered > mostOfConnection) {
      socket.destroy();
      return Promise.resolve(false);
    }
    return new Promise((go) => {
      this.#waiting.push({ socket, go });
      this.#letThrough();
    });
  }

  #letThrough(): void {
    const now = performance.now();
    this.#saved = Math.min(burst, this.#saved + ((now - this.#countedAt) * perSecond) / 1000);
    this.#countedAt = now;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isGone = next.socket.destroyed;
      if (!isGone && this.#saved < 1) break;
      if (!isGone) this.#saved -= 1;
      this.#waiting.shift();
      next.go(!isGone);
    }
    if (this.#waiting.length === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#letThrough();
      },
      Math.ceil(((1 - this.#saved) * 1000) / perSecond),
    );
  }
}
