/** The confusion matrix and the sums that the metrics of hard predictions are made of. */

/** Counts of true class against predicted class. */
export interface ConfusionMatrix {
  readonly classes: number;
  /** Row true, column predicted: `counts[t * classes + p]`. */
  readonly counts: Int32Array;
}

/** Counts pairs of labels and predictions, both classes from 0 to `classes` - 1 and of the same length. */
export function confusionMatrix(
  labels: Int32Array,
  predictions: Int32Array,
  classes: number,
): ConfusionMatrix {
  const counts = new Int32Array(classes * classes);
  for (let i = 0; i < labels.length; i++) {
    const cell = labels[i]! * classes + predictions[i]!;
    counts[cell] = counts[cell]! + 1;
  }
  return { classes, counts };
}

export interface MatrixSums {
  readonly total: number;
  /** The diagonal: hits of each class. */
  readonly hits: Float64Array;
  /** Row sums: images of each class (its support). */
  readonly support: Float64Array;
  /** Column sums: predictions of each class. */
  readonly predicted: Float64Array;
}

export function matrixSums({ classes, counts }: ConfusionMatrix): MatrixSums {
  const hits = new Float64Array(classes);
  const support = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  let total = 0;
  for (let t = 0; t < classes; t++) {
    hits[t] = counts[t * classes + t]!;
    for (let p = 0; p < classes; p++) {
      const count = counts[t * classes + p]!;
      support[t] = support[t]! + count;
      predicted[p] = predicted[p]! + count;
      total += count;
    }
  }
  return { total, hits, support, predicted };
}

/** a / b, and 0 where b is 0: scikit-learn's `zero_division=0`. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
