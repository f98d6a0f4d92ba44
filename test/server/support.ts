/** The real server as a process of its own, and requests to it byte by byte where clients would tidy them up. */
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect } from 'vitest';
import type { SweepEventBody } from '../../src/core/sweep-events.js';
import { openTracking, type Tracking } from '../../src/tracking/tracking.js';
import type { SweepRecorder } from '../../src/tracking/sweep-recorder.js';
import type { Finished, Rig } from '../support/rig.js';

/** What is recorded is written a few times a second, and shown as often; on a busy machine more rarely. */
export function eventually<T>(look: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: 15_000 });
}

export interface Served {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Everything said so far. */
  said(): string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Finished>;
}

/** Starts `assay serve` on a free port and waits until it listens. */
export async function serve(rig: Rig, args: readonly string[] = ['--port', '0']): Promise<Served> {
  const { child, finished } = rig.start(['serve', '--json', ...args]);
  let text = '';
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const started = await new Promise<{ url: string; port: number; pid: number }>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer | string) => {
      text += chunk.toString();
      try {
        resolve(JSON.parse(text) as { url: string; port: number; pid: number });
      } catch {
        // Not all of it yet.
      }
    });
    void finished.then(({ stderr }) => reject(new Error(`assay serve ended: ${stderr}`)));
  });
  return {
    ...started,
    said: () => said,
    stop() {
      child.kill('SIGINT');
      return finished;
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for a path exactly as it is written. */
export function ask(
  { port }: Served,
  path: string,
  { method = 'GET', headers = {} }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Sends bytes and gives back all that comes until the server ends the connection. */
export function sendRaw({ port }: Served, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

export interface StreamEvent {
  readonly id: string;
  readonly name: string;
  readonly data: {
    readonly html: Readonly<Record<string, string>>;
    readonly data?: {
      readonly metric?: string | null;
      readonly trials?: readonly { readonly number: number; readonly state: string }[];
      readonly curves?: Readonly<
        Record<
          string,
          { readonly from: number; readonly epochs: number[]; readonly values: (number | null)[] }
        >
      >;
      readonly charts?: readonly { readonly id: string; readonly epochs: readonly number[] }[];
    };
  };
}

export interface EventStream {
  readonly events: readonly StreamEvent[];
  readonly status: number;
  /** Waits until an event is there for which it holds, of those that came since the stream was opened. */
  until(holds: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  close(): void;
}

/** Follows a stream of events. */
export function follow(
  { port }: Served,
  path: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      const events: StreamEvent[] = [];
      const waiting = new Set<() => void>();
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) {
          const fields = new Map(
            block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]),
          );
          if (!fields.has('event')) continue;
          events.push({
            id: fields.get('id')!,
            name: fields.get('event')!,
            data: JSON.parse(fields.get('data')!) as StreamEvent['data'],
          });
        }
        for (const look of waiting) look();
      });
      response.on('error', () => undefined);
      resolve({
        events,
        status: response.statusCode ?? 0,
        until(holds) {
          return new Promise((found, lost) => {
            const timer = setTimeout(() => {
              waiting.delete(look);
              lost(
                new Error(
                  `no such event among ${events.length}: ${JSON.stringify(events.at(-1) ?? null).slice(0, 2000)}`,
                ),
              );
            }, 45_000);
            const look = (): void => {
              const event = events.find(holds);
              if (event === undefined) return;
              clearTimeout(timer);
              waiting.delete(look);
              found(event);
            };
            waiting.add(look);
            look();
          });
        },
        close: () => asked.destroy(),
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** A sweep that this process records into a rig's project, trial by trial. */
export class RecordedByHand {
  readonly tracking: Tracking;
  readonly #recorder: SweepRecorder;
  readonly #name: string;
  readonly #folder: string;
  readonly #pid: number;
  readonly #sent = { trials: 0, points: 0 };

  /** @param pid of the process that it is recorded of; dead ones leave it interrupted. */
  constructor(rig: Rig, name = 'by-hand', trials = 4, pid = process.pid) {
    this.#pid = pid;
    this.#name = name;
    this.#folder = rig.folder;
    const opened = openTracking(join(rig.folder, 'runs'));
    if (!opened.ok) throw new Error(opened.problems[0]!.message);
    this.tracking = opened.value;
    this.#recorder = this.tracking.sweepRecorder({
      onProblem: ({ message }) => {
        throw new Error(message);
      },
    });
    this.send({
      type: 'sweep-started',
      resumed: false,
      header: {
        ...{
          name,
          experiment: 'by-hand',
          file: 'experiments/by-hand.yaml',
          seed: 7,
          sampler: 'random',
          scheduler: 'none',
        },
        objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
        ...{ trials, workers: 2, threads: 1, settings: {}, pid },
      },
    });
  }

  send(body: SweepEventBody): void {
    this.#recorder.listen({ ...body, sweep: this.#name, time: Date.now() });
  }

  /** Waits until all of it can be read: a few times a second it is written, and a server may be up before that. */
  async written(): Promise<void> {
    const reader = new Sqlite(join(this.#folder, 'runs/assay.sqlite'), { readonly: true });
    try {
      const counts = reader.prepare(
        'SELECT (SELECT count(*) FROM trials) AS trials, (SELECT count(*) FROM points) AS points',
      );
      await eventually(() => counts.get()).toEqual(this.#sent);
    } finally {
      reader.close();
    }
  }

  runOf(trial: number): string {
    return `${this.#name}-20261123-${String(trial).padStart(6, '0')}-3f9a`;
  }

  begin(trial: number, label = String(trial)): void {
    this.#sent.trials++;
    const run = this.runOf(trial);
    this.send({
      type: 'trial-proposed',
      trial: {
        ...{ number: trial, run, draw: trial, rejected: { infeasible: 0, repeated: 0 } },
        ...{
          assignments: { 'train.x': label === String(trial) ? trial : label },
          labels: { 'train.x': label },
          configuration: `c-${trial}`,
        },
      },
    });
    this.send({ type: 'trial-started', trial, attempt: 1, worker: 1 + (trial % 2) });
    const event = { runId: run, time: Date.now() };
    this.send({
      type: 'trial-run-event',
      trial,
      event: {
        ...event,
        type: 'run-started',
        run: {
          ...{
            id: run,
            experiment: 'by-hand',
            file: 'experiments/by-hand.yaml',
            seed: 7,
            engine: 'reference',
          },
          ...{
            config: { name: 'by-hand', stages: {} },
            versions: { assay: '0.1.0' },
            machine: {},
            pid: this.#pid,
          },
          stages: [
            { name: 'acquire', kind: 'acquire', needs: [] },
            { name: 'train', kind: 'train', needs: ['acquire'] },
          ],
        },
      },
    });
    this.send({
      type: 'trial-run-event',
      trial,
      event: {
        ...{
          ...event,
          type: 'stage-cached',
          stage: 'acquire',
          fingerprint: 'f',
          artifact: 'a',
          madeBy: 'earlier',
        },
        summary: {},
      },
    });
    this.send({
      type: 'trial-run-event',
      trial,
      event: { ...event, type: 'stage-started', stage: 'train', fingerprint: `f-${trial}`, why: [] },
    });
  }

  epoch(trial: number, epoch: number, value: number): void {
    const record = {
      epoch,
      step: 10 * epoch,
      metrics: { 'validation.accuracy': value, 'train.loss': 1 / epoch },
    };
    this.#sent.points += Object.keys(record.metrics).length;
    this.send({
      type: 'trial-run-event',
      trial,
      event: {
        ...{ runId: this.runOf(trial), time: Date.now(), type: 'stage-event', stage: 'train' },
        event: { type: 'epoch-ended', record, epochs: 4, seconds: 1 },
      },
    });
    // What tells the sweep of it is committed with it.
    this.send({ type: 'trial-reported', trial, epoch, value });
  }

  end(trial: number, state: 'done' | 'failed', value: number, epochs = 2): void {
    const problem = { code: 'stage-failed', message: '<b>bad</b> luck' };
    this.send({
      type: 'trial-run-event',
      trial,
      event: {
        ...{ runId: this.runOf(trial), time: Date.now(), type: 'run-ended', status: state, seconds: 1 },
        metrics: { 'validation.accuracy': value },
      },
    });
    this.send({
      ...{ type: 'trial-ended', trial, state, epochs, seconds: 1 },
      ...(state === 'done' ? { values: [value] } : { problem }),
    });
  }

  finish(): void {
    this.send({ type: 'sweep-ended', status: 'done', reason: 'trials', seconds: 1 });
  }

  close(): void {
    this.#recorder.close();
    this.tracking.close();
  }
}
