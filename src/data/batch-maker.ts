/**
 * Makes one batch in memory that is handed to it: the order of an epoch is a permutation drawn from the seed and the
 * epoch, and each image is distorted as it is copied. What every source of batches does in the end, on whichever thread.
 * Owns no image; decides nothing about when a batch is made.
 */
import { permutation, RandomStream } from '../core/random.js';
import { Augmenter } from './augmentation.js';
import type { BatchOptions } from './batch-source.js';
import type { BatchArrays, TrainingImages } from './image-batch.js';
import { imageBytes } from './labelled-images.js';

export class BatchMaker {
  readonly #images: TrainingImages;
  readonly #options: BatchOptions;
  readonly #augmenter: Augmenter | undefined;
  // Steps come in order, so the permutation of one epoch is all that needs keeping.
  #orderEpoch = -1;
  #order: Uint32Array = new Uint32Array();

  constructor(images: TrainingImages, options: BatchOptions) {
    this.#images = images;
    this.#options = options;
    const { augmentation, seed } = options;
    this.#augmenter = augmentation === null ? undefined : new Augmenter(augmentation, images.shape, seed);
  }

  /** Fills the arrays from their beginning; how many images there were. */
  fill(epoch: number, step: number, { pixels, labels, weights }: BatchArrays): number {
    const { batchSize, seed } = this.#options;
    const images = this.#images;
    if (epoch !== this.#orderEpoch) {
      this.#order = permutation(images.count, new RandomStream(seed, 'shuffle', epoch));
      this.#orderEpoch = epoch;
    }
    const size = imageBytes(images.shape);
    const start = step * batchSize;
    const count = Math.min(batchSize, images.count - start);
    for (let i = 0; i < count; i++) {
      const index = this.#order[start + i]!;
      labels[i] = images.labels[index]!;
      if (weights !== undefined) weights[i] = images.weights![index]!;
      if (this.#augmenter !== undefined)
        this.#augmenter.distort(images.pixels, index * size, pixels, i * size, epoch, index);
      else pixels.set(images.pixels.subarray(index * size, (index + 1) * size), i * size);
    }
    return count;
  }
}
