/** A real HTTP server on 127.0.0.1 that behaves as a test says. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tinyPacked } from './tiny-dataset.js';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The file's name, and its true bytes (empty when there is no such file). */
  readonly name: string;
  readonly bytes: Buffer;
  /** How often this file was asked for before. */
  readonly earlier: number;
}
export type Behaviour = (exchange: Exchange) => void;

export class FakeMirror {
  /** Name and Range header of each request, in order. */
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor(behaviour: Behaviour) {
    this.#server = createServer((request, response) => {
      const name = (request.url ?? '').split('/').at(-1) ?? '';
      const earlier = this.requests.filter((line) => line.startsWith(name)).length;
      this.requests.push(`${name} ${request.headers.range ?? 'whole'}`);
      behaviour({ request, response, name, bytes: tinyPacked.get(name) ?? Buffer.alloc(0), earlier });
    });
  }

  static async start(behaviour: Behaviour = honest): Promise<FakeMirror> {
    const mirror = new FakeMirror(behaviour);
    await new Promise<void>((resolve) => mirror.#server.listen(0, '127.0.0.1', resolve));
    return mirror;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/data/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const etag = '"first edition"';

/** Serves as a good server does: ranges for those who name the right edition. */
export const honest: Behaviour = ({ request, response, bytes }) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (bytes.length === 0) response.writeHead(404).end();
  else if (start > 0 && request.headers['if-range'] === etag) {
    const headers = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`, etag };
    response
      .writeHead(206, { ...headers, 'content-length': bytes.length - start })
      .end(bytes.subarray(start));
  } else response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
};

/** Behaves so for the images of training, and well for the rest. */
export const forTrainImages =
  (behaviour: Behaviour): Behaviour =>
  (exchange) =>
    (exchange.name.startsWith('train-images') ? behaviour : honest)(exchange);

/** Sends the first bytes and then, when they have left, cuts the connection. */
export const cutAfter =
  (count: number, headers: Readonly<Record<string, string>> = { etag }): Behaviour =>
  ({ response, bytes }) => {
    response.writeHead(200, { 'content-length': bytes.length, ...headers });
    response.write(bytes.subarray(0, count), () => setTimeout(() => response.destroy(), 20));
  };
