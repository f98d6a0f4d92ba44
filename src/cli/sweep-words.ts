/** Words and numbers that the live table, the plain lines and the summary of a sweep share. */
import { formatCount, formatSeconds } from '../core/format-units.js';
import type { TrialState } from '../core/sweep-events.js';
import type { SweepView } from './sweep-view.js';

/** Five significant digits, without those that say nothing: `0.9812`, `0.00031`, `12`. */
export function showMeasured(value: number): string {
  return String(Number(value.toPrecision(5)));
}

const stateOrder: readonly TrialState[] = [
  'done',
  'running',
  'paused',
  'pruned',
  'failed',
  'infeasible',
  'waiting',
];

/** `12 done, 2 running, 1 failed`; those of which there are none are left out. */
export function showCounts(count: (state: TrialState) => number): string {
  const parts = stateOrder
    .filter((state) => count(state) > 0)
    .map((state) => `${formatCount(count(state))} ${state}`);
  return parts.length === 0 ? 'no trials' : parts.join(', ');
}

/** `1 trial`, `24 trials`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Trials that ended, in this session, per second; nothing before the first. */
export function trialsPerSecond(view: SweepView, now: number): number | undefined {
  const seconds = (now - view.startedAt) / 1000;
  return view.ended === 0 || seconds <= 0 ? undefined : view.ended / seconds;
}

/** Their trials come back again and again; how often is known to nobody. */
const unforeseeable: readonly string[] = ['asha', 'hyperband'];

/** `about 5 min left`, as far as that can be known. */
export function showRemaining(view: SweepView, now: number): string | undefined {
  const rate = trialsPerSecond(view, now);
  const { trials: asked, scheduler = '' } = view.header ?? {};
  if (rate === undefined || asked === undefined || unforeseeable.includes(scheduler)) return undefined;
  const seconds = (asked - view.finished) / rate;
  return seconds > 0 ? `about ${formatSeconds(Math.max(1, seconds))} left` : undefined;
}
