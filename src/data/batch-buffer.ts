/**
 * The arrays in which a source hands out its batches, one batch after the other: a smaller one gets views of them. Owns
 * how large a batch and how long an epoch is; knows not which images are in it.
 */
import type { Batch, BatchArrays, ImageShape, TrainingImages } from './image-batch.js';
import { imageBytes } from './labelled-images.js';

export class BatchBuffer implements BatchArrays {
  readonly stepsPerEpoch: number;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly weights: Float32Array | undefined;
  readonly #shape: ImageShape;

  /** @throws {RangeError} for a batch size that is no whole number from 1 (a bug in the caller). */
  constructor({ count, shape, weights }: TrainingImages, batchSize: number) {
    if (!Number.isInteger(batchSize) || batchSize < 1) throw new RangeError(`no batch size: ${batchSize}`);
    const most = Math.min(batchSize, count);
    this.stepsPerEpoch = Math.ceil(count / batchSize);
    this.pixels = new Uint8Array(most * imageBytes(shape));
    this.labels = new Int32Array(most);
    this.weights = weights === undefined ? undefined : new Float32Array(most);
    this.#shape = shape;
  }

  /** @throws {RangeError} for a step that the epoch does not have (a bug in the caller). */
  check(step: number): void {
    if (step < 0 || step >= this.stepsPerEpoch)
      throw new RangeError(`no step ${step} in an epoch of ${this.stepsPerEpoch}`);
  }

  /** The first `count` images as a batch. */
  batch(count: number): Batch {
    const { pixels, labels, weights } = this;
    const shape = this.#shape;
    if (count === labels.length) return { count, shape, pixels, labels, weights };
    return {
      count,
      shape,
      pixels: pixels.subarray(0, count * imageBytes(shape)),
      labels: labels.subarray(0, count),
      weights: weights?.subarray(0, count),
    };
  }
}
