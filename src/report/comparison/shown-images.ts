/** Which test images a comparison shows, and reading them: those that every one of the best gets wrong, and those that they disagree on. */
import { join } from 'node:path';
import { readNpyOf } from '../../data/npy.js';
import type { ComparedRun, ShownImages } from './compared-run.js';
import { readOrNothing, type JudgedImages, type OpenArtifact } from './gather-details.js';

/** At most so many that all get wrong. */
const mostOfAllWrong = 48;
/** Of a pair of runs, so many that the one gets right and the other wrong, each way round. */
const ofEachPair = 12;
/** The best is paired with so many of the next. */
const pairedRuns = 5;
/** In all; 28×28 grey pixels each are 120 kB before they are packed. */
const most = 160;

/**
 * Indices of test images, rising: first what all get wrong, then what tells the best from each of the next, then what
 * splits the runs most evenly.
 * @param predicted the class predicted for each image by each run, the best first
 */
export function chooseImages(predicted: readonly (readonly number[])[], labels: readonly number[]): number[] {
  const wrong = labels.map((label, image) => predicted.filter((classes) => classes[image] !== label).length);
  const chosen = new Set<number>();
  const take = (images: readonly number[], count: number): void => {
    for (const image of images.slice(0, count)) if (chosen.size < most) chosen.add(image);
  };
  const images = labels.map((_, image) => image);
  const splits = images.filter((image) => wrong[image]! > 0 && wrong[image]! < predicted.length);
  if (predicted.length > 0)
    take(
      images.filter((image) => wrong[image] === predicted.length),
      mostOfAllWrong,
    );
  const [best, ...others] = predicted;
  for (const other of others.slice(0, pairedRuns)) {
    const isRight = (classes: readonly number[], image: number): boolean => classes[image] === labels[image];
    take(
      splits.filter((image) => isRight(best!, image) && !isRight(other, image)),
      ofEachPair,
    );
    take(
      splits.filter((image) => !isRight(best!, image) && isRight(other, image)),
      ofEachPair,
    );
  }
  const evenness = (image: number): number => wrong[image]! * (predicted.length - wrong[image]!);
  take(
    splits.toSorted((a, b) => evenness(b) - evenness(a)),
    most,
  );
  return [...chosen].sort((a, b) => a - b);
}

/**
 * The images for runs that were judged on those of the best; undefined where no run has predictions. Where the prepared
 * data is gone, there are labels and no images.
 */
export async function readShownImages(
  runs: readonly ComparedRun[],
  judged: JudgedImages | undefined,
  open: OpenArtifact,
): Promise<ShownImages | undefined> {
  if (judged === undefined) return undefined;
  const { data, labels, split, stage } = judged;
  const predicted = runs.flatMap(({ details }) => {
    const evaluation = details?.evaluation;
    return evaluation?.data === data && evaluation.predicted.length === labels.length
      ? [evaluation.predicted]
      : [];
  });
  const none: ShownImages = { data, labels, shape: [0, 0, 1], images: [] };
  const { fingerprint, artifact } = stage;
  if (fingerprint === null || artifact === null) return none;
  const folder = await open(fingerprint, artifact);
  if (folder === undefined) return none;
  const array = readOrNothing(() => readNpyOf(join(folder, `${split}-images.npy`), 'uint8', 4));
  if (array === undefined || array.shape[0] !== labels.length) return none;
  const [, height, width, channels] = array.shape as [number, number, number, number];
  const size = height * width * channels;
  return {
    ...{ data, labels, shape: [height, width, channels] },
    images: chooseImages(predicted, labels).map((index) => ({
      index,
      pixels: array.values.slice(index * size, (index + 1) * size),
    })),
  };
}
