/**
 * Labelled images on disk: `<split>-images.npy` and `<split>-labels.npy` in an artifact's folder, and picking some out
 * of many. Knows nothing of what the splits are for.
 */
import { join } from 'node:path';
import { expected, ProblemError } from '../core/problem.js';
import type { ImageShape, LabelledImages } from './image-batch.js';
import { readNpyOf, writeNpy } from './npy.js';

export type SplitName = 'train' | 'validation' | 'test';

/** Bytes of one image: height × width × channels. */
export function imageBytes([height, width, channels]: ImageShape): number {
  return height * width * channels;
}

/** Writes the two files of a split. */
export function writeLabelledImages(folder: string, split: SplitName, images: LabelledImages): void {
  writeNpy(join(folder, `${split}-images.npy`), [images.count, ...images.shape], images.pixels);
  writeNpy(join(folder, `${split}-labels.npy`), [images.count], images.labels);
}

/**
 * Reads the two files of a split.
 * @param shared whether the images are to lie in memory that other threads can be given.
 * @throws {ProblemError} `bad-npy` for a broken file; `bad-labels` when labels are not one for each image, each from 0
 * to `classes` - 1.
 */
export function readLabelledImages(
  folder: string,
  split: SplitName,
  classes: number,
  shared = false,
): LabelledImages {
  const images = readNpyOf(join(folder, `${split}-images.npy`), 'uint8', 4, shared);
  const labels = readNpyOf(join(folder, `${split}-labels.npy`), 'int32', 1);
  const [count, height, width, channels] = images.shape as [number, number, number, number];
  const name = `${split}-labels.npy`;
  if (labels.values.length !== count) {
    throw new ProblemError({
      code: 'bad-labels',
      message: expected(name, `one label for each of ${count} images`, labels.values.length),
    });
  }
  checkLabels(name, labels.values, classes);
  return { count, shape: [height, width, channels], pixels: images.values, labels: labels.values };
}

/** @throws {ProblemError} `bad-labels` for the first label that is none of the classes. */
function checkLabels(name: string, labels: Int32Array, classes: number): void {
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong === -1) return;
  throw new ProblemError({
    code: 'bad-labels',
    message: expected(`${name}[${wrong}]`, `a class from 0 to ${classes - 1}`, labels[wrong]),
  });
}

/** The images at the given places, copied, in that order. */
export function pick(images: LabelledImages, indices: Uint32Array): LabelledImages {
  const size = imageBytes(images.shape);
  const pixels = new Uint8Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    pixels.set(images.pixels.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = images.labels[from]!;
  }
  return { count: indices.length, shape: images.shape, pixels, labels };
}

/** How many images each class has, in the order of classes. */
export function countClasses(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
