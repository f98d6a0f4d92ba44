/** Accuracy that grants k guesses. */
import { ratio } from './confusion-matrix.js';
import type { ClassScores } from './class-scores.js';

/**
 * The share of images whose label is among the `k` classes of the highest scores. Of equal scores the lower class
 * stands first, as it does in the prediction itself; so top-1 is the accuracy.
 */
export function topKAccuracy(labels: Int32Array, { values, classes }: ClassScores, k: number): number {
  let hits = 0;
  for (let image = 0; image < labels.length; image++) {
    const row = image * classes;
    const label = labels[image]!;
    const own = values[row + label]!;
    let before = 0;
    for (let c = 0; c < classes; c++) {
      const score = values[row + c]!;
      if (score > own || (score === own && c < label)) before++;
    }
    if (before < k) hits++;
  }
  return ratio(hits, labels.length);
}
