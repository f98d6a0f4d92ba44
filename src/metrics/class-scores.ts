/**
 * The shape in which classifiers' outputs reach the metrics: one score a class, image by image. Owns no metric; says
 * which class is predicted, and whether the scores are probabilities at all.
 */

/** Scores of `values.length / classes` images, row by row: image i's score for class c is `values[i * classes + c]`. */
export interface ClassScores {
  readonly values: Float32Array | Float64Array;
  /** At least 1. */
  readonly classes: number;
}

/** The class with the highest score of each image; of equal ones the lowest class, as numpy's argmax. */
export function predictedClasses({ values, classes }: ClassScores): Int32Array {
  const count = values.length / classes;
  const predicted = new Int32Array(count);
  for (let image = 0; image < count; image++) {
    const row = image * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[row + c]! > values[row + best]!) best = c;
    predicted[image] = best;
  }
  return predicted;
}

export interface BrokenRow {
  readonly image: number;
  readonly scores: readonly number[];
  /** `not-finite`: NaN or an infinity among them; `not-a-distribution`: finite, but no probabilities. */
  readonly fault: 'not-finite' | 'not-a-distribution';
}

/** How far a row's sum may lie from 1: float32 softmax over a thousand classes stays well inside. */
const sumTolerance = 1e-3;

/** The first image whose scores are not probabilities (finite, from 0 to 1, adding up to 1), or nothing. */
export function findBrokenRow({ values, classes }: ClassScores): BrokenRow | undefined {
  for (let row = 0; row < values.length; row += classes) {
    let sum = 0;
    let negative = false;
    for (let c = 0; c < classes; c++) {
      const score = values[row + c]!;
      sum += score;
      if (score < 0) negative = true;
    }
    // A sum is finite when all its members are; an overflow of finite scores is no distribution either way.
    if (!negative && Math.abs(sum - 1) <= sumTolerance) continue;
    const scores = Array.from(values.subarray(row, row + classes));
    const fault = scores.every(Number.isFinite) ? 'not-a-distribution' : 'not-finite';
    return { image: row / classes, scores, fault };
  }
  return undefined;
}
