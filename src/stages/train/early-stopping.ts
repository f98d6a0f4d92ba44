/**
 * Which epoch was the best, and whether training has gone on without a better one for too long. A state and a pure
 * function from one epoch to the next, so that it can be stored; keeps no weights.
 */
import type { EpochRecord } from '../../core/events.js';

/** What is watched, and how patiently. */
export interface Watch {
  /** A key of an epoch's metrics; one that ends in `accuracy` is better higher, any other lower. */
  readonly metric: string;
  /** Epochs without a better value that end training; absent: it is never ended. */
  readonly patience?: number;
  readonly minDelta: number;
}

export interface WatchState {
  /** The best epoch so far; 0 before the first. */
  readonly bestEpoch: number;
  readonly bestValue: number | null;
  readonly epochsWithout: number;
  readonly stopped: boolean;
}

export const watchStart: WatchState = { bestEpoch: 0, bestValue: null, epochsWithout: 0, stopped: false };

export function watchEpoch(state: WatchState, { epoch, metrics }: EpochRecord, watch: Watch): WatchState {
  const value = metrics[watch.metric]!;
  const gain = watch.metric.endsWith('accuracy') ? 1 : -1;
  if (state.bestValue === null || (value - state.bestValue) * gain > watch.minDelta) {
    return { bestEpoch: epoch, bestValue: value, epochsWithout: 0, stopped: false };
  }
  const epochsWithout = state.epochsWithout + 1;
  return {
    ...state,
    epochsWithout,
    stopped: watch.patience !== undefined && epochsWithout >= watch.patience,
  };
}
