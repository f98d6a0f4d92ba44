/** Picks the source of training batches for what has to be done to their images. Makes none itself. */
import type { BatchOptions, BatchSource } from './batch-source.js';
import type { LabelledImages } from './image-batch.js';
import { InProcessBatchSource } from './in-process-batch-source.js';
import { PrefetchingBatchSource } from './prefetching-batch-source.js';

/**
 * Batches of `images`, each image once in an epoch.
 * @throws {RangeError} for a batch size that is no whole number from 1 (a bug in the caller).
 */
export function createBatchSource(images: LabelledImages, options: BatchOptions): BatchSource {
  return options.augmentation === null
    ? new InProcessBatchSource(images, options)
    : new PrefetchingBatchSource(images, options);
}
