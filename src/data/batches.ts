/** Picks the source of training batches for what has to be done to their images. Makes none itself. */
import type { BatchOptions, BatchSource } from './batch-source.js';
import type { TrainingImages } from './image-batch.js';
import { InProcessBatchSource } from './in-process-batch-source.js';
import { imageBytes } from './labelled-images.js';
import { PrefetchingBatchSource } from './prefetching-batch-source.js';

/**
 * Batches smaller than this are distorted in less time than it takes to hand them from thread to thread: 50 µs, where a
 * thread has to be woken. Batches that are only shuffled always are: an image is copied in 0.2 µs.
 */
const leastBytesForThread = 10_000;

/**
 * Batches of `images`, each image once in an epoch.
 * @throws {RangeError} for a batch size that is no whole number from 1 (a bug in the caller).
 */
export function createBatchSource(images: TrainingImages, options: BatchOptions): BatchSource {
  const bytes = options.batchSize * imageBytes(images.shape);
  return options.augmentation === null || bytes < leastBytesForThread
    ? new InProcessBatchSource(images, options)
    : new PrefetchingBatchSource(images, options);
}
