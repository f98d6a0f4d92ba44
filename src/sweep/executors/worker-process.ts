/**
 * One worker process as its parent sees it: started, spoken to, listened to, watched, killed. Owns the process and what
 * is known of how it is; which jobs it does is `process-executor.ts`'s.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { heartbeatDescriptor, readHeartbeat, type FromWorker, type ToWorker } from './messages.js';
import { OutputTail } from './output-tail.js';
import type { KillReason, WorkerEnd } from './worker-end.js';

export interface WorkerOptions {
  /** The built program to run; it calls `serveTrials`. */
  readonly program: string;
  readonly setup: unknown;
  readonly niceness: number;
}

/** How long each sign of life may be missing. */
export interface Patience {
  readonly stoppedSeconds: number;
  readonly blockedSeconds: number;
}

export interface WorkerListener {
  message(message: FromWorker): void;
  /** A heartbeat came, so its memory is known anew. */
  beat(): void;
  /** Once. What it said before has been told. */
  gone(end: WorkerEnd): void;
}

/** Its output may be held open by what its stages started. */
const outputMilliseconds = 300;

export class WorkerProcess {
  readonly pid: number | undefined;
  /** Resident memory in bytes, as last heard of. */
  memory: number | undefined;
  readonly #child: ChildProcess;
  readonly #output = new OutputTail();
  readonly #listener: WorkerListener;
  #killed: KillReason | undefined;
  #lastBeat = performance.now();
  #lastTurn = performance.now();
  #isGone = false;

  constructor({ program, setup, niceness }: WorkerOptions, listener: WorkerListener) {
    this.#listener = listener;
    const child = fork(program, [], {
      serialization: 'advanced',
      execArgv: [],
      // A process group of its own: Ctrl-C does not reach it, and it can be killed with all that it starts.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    });
    this.#child = child;
    this.pid = child.pid;
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => this.#output.add(text));
    const beats = createInterface({ input: child.stdio[heartbeatDescriptor] as Readable });
    beats.on('line', (line) => this.#hear(line)).on('error', () => undefined);
    child.on('message', (message) => listener.message(message as FromWorker));
    child.on('error', (error) => {
      this.#output.add(`${error.message}\n`);
      // Without a pid it never was, and no exit will be told.
      if (child.pid === undefined) this.#end(null, null);
    });
    child.on('exit', (code, signal) => this.#drain(code, signal));
    this.send({ type: 'open', setup, niceness });
  }

  get output(): string {
    return this.#output.text;
  }

  /** What was printed before is another trial's. */
  forgetOutput(): void {
    this.#output.clear();
  }

  send(message: ToWorker): void {
    // To one that just died nothing need be said any more: its end will be told.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Judges from the last signs of life. `grace`: we ourselves stood still, so nothing could be heard. */
  findHang({ stoppedSeconds, blockedSeconds }: Patience, grace: boolean): KillReason | undefined {
    const now = performance.now();
    if (grace) this.#lastBeat = this.#lastTurn = now;
    if (now - this.#lastBeat > stoppedSeconds * 1000) return { because: 'stopped', seconds: stoppedSeconds };
    if (now - this.#lastTurn > blockedSeconds * 1000) return { because: 'blocked', seconds: blockedSeconds };
    return undefined;
  }

  terminate(): void {
    if (!this.#isGone) this.#child.kill('SIGTERM');
  }

  /** With all that it started. */
  kill(reason?: KillReason): void {
    this.#killed ??= reason;
    this.#killGroup();
  }

  #killGroup(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The group is empty, or groups are unknown here.
      if (!this.#isGone) this.#child.kill('SIGKILL');
    }
  }

  #hear(line: string): void {
    const heard = readHeartbeat(line);
    if (heard === undefined) return;
    this.#lastBeat = performance.now();
    if (heard.turned) this.#lastTurn = this.#lastBeat;
    this.memory = heard.memory;
    this.#listener.beat();
  }

  /** Its last words may still be in the pipes. */
  #drain(code: number | null, signal: NodeJS.Signals | null): void {
    // What its stages started dies with it.
    this.#killGroup();
    const end = (): void => this.#end(code, signal);
    this.#child.once('close', end);
    setTimeout(end, outputMilliseconds);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.#child.connected) this.#child.disconnect();
    for (const stream of this.#child.stdio) stream?.destroy();
    this.#listener.gone({ code, signal, output: this.#output.text, killed: this.#killed });
  }
}
