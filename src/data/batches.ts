/**
 * The batches of training by random access: the order of an epoch is a permutation drawn from the seed and the epoch,
 * and each image is distorted as it is handed out. Owns no image; decides nothing about how many epochs there are.
 */
import { permutation, RandomStream } from '../core/random.js';
import { Augmenter, type AugmentationSettings } from './augmentation.js';
import type { BatchSource, LabelledImages } from './image-batch.js';
import { imageBytes } from './labelled-images.js';

export interface BatchOptions {
  /** Images in a batch; the last one of an epoch holds what is left. */
  readonly batchSize: number;
  readonly seed: number;
  /** How images are distorted, or null to hand them out as they are. */
  readonly augmentation: AugmentationSettings | null;
}

/**
 * Batches of `images`, each image once in an epoch. Arrays of a batch are reused by the next call.
 * @throws {RangeError} for a batch size that is no whole number from 1 (a bug in the caller).
 */
export function createBatchSource(
  images: LabelledImages,
  { batchSize, seed, augmentation }: BatchOptions,
): BatchSource {
  if (!Number.isInteger(batchSize) || batchSize < 1) throw new RangeError(`no batch size: ${batchSize}`);
  const size = imageBytes(images.shape);
  const augmenter = augmentation === null ? undefined : new Augmenter(augmentation, images.shape, seed);
  const most = Math.min(batchSize, images.count);
  const pixels = new Uint8Array(most * size);
  const labels = new Int32Array(most);
  const stepsPerEpoch = Math.ceil(images.count / batchSize);
  // Steps come in order, so the permutation of one epoch is all that needs keeping.
  let orderEpoch = -1;
  let order: Uint32Array = new Uint32Array();

  return {
    stepsPerEpoch,
    batch(epoch, step) {
      if (step < 0 || step >= stepsPerEpoch)
        throw new RangeError(`no step ${step} in an epoch of ${stepsPerEpoch}`);
      if (epoch !== orderEpoch) {
        order = permutation(images.count, new RandomStream(seed, 'shuffle', epoch));
        orderEpoch = epoch;
      }
      const start = step * batchSize;
      const count = Math.min(batchSize, images.count - start);
      for (let i = 0; i < count; i++) {
        const index = order[start + i]!;
        labels[i] = images.labels[index]!;
        if (augmenter !== undefined)
          augmenter.distort(images.pixels, index * size, pixels, i * size, epoch, index);
        else pixels.set(images.pixels.subarray(index * size, (index + 1) * size), i * size);
      }
      const whole = count === most;
      return {
        count,
        shape: images.shape,
        pixels: whole ? pixels : pixels.subarray(0, count * size),
        labels: whole ? labels : labels.subarray(0, count),
      };
    },
  };
}
