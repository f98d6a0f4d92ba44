/** Images on which networks do not agree, and those that none gets right. Knows nothing of pixels. */

export interface JudgedImage {
  /** Its place in the test images, from 0. */
  readonly index: number;
  readonly label: number;
  /** The class each network predicts, in their order. */
  readonly predicted: readonly number[];
  /** How many networks are right. */
  readonly right: number;
}

export interface Disagreements {
  /** Some are right, some wrong: the evenest division first, then those whose wrong ones agree, then the commonest mistake. */
  readonly divided: readonly JudgedImage[];
  /** None is right: first those that all take for the same class, which may be wrongly labelled. */
  readonly allWrong: readonly JudgedImage[];
  /** How many there are, shown or not. */
  readonly counts: { readonly divided: number; readonly allWrong: number; readonly allRight: number };
}

interface Ranked extends JudgedImage {
  /** The class that most of the wrong ones take it for, and how many of the wrong ones those are, from 0 to 1. */
  readonly mistaken: number;
  readonly agreement: number;
}

/**
 * @param predictions for each network the class of each image; all as long as `labels`
 * @param limit most images kept in each list
 */
export function disagreements(
  predictions: readonly (readonly number[])[],
  labels: readonly number[],
  limit = Infinity,
): Disagreements {
  const divided: Ranked[] = [];
  const allWrong: Ranked[] = [];
  for (const [index, label] of labels.entries()) {
    const predicted = predictions.map((classes) => classes[index]!);
    const right = predicted.filter((guess) => guess === label).length;
    if (right === predictions.length) continue;
    const image = { index, label, predicted, right, ...commonestMistake(predicted, label) };
    (right === 0 ? allWrong : divided).push(image);
  }
  const common = new Map<string, number>();
  const kind = ({ label, mistaken }: Ranked): string => `${label}>${mistaken}`;
  for (const image of divided) common.set(kind(image), (common.get(kind(image)) ?? 0) + 1);
  const unevenness = ({ right }: JudgedImage): number => Math.abs(2 * right - predictions.length);
  divided.sort(
    (a, b) =>
      unevenness(a) - unevenness(b) ||
      b.agreement - a.agreement ||
      common.get(kind(b))! - common.get(kind(a))! ||
      a.index - b.index,
  );
  allWrong.sort((a, b) => b.agreement - a.agreement || a.index - b.index);
  return {
    divided: divided.slice(0, limit).map(judged),
    allWrong: allWrong.slice(0, limit).map(judged),
    counts: {
      divided: divided.length,
      allWrong: allWrong.length,
      allRight: labels.length - divided.length - allWrong.length,
    },
  };
}

function judged({ index, label, predicted, right }: Ranked): JudgedImage {
  return { index, label, predicted, right };
}

function commonestMistake(
  predicted: readonly number[],
  label: number,
): Pick<Ranked, 'mistaken' | 'agreement'> {
  const counts = new Map<number, number>();
  for (const guess of predicted) if (guess !== label) counts.set(guess, (counts.get(guess) ?? 0) + 1);
  let [mistaken, most, wrong] = [-1, 0, 0];
  for (const [guess, count] of counts) {
    wrong += count;
    if (count > most) [mistaken, most] = [guess, count];
  }
  return { mistaken, agreement: most / wrong };
}
