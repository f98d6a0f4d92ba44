/**
 * The contract of a source of batches: which images, in which order and how distorted depends on the seed, the epoch and
 * the step alone, so training may begin again anywhere and draw what it would have drawn. One strategy per file:
 * `in-process-batch-source.ts`, `prefetching-batch-source.ts`; `batches.ts` picks one.
 */
import type { AugmentationSettings } from './augmentation.js';
import type { Batch } from './image-batch.js';

export interface BatchSource {
  readonly stepsPerEpoch: number;
  /**
   * Epochs and steps are counted from 0. Any may be asked for; those that follow one another come fastest. The arrays
   * are reused by the next call, and calls must not overlap.
   * @throws {RangeError} for a step that the epoch does not have (a bug in the caller).
   * @throws {ProblemError} `batch-thread-failed` when what makes the batches died.
   */
  batch(epoch: number, step: number): Promise<Batch>;
  /** Gives back threads and memory. No batch may be asked for any more. */
  close(): Promise<void>;
}

export interface BatchOptions {
  /** Images in a batch; the last one of an epoch holds what is left. A whole number from 1. */
  readonly batchSize: number;
  readonly seed: number;
  /** How images are distorted, or null to hand them out as they are. */
  readonly augmentation: AugmentationSettings | null;
}
