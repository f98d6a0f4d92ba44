/**
 * The artifact `dataset`: a data set as it was got, in two splits, and `dataset.json`. Written by `acquire`, read by
 * `preprocess`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, isJsonObject } from '../core/json.js';
import { expected, ProblemError } from '../core/problem.js';
import type { Dataset } from './dataset-source.js';
import { readLabelledImages, writeLabelledImages } from './labelled-images.js';

/** Writes the whole artifact into an empty folder. */
export function writeDataset(folder: string, name: string, { classes, train, test, source }: Dataset): void {
  writeLabelledImages(folder, 'train', train);
  writeLabelledImages(folder, 'test', test);
  const description = {
    name,
    classes,
    imageShape: train.shape,
    counts: { train: train.count, test: test.count },
    source,
  };
  writeFileSync(join(folder, 'dataset.json'), `${canonicalJson(description)}\n`);
}

/**
 * Reads the artifact; counts and shape are those of its arrays.
 * @throws {ProblemError} `bad-dataset`, `bad-npy` or `bad-labels` when the folder doesn't hold what docs/artifacts.md
 * says (a stage of one's own may have made it).
 */
export function readDataset(folder: string): Pick<Dataset, 'classes' | 'train' | 'test'> {
  let description: unknown;
  try {
    description = JSON.parse(readFileSync(join(folder, 'dataset.json'), 'utf8'));
  } catch (error) {
    throw new ProblemError({
      code: 'bad-dataset',
      message: `dataset.json can't be read: ${(error as Error).message}`,
    });
  }
  const classes = isJsonObject(description) ? description['classes'] : undefined;
  if (!Array.isArray(classes) || classes.length === 0 || classes.some((name) => typeof name !== 'string')) {
    throw new ProblemError({
      code: 'bad-dataset',
      message: expected('"classes" in dataset.json', 'a list of names', classes),
    });
  }
  const train = readLabelledImages(folder, 'train', classes.length);
  const test = readLabelledImages(folder, 'test', classes.length);
  if (train.shape.join() !== test.shape.join()) {
    throw new ProblemError({
      code: 'bad-dataset',
      message: expected(
        'test-images.npy',
        `images of ${train.shape.join('×')}, as train-images.npy`,
        test.shape.join('×'),
      ),
    });
  }
  return { classes: classes as string[], train, test };
}
