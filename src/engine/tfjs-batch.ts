/**
 * Images and labels as tensors: pixels scaled on their way in, labels one-hot and smoothed. Makes tensors and keeps
 * none: the caller tidies.
 */
import type { Batch, InputScaling, LabelledImages } from '../data/image-batch.js';
import { imageBytes } from '../data/labelled-images.js';
import { tf } from '../models/tfjs.js';

/** What each of the 256 bytes becomes: pixel * scale + offset in double precision, rounded to float32 once. */
export function scalingTable({ scale, offset }: InputScaling): Float32Array {
  return Float32Array.from({ length: 256 }, (_, pixel) => pixel * scale + offset);
}

/** [count, height, width, channels] from the bytes. */
export function inputTensor(batch: Batch, table: Float32Array): tf.Tensor4D {
  const { pixels } = batch;
  const length = batch.count * imageBytes(batch.shape);
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = table[pixels[i]!]!;
  return tf.tensor4d(values, [batch.count, ...batch.shape]);
}

/** [count, classes]: 1 - s + s/k at the label and s/k elsewhere, for smoothing s over k classes. */
export function labelTensor({ labels, count }: Batch, classes: number, smoothing: number): tf.Tensor2D {
  const values = new Float32Array(count * classes).fill(smoothing / classes);
  const atLabel = 1 - smoothing + smoothing / classes;
  for (let i = 0; i < count; i++) values[i * classes + labels[i]!] = atLabel;
  return tf.tensor2d(values, [count, classes]);
}

/** How many rows have their highest number at the label; of equal ones the lowest class counts. */
export function countHits(scores: ArrayLike<number>, labels: Int32Array, classes: number): number {
  let hits = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[row + c]! > scores[row + best]!) best = c;
    if (best === labels[i]) hits++;
  }
  return hits;
}

/** Views of `images`, `batchSize` at a time, the last with what is left. */
export function* slices(images: LabelledImages, batchSize: number): Generator<Batch> {
  const size = imageBytes(images.shape);
  for (let from = 0; from < images.count; from += batchSize) {
    const to = Math.min(images.count, from + batchSize);
    yield {
      count: to - from,
      shape: images.shape,
      pixels: images.pixels.subarray(from * size, to * size),
      labels: images.labels.subarray(from, to),
    };
  }
}
