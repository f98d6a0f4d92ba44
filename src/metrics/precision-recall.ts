/** Precision, recall and F1, of each class and averaged over classes. A ratio without a denominator is 0. */
import { matrixSums, ratio, type ConfusionMatrix } from './confusion-matrix.js';

export interface PrecisionRecall {
  /** Of the images predicted as this class, the share that is: TP / (TP + FP). */
  readonly precision: number;
  /** Of the images of this class, the share predicted as it: TP / (TP + FN). */
  readonly recall: number;
  /** Their harmonic mean, 2 TP / (2 TP + FP + FN) (van Rijsbergen, Information Retrieval, 1979). */
  readonly f1: number;
}

export interface ClassPrecisionRecall extends PrecisionRecall {
  /** Images of this class. */
  readonly support: number;
}

function score(hits: number, predicted: number, support: number): PrecisionRecall {
  return {
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, predicted + support),
  };
}

/** One entry a class, in order. */
export function precisionRecallPerClass(matrix: ConfusionMatrix): ClassPrecisionRecall[] {
  const { hits, support, predicted } = matrixSums(matrix);
  return Array.from(support, (images, c) => ({ ...score(hits[c]!, predicted[c]!, images), support: images }));
}

function mean(
  perClass: readonly ClassPrecisionRecall[],
  weight: (entry: ClassPrecisionRecall) => number,
): PrecisionRecall {
  const sums = { precision: 0, recall: 0, f1: 0, weight: 0 };
  for (const entry of perClass) {
    const w = weight(entry);
    sums.precision += w * entry.precision;
    sums.recall += w * entry.recall;
    sums.f1 += w * entry.f1;
    sums.weight += w;
  }
  return {
    precision: ratio(sums.precision, sums.weight),
    recall: ratio(sums.recall, sums.weight),
    f1: ratio(sums.f1, sums.weight),
  };
}

/** The plain mean over all classes, absent ones (with their zeros) included. */
export function macroAverage(perClass: readonly ClassPrecisionRecall[]): PrecisionRecall {
  return mean(perClass, () => 1);
}

/** The mean over classes, each weighted by its support. */
export function weightedAverage(perClass: readonly ClassPrecisionRecall[]): PrecisionRecall {
  return mean(perClass, ({ support }) => support);
}

/** From hits and misses summed over classes. With one label an image, all three equal the accuracy. */
export function microAverage(matrix: ConfusionMatrix): PrecisionRecall {
  const { hits, total } = matrixSums(matrix);
  return score(
    hits.reduce((sum, count) => sum + count, 0),
    total,
    total,
  );
}
