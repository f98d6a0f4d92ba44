/** Why a sweep is over, now that nothing runs any more: a pure function of its trials and of what stopped it. */
import type { Problem } from '../core/problem.js';
import type { SweepEndReason } from '../core/sweep-events.js';
import type { SweepOutcome } from './sweep-parts.js';
import type { TrialBook } from './trial-book.js';

export interface Circumstances {
  /** How many were asked for. */
  readonly trials: number | undefined;
  /** Why nothing more can be proposed. */
  readonly exhausted: Problem | undefined;
  /** What stopped it before it was done. */
  readonly ending: SweepEndReason | undefined;
}

export function concludeSweep(
  book: TrialBook,
  { trials, exhausted, ending }: Circumstances,
): Pick<SweepOutcome, 'status' | 'reason' | 'problem'> {
  const short = trials === undefined || book.counted < trials;
  const left = book.count('waiting') + book.count('running') + book.count('paused');
  // A budget that is used up cuts nothing short where nothing is left to do.
  const cutShort = short || left > 0 || ending === 'interrupted' || ending === 'fail-fast';
  const whole = exhausted !== undefined && short ? 'exhausted' : 'trials';
  const reason = (cutShort ? ending : undefined) ?? whole;
  // That a space of which everything was asked for comes to its end is no problem.
  const unexpected = reason === 'exhausted' && (trials !== undefined || book.counted === 0);
  return {
    status: reason === 'interrupted' ? 'interrupted' : reason === 'fail-fast' ? 'failed' : 'done',
    reason,
    problem: unexpected ? exhausted : undefined,
  };
}
