/**
 * The life of a worker process: opens a trial runner as told, runs jobs until it is closed, and does not outlive its
 * parent. Of the parent's code it knows `messages.ts` alone; what a trial needs is put together by who calls `serveTrials`.
 */
import { Worker } from 'node:worker_threads';
import { lowerPriority } from '../../core/lower-priority.js';
import type { Result } from '../../core/problem.js';
import type { TrialRunner } from './executor.js';
import { JobQueue } from './job-queue.js';
import type { FromWorker, ToWorker } from './messages.js';
import { describe } from './run-job.js';
import type { WatchdogData } from './watchdog.js';

export interface WorkerParts {
  /** From what the parent sent; its type is a matter between the two who wired it. */
  readonly open: (setup: unknown) => Promise<Result<TrialRunner>>;
  /** The built `watchdog.ts`. */
  readonly watchdog: URL;
}

const turnMilliseconds = 100;

export function serveTrials({ open, watchdog }: WorkerParts): void {
  let runner: TrialRunner | undefined;
  let queue: JobQueue | undefined;
  watch(watchdog);

  const end = async (): Promise<void> => {
    await queue?.stop();
    await runner?.close();
    process.disconnect();
    process.exit(0);
  };
  process.on('disconnect', endAll);
  // Ctrl-C is the parent's to act upon; it will say what is to become of us.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void end());

  const start = async (setup: unknown, niceness: number): Promise<void> => {
    lowerPriority(niceness);
    const opened = await open(setup);
    if (!opened.ok) {
      send({ type: 'refused', problems: opened.problems });
      return;
    }
    runner = opened.value;
    queue = new JobQueue(runner, send);
    send({ type: 'ready' });
  };
  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'open':
        void start(message.setup, message.niceness);
        break;
      case 'job':
        queue?.add(message.number, message.job);
        break;
      case 'verdict':
        queue?.answer(message.number, message.verdict);
        break;
      case 'withdraw':
        queue?.withdraw(message.number);
        break;
      case 'cancel':
        queue?.cancel(message.number);
        break;
      case 'close':
        void end();
        break;
    }
  });
}

function watch(watchdog: URL): void {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WatchdogData = { parent: process.ppid, turns };
  new Worker(watchdog, { workerData, execArgv: [], name: 'assay-watchdog' }).unref();
  setInterval(() => Atomics.add(turns, 0, 1), turnMilliseconds).unref();
}

/** The parent is gone without a word: this process ends with all that its stages started. */
function endAll(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(1);
  }
}

/** A stage may have put what no message can carry (a function among its metrics) where data should be. */
function send(message: FromWorker): void {
  try {
    process.send?.(message);
  } catch (error) {
    process.send?.(plain(message, error));
  }
}

function plain(message: FromWorker, error: unknown): FromWorker {
  try {
    return JSON.parse(JSON.stringify(message)) as FromWorker;
  } catch {
    if (message.type !== 'ended') return { type: 'events', number: -1, events: [] };
    const problem = {
      code: 'trial-not-sendable',
      message: `expected what a trial yields to be plain data, got what can't be sent to another process: ${describe(error)}`,
      fix: 'let the stage return numbers and text only',
    };
    const outcome = { status: 'failed', stage: undefined, kind: undefined, problems: [problem] } as const;
    return { ...message, outcome };
  }
}
