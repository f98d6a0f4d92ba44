/**
 * The server behind `assay serve`: listens, refuses what is no reading request, hands the rest to the pages, and ends in
 * order. Owns limits on connections, headers and time.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { failed, ok, type Problem, type Result } from '../core/problem.js';
import { LiveRecord } from '../tracking/live/live-record.js';
import { createApp } from './app.js';
import { refuseRequest, type Refusal } from './guard.js';
import { refusalHeaders } from './headers.js';
import { allowedHosts, ownUrl } from './hosts.js';
import { Hub } from './hub.js';
import { Pace } from './pace.js';
import { PageRenderer } from './page-renderer.js';
import { ReportList } from './report-list.js';

export interface LiveServerOptions {
  /** A project's `runs/`, absolute; it need not be there yet. */
  readonly runsFolder: string;
  /** A name or address of this machine. */
  readonly host: string;
  readonly port: number;
  /** How many ports after `port` are tried when it is taken; 0: none. */
  readonly more: number;
}

export interface LiveServer {
  /** For a browser on this machine. */
  readonly url: string;
  readonly port: number;
  /** What the system made of the host. */
  readonly address: string;
  /** Ends all connections. */
  close(): Promise<void>;
}

const limits = {
  /** Of all headers of a request, in bytes. */
  maxHeaderSize: 16 * 1024,
  /** In milliseconds: for the headers, and for the whole request; the time between looks whether any took longer. */
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
} as const;
const mostConnections = 128;
const mostHeaders = 64;
/** In milliseconds: how long nothing may go through a connection. Streams of events have their heartbeat. */
const idleMilliseconds = 60_000;

/** Problems: `port-taken`, `port-forbidden`, `host-unknown`. */
export async function startLiveServer(options: LiveServerOptions): Promise<Result<LiveServer>> {
  const pages = new PageRenderer();
  const hub = new Hub(new LiveRecord(options.runsFolder), (problem) =>
    problem === undefined ? '' : pages.part('live-notice', noticeView(problem)),
  );
  const reports = new ReportList(options.runsFolder);
  const app = createApp({ runsFolder: options.runsFolder, hub, pages, reports });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  let hosts: ReadonlySet<string> = new Set();
  const pace = new Pace();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!(await pace.turn(response))) return;
    const refusal = refuseRequest(request, hosts);
    if (refusal === undefined) await listener(request, response);
    else refuse(request, response, refusal);
  };
  const server = createServer(limits, (request, response) => void answer(request, response));
  // Instead of being told to go on with a body.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    refuse(request, response, { status: 417, message: 'expected no Expect header' }),
  );
  server.maxConnections = mostConnections;
  server.maxHeadersCount = mostHeaders;
  server.setTimeout(idleMilliseconds);
  const listening = await listen(server, options);
  if (!listening.ok) {
    hub.close();
    return listening;
  }
  const { address, port } = listening.value;
  hosts = allowedHosts(options.host, address, port);
  return ok({
    ...{ address, port, url: ownUrl(options.host, address, port) },
    async close() {
      hub.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

function noticeView({ code, message, fix }: Problem): object {
  return { waiting: code === 'no-runs', message, fix: fix ?? '' };
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, message }: Refusal): void {
  response.writeHead(status, {
    ...refusalHeaders,
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    // What else comes on this connection is not looked at: it may be the body of what was refused.
    Connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : `${message}\n`, () => request.destroy());
}

/** The address and port that it listens on: the port asked for, or the next that is free. */
async function listen(server: Server, { host, port, more }: LiveServerOptions): Promise<Result<AddressInfo>> {
  for (let tried = port; ; tried++) {
    try {
      server.listen({ host, port: tried, exclusive: true });
      await once(server, 'listening');
      return ok(server.address() as AddressInfo);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && tried < Math.min(65_535, port + more)) continue;
      return failed(listenProblem(code, error as Error, host, port));
    }
  }
}

function listenProblem(code: string | undefined, error: Error, host: string, port: number): Problem {
  switch (code) {
    case 'EADDRINUSE':
      return {
        code: 'port-taken',
        message: `expected port ${port} of ${host} to be free, got one that another program listens on`,
        fix: 'name another one with --port, or leave --port out',
      };
    case 'EACCES':
      return {
        code: 'port-forbidden',
        message: `expected port ${port} to be one that you may listen on: ${error.message}`,
        fix: 'take one from 1024',
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'host-unknown',
        message: `expected --host to be an address of this machine, got ${JSON.stringify(host)}`,
        fix: 'leave --host out to be asked from this machine alone',
      };
    default:
      throw error;
  }
}
