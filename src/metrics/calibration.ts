/** How far confidence and accuracy lie apart. */
import { ratio } from './confusion-matrix.js';
import type { ClassScores } from './class-scores.js';

/** The images whose confidence lies in (from, to]. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence, the probability of the predicted class; 0 in an empty bin. */
  readonly confidence: number;
  /** Share predicted right; 0 in an empty bin. */
  readonly accuracy: number;
}

/** Bins of equal width over [0, 1] by the probability of the predicted class; each holds its upper edge. */
export function calibrationBins(
  labels: Int32Array,
  predictions: Int32Array,
  { values, classes }: ClassScores,
  bins: number,
): CalibrationBin[] {
  const counts = new Int32Array(bins);
  const confidences = new Float64Array(bins);
  const hits = new Int32Array(bins);
  for (let image = 0; image < labels.length; image++) {
    const confidence = values[image * classes + predictions[image]!]!;
    // Rounding of the product may miss the edge by one bin; the edges themselves decide.
    let bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    while (bin > 0 && confidence <= bin / bins) bin--;
    while (bin < bins - 1 && confidence > (bin + 1) / bins) bin++;
    counts[bin] = counts[bin]! + 1;
    confidences[bin] = confidences[bin]! + confidence;
    if (labels[image] === predictions[image]) hits[bin] = hits[bin]! + 1;
  }
  return Array.from(counts, (count, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    count,
    confidence: ratio(confidences[bin]!, count),
    accuracy: ratio(hits[bin]!, count),
  }));
}

/**
 * Expected calibration error (Guo et al., "On calibration of modern neural networks", 2017): the mean distance of a
 * bin's accuracy from its confidence, weighted by its count.
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  let sum = 0;
  let total = 0;
  for (const { count, confidence, accuracy } of bins) {
    sum += count * Math.abs(accuracy - confidence);
    total += count;
  }
  return ratio(sum, total);
}
