/**
 * A thread in every worker process, so that it goes on whatever the main thread is busy with. It tells the parent that
 * the process lives, whether the main thread's event loop still turns, and its memory; and when the parent is gone, it
 * ends the process with all that it started. Runs until the process ends. Started by `worker-main.ts`, imported by nobody.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { heartbeatDescriptor, heartbeatMilliseconds, writeHeartbeat } from './messages.js';

export interface WatchdogData {
  readonly parent: number;
  /** Counted up by the main thread in turns of its event loop. */
  readonly turns: Int32Array<SharedArrayBuffer>;
}

const { parent, turns } = workerData as WatchdogData;
let seen = -1;

function endAll(): void {
  try {
    // A worker leads a process group of its own, so this takes what its stages started as well.
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}

function beat(): void {
  if (process.ppid !== parent) endAll();
  const now = Atomics.load(turns, 0);
  const line = writeHeartbeat({ turned: now !== seen, memory: process.memoryUsage.rss() });
  seen = now;
  try {
    writeSync(heartbeatDescriptor, line);
  } catch (error) {
    // Full, because the parent is stopped: it will see others. Closed, because it is gone: it ends here.
    if ((error as { code?: unknown }).code === 'EPIPE') endAll();
  }
}

beat();
setInterval(beat, heartbeatMilliseconds);
