/**
 * What a sweep and its worker processes say to one another: all that the two share. Plain data, sent by Node's IPC with
 * `serialization: 'advanced'`. A job's number is the parent's and unique; it tells attempts of one trial apart.
 */
import type { EpochRecord, RunEvent } from '../../core/events.js';
import type { Problem } from '../../core/problem.js';
import type { Verdict } from '../schedulers/scheduler.js';
import type { JobOutcome, TrialJob } from './executor.js';

export type ToWorker =
  /** The first: what the worker is to make its trial runner of. */
  | { readonly type: 'open'; readonly setup: unknown; readonly niceness: number }
  /** Begun when the one before it has ended. */
  | { readonly type: 'job'; readonly number: number; readonly job: TrialJob }
  | { readonly type: 'verdict'; readonly number: number; readonly verdict: Verdict }
  /** A job that has not begun is given back; of one that has, nothing comes of this. */
  | { readonly type: 'withdraw'; readonly number: number }
  /** Stop in order. */
  | { readonly type: 'cancel'; readonly number: number }
  /** End, once the job under way has ended. */
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready' }
  /** It can't be opened, and trying again would not help. */
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  | { readonly type: 'begun'; readonly number: number }
  | { readonly type: 'events'; readonly number: number; readonly events: readonly RunEvent[] }
  /** Training waits for the verdict. */
  | { readonly type: 'question'; readonly number: number; readonly record: EpochRecord }
  | { readonly type: 'withdrawn'; readonly number: number }
  | { readonly type: 'ended'; readonly number: number; readonly outcome: JobOutcome };

/** The file descriptor on which a worker's watchdog tells that it lives, a line each time. */
export const heartbeatDescriptor = 4;
export const heartbeatMilliseconds = 250;

/** One heartbeat: whether the main thread's event loop turned since the last one, and the resident memory in bytes. */
export interface Heartbeat {
  readonly turned: boolean;
  readonly memory: number;
}

export function writeHeartbeat({ turned, memory }: Heartbeat): string {
  return `${turned ? 1 : 0} ${memory}\n`;
}

export function readHeartbeat(line: string): Heartbeat | undefined {
  const [, turned, memory] = /^([01]) (\d+)$/.exec(line) ?? [];
  return turned === undefined ? undefined : { turned: turned === '1', memory: Number(memory) };
}
