/** Area under the ROC curve, one class against the rest. */
import type { ClassScores } from './class-scores.js';

/**
 * The area under the ROC curve of each class against all others (Hanley and McNeil, "The meaning and use of the area
 * under a ROC curve", 1982): the chance that an image of the class scores higher than one of the rest, ties counting
 * half. Undefined for a class where one of the two sides is empty.
 */
export function rocAucPerClass(labels: Int32Array, { values, classes }: ClassScores): (number | undefined)[] {
  const support = new Int32Array(classes);
  for (const label of labels) support[label] = support[label]! + 1;
  return Array.from(support, (positives, c) => {
    const negatives = labels.length - positives;
    if (positives === 0 || negatives === 0) return undefined;
    const own = new Float64Array(positives);
    const rest = new Float64Array(negatives);
    let ownCount = 0;
    let restCount = 0;
    for (let image = 0; image < labels.length; image++) {
      const score = values[image * classes + c]!;
      if (labels[image] === c) own[ownCount++] = score;
      else rest[restCount++] = score;
    }
    return shareAbove(own.sort(), rest.sort());
  });
}

/** Of all pairs, the share in which the first is the greater, equal ones counting half. Both arrays are sorted. */
function shareAbove(own: Float64Array, rest: Float64Array): number {
  let below = 0;
  let upTo = 0;
  // Twice the Mann-Whitney U, so that every sum is a whole number.
  let twice = 0;
  for (const score of own) {
    while (below < rest.length && rest[below]! < score) below++;
    while (upTo < rest.length && rest[upTo]! <= score) upTo++;
    twice += below + upTo;
  }
  return twice / 2 / (own.length * rest.length);
}

/** The plain mean over the classes for which it is defined; undefined when there is none. */
export function macroRocAuc(perClass: readonly (number | undefined)[]): number | undefined {
  const defined = perClass.filter((area) => area !== undefined);
  return defined.length === 0 ? undefined : defined.reduce((sum, area) => sum + area, 0) / defined.length;
}
