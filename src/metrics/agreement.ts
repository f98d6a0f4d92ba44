/** Single numbers for how well predictions agree with labels, all from the confusion matrix. */
import { matrixSums, ratio, type ConfusionMatrix } from './confusion-matrix.js';

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The share of images predicted right; 0 for none. */
export function accuracy(matrix: ConfusionMatrix): number {
  const { hits, total } = matrixSums(matrix);
  return ratio(sum(hits), total);
}

/**
 * The mean recall over the classes that occur (Brodersen et al., "The balanced accuracy and its posterior
 * distribution", 2010); a class without an image is left out of the mean.
 */
export function balancedAccuracy(matrix: ConfusionMatrix): number {
  const { hits, support } = matrixSums(matrix);
  let recalls = 0;
  let present = 0;
  support.forEach((images, c) => {
    if (images === 0) return;
    recalls += hits[c]! / images;
    present++;
  });
  return ratio(recalls, present);
}

/**
 * Matthews correlation for any number of classes, the R_K of Gorodkin ("Comparing two K-category assignments by a
 * K-category correlation coefficient", 2004): from -1 to 1, and 0 where labels or predictions hold one class only.
 */
export function matthewsCorrelation(matrix: ConfusionMatrix): number {
  const { hits, support, predicted, total } = matrixSums(matrix);
  let cross = 0;
  let labelSquares = 0;
  let predictedSquares = 0;
  for (let c = 0; c < matrix.classes; c++) {
    cross += support[c]! * predicted[c]!;
    labelSquares += support[c]! ** 2;
    predictedSquares += predicted[c]! ** 2;
  }
  const square = total ** 2;
  return ratio(sum(hits) * total - cross, Math.sqrt((square - labelSquares) * (square - predictedSquares)));
}

/**
 * Cohen's kappa ("A coefficient of agreement for nominal scales", 1960): agreement beyond what chance gives, 1 at most.
 * Undefined where chance alone agrees always (labels and predictions are all one and the same class).
 */
export function cohensKappa(matrix: ConfusionMatrix): number | undefined {
  const { hits, support, predicted, total } = matrixSums(matrix);
  let byChance = 0;
  for (let c = 0; c < matrix.classes; c++) byChance += support[c]! * predicted[c]!;
  // Both sides times total², so that everything stays a whole number up to the one division.
  const square = total ** 2;
  return square === byChance ? undefined : (sum(hits) * total - byChance) / (square - byChance);
}
