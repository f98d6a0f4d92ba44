/** What one network confuses more, or less, than another. */
import { plural, quoted } from '../../views/format.js';
import type { RunDetails } from '../compared-run.js';

type Evaluation = Pick<NonNullable<RunDetails['evaluation']>, 'classes' | 'confusion'>;

export interface ConfusionChange {
  readonly label: string;
  readonly predicted: string;
  /** Images of the label taken for the other class. */
  readonly before: number;
  readonly after: number;
}

export interface ConfusionDifference {
  readonly classes: readonly string[];
  /** After less before, as a share of the label's images, from -1 to 1; row true, column predicted, row by row. */
  readonly shares: readonly number[];
  /** After less before, in images. */
  readonly counts: readonly number[];
  /** The mistakes that changed most, by share; none that did not change. */
  readonly largest: readonly ConfusionChange[];
  readonly sentence: string;
}

const mostChanges = 10;

/** Nothing where the two do not tell the same classes apart. */
export function confusionDifference(before: Evaluation, after: Evaluation): ConfusionDifference | undefined {
  const { classes } = before;
  const size = classes.length;
  if (after.classes.length !== size || after.classes.some((name, i) => name !== classes[i])) return undefined;
  const [old, now] = [shareOfRow(before.confusion, size), shareOfRow(after.confusion, size)];
  const shares = now.map((share, cell) => share - old[cell]!);
  const counts = after.confusion.map((count, cell) => count - before.confusion[cell]!);
  const largest = shares
    .map((_, cell) => cell)
    .filter((cell) => Math.floor(cell / size) !== cell % size && shares[cell] !== 0)
    .sort((a, b) => Math.abs(shares[b]!) - Math.abs(shares[a]!) || a - b)
    .slice(0, mostChanges)
    .map((cell) => ({
      label: classes[Math.floor(cell / size)]!,
      predicted: classes[cell % size]!,
      before: before.confusion[cell]!,
      after: after.confusion[cell]!,
    }));
  return { classes, shares, counts, largest, sentence: sentenceOf(largest) };
}

function shareOfRow(confusion: readonly number[], size: number): readonly number[] {
  const sums = Array.from({ length: size }, (_, row) =>
    confusion.slice(row * size, (row + 1) * size).reduce((sum, count) => sum + count, 0),
  );
  return confusion.map((count, cell) => (count === 0 ? 0 : count / sums[Math.floor(cell / size)]!));
}

function sentenceOf([first, second]: readonly ConfusionChange[]): string {
  if (first === undefined) return 'Both make the same mistakes equally often.';
  const told = (change: ConfusionChange): string =>
    `${quoted(change.label)} is taken for ${quoted(change.predicted)} in ${plural(change.after, 'image')} instead of ${change.before}`;
  return `The greatest change: ${told(first)}${second === undefined ? '' : `; then ${told(second)}`}.`;
}
