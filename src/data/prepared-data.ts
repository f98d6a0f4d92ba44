/**
 * The artifact `prepared-data`: three splits of labelled images and `preparation.json`, which says how they were made
 * and how they enter a network, and weights of the training images where a stage of one's own gave them some. Written by
 * `preprocess`, read by `train` and `evaluate`. Makes no decision itself.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, isJsonObject } from '../core/json.js';
import { expected, ProblemError } from '../core/problem.js';
import type { AugmentationSettings } from './augmentation.js';
import type { ImageShape, InputScaling, LabelledImages, TrainingImages } from './image-batch.js';
import { readNpyOf, writeNpy } from './npy.js';
import { readLabelledImages, writeLabelledImages, type SplitName } from './labelled-images.js';

export const splitNames = ['train', 'validation', 'test'] as const satisfies readonly SplitName[];

/** `preparation.json`. */
export interface Preparation {
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  readonly imageShape: ImageShape;
  readonly counts: Readonly<Record<SplitName, number>>;
  /** Images by class, in the order of `classes`. */
  readonly classCounts: Readonly<Record<SplitName, readonly number[]>>;
  /** Input x = pixel * scale + offset; `kind` is the setting that it came from. */
  readonly scaling: InputScaling & { readonly kind: 'unit' | 'standard' };
  /** How training images are distorted, or null. */
  readonly augmentation: AugmentationSettings | null;
}

/** The splits that were asked for, and the preparation. */
export type PreparedData<Split extends SplitName = SplitName> = {
  readonly [Name in Split]: Name extends 'train' ? TrainingImages : LabelledImages;
} & { readonly preparation: Preparation };

const weightsFile = 'train-weights.npy';

/** Writes the whole artifact into an empty folder; a file of weights where the training images have some. */
export function writePreparedData(folder: string, data: PreparedData): void {
  for (const split of splitNames) writeLabelledImages(folder, split, data[split]);
  const { weights } = data.train;
  if (weights !== undefined) writeNpy(join(folder, weightsFile), [weights.length], weights);
  writeFileSync(join(folder, 'preparation.json'), `${canonicalJson(data.preparation)}\n`);
}

/**
 * Reads `preparation.json` and the splits named (all three by default); only these take memory.
 * @param shared the split whose images are read into memory that other threads can be given.
 * @throws {ProblemError} `bad-prepared-data`, `bad-npy` or `bad-labels` when the folder doesn't hold what
 * docs/artifacts.md says (a stage of one's own may have made it).
 */
export function loadPreparedData<Split extends SplitName = SplitName>(
  folder: string,
  splits: readonly Split[] = splitNames as unknown as readonly Split[],
  shared?: Split,
): Promise<PreparedData<Split>> {
  // A promise, though reading is synchronous today: callers stay as they are when it moves off this thread.
  return Promise.resolve().then(() => {
    const preparation = readPreparation(folder);
    const loaded = splits.map((split) => {
      const images = readLabelledImages(folder, split, preparation.classes.length, split === shared);
      const found = [images.count, ...images.shape];
      const declared = [preparation.counts[split], ...preparation.imageShape];
      if (found.join() !== declared.join()) {
        refuse(
          `${split}-images.npy`,
          `of shape (${declared.join(', ')}) as preparation.json says`,
          `(${found.join(', ')})`,
        );
      }
      return [split, split === 'train' ? withWeights(folder, images) : images] as const;
    });
    return { ...Object.fromEntries(loaded), preparation } as PreparedData<Split>;
  });
}

/** @throws {ProblemError} `bad-prepared-data` when the weights are not one for each image, each finite and from 0. */
function withWeights(folder: string, images: LabelledImages): TrainingImages {
  const path = join(folder, weightsFile);
  if (!existsSync(path)) return images;
  const weights = readNpyOf(path, 'float32', 1).values;
  if (weights.length !== images.count)
    refuse(weightsFile, `one weight for each of ${images.count} images`, weights.length);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong !== -1) refuse(`${weightsFile}[${wrong}]`, 'a finite number from 0', weights[wrong]);
  return { ...images, weights };
}

function refuse(what: string, rule: string, got: unknown): never {
  throw new ProblemError({ code: 'bad-prepared-data', message: expected(what, rule, got) });
}

function readPreparation(folder: string): Preparation {
  const name = 'preparation.json';
  let value: Partial<Record<keyof Preparation, unknown>> | null;
  try {
    value = JSON.parse(readFileSync(join(folder, name), 'utf8')) as typeof value;
  } catch (error) {
    throw new ProblemError({
      code: 'bad-prepared-data',
      message: `${name} can't be read: ${(error as Error).message}`,
    });
  }
  const { classes, imageShape, counts, scaling } = value ?? {};
  if (!Array.isArray(classes) || classes.length === 0)
    refuse(`"classes" in ${name}`, 'a list of names', classes);
  if (!Array.isArray(imageShape) || imageShape.length !== 3) {
    refuse(`"imageShape" in ${name}`, '[height, width, channels]', imageShape);
  }
  if (!holdsNumbers(counts, splitNames)) refuse(`"counts" in ${name}`, 'a number for each split', counts);
  if (!holdsNumbers(scaling, ['scale', 'offset']))
    refuse(`"scaling" in ${name}`, '{ kind, scale, offset }', scaling);
  return value as unknown as Preparation;
}

function holdsNumbers(value: unknown, keys: readonly string[]): boolean {
  return isJsonObject(value) && keys.every((key) => typeof value[key] === 'number');
}
