/**
 * How far training has come, as plain data that JSON holds: what a checkpoint stores beside weights and slots. Owns the
 * sums of the epoch under way and the history; counts nothing itself but what it is told.
 */
import type { EpochRecord, Metrics } from '../../core/events.js';
import type { BatchResult } from '../../engine/engine.js';
import { watchStart, type WatchState } from './early-stopping.js';

export interface TrainingProgress {
  readonly epochs: readonly EpochRecord[];
  /** Wall seconds of each finished epoch, and of the one under way. Told to people; no number depends on them. */
  readonly epochSeconds: readonly number[];
  readonly seconds: number;
  /** Steps done of the epoch under way, and their sums. */
  readonly stepsOfEpoch: number;
  readonly sums: BatchResult;
  readonly watch: WatchState;
}

export const noSums: BatchResult = { lossSum: 0, correct: 0, count: 0 };

export const progressStart: TrainingProgress = {
  epochs: [],
  epochSeconds: [],
  seconds: 0,
  stepsOfEpoch: 0,
  sums: noSums,
  watch: watchStart,
};

export function addSums(a: BatchResult, b: BatchResult): BatchResult {
  return { lossSum: a.lossSum + b.lossSum, correct: a.correct + b.correct, count: a.count + b.count };
}

/** `<split>.loss` and `<split>.accuracy`: means over the images. */
export function meansOf(split: 'train' | 'validation', { lossSum, correct, count }: BatchResult): Metrics {
  return { [`${split}.loss`]: lossSum / count, [`${split}.accuracy`]: correct / count };
}
