/**
 * One client of a stream. Its connection is ended when it does not take what is sent: what waits for it stays bounded, and
 * it comes back by itself for what it missed.
 */
import type { ServerResponse } from 'node:http';
import { streamHeaders } from './headers.js';

/** What may wait for a client beside the first event, in bytes, and for how long anything may. */
const mostWaiting = 1024 * 1024;
const mostMilliseconds = 30_000;
/** In milliseconds: how soon a browser comes back. */
const retry = 2000;

export class Subscriber {
  readonly #response: ServerResponse;
  /** The first event may be large and is the same bytes for everybody. */
  #first: number | undefined;
  #waitingSince: number | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, streamHeaders);
    response.write(`retry: ${retry}\n\n`);
    // An event is wanted now, not when there is a packet full of them.
    response.socket?.setNoDelay(true);
    response.on('drain', () => (this.#waitingSince = undefined));
  }

  /** At once where it went away while its request was answered: `close` is told once, and was told then. */
  onGone(gone: () => void): void {
    if (this.#response.destroyed) gone();
    else this.#response.once('close', gone);
  }

  send(bytes: Buffer): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    const isFull = response.writableLength > mostWaiting + (this.#first ?? 0);
    const isStuck = performance.now() - (this.#waitingSince ?? Infinity) > mostMilliseconds;
    if (isFull || isStuck) {
      response.destroy();
      return;
    }
    this.#first ??= bytes.length;
    if (!response.write(bytes)) this.#waitingSince ??= performance.now();
  }

  end(): void {
    this.#response.end();
  }
}

/** A comment, which keeps the connection from being taken for dead. */
export const heartbeat = Buffer.from(': still here\n\n');
