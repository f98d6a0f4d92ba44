/** Which classes are taken for which: the matrix, and its largest entries in words. */
import type { EvaluationFacts } from '../run-artifacts.js';
import { imageDataUri } from '../png.js';
import { percent, plural, quoted, times } from './format.js';

export interface ConfusionCell {
  readonly count: number;
  /** Share of the row's images, from 0 to 1. */
  readonly share: number;
  readonly right: boolean;
  /** 0 (nothing) to 9 (all there is): how strongly the cell is coloured. */
  readonly level: number;
}

export interface ConfusedPair {
  readonly first: string;
  readonly second: string;
  readonly count: number;
  readonly firstAsSecond: number;
  readonly secondAsFirst: number;
}

export interface ConfusionView {
  readonly sentence: string;
  readonly split: string;
  readonly classes: readonly string[];
  /** The whole matrix up to 32 classes; above, `image` stands for it. */
  readonly rows: readonly { readonly name: string; readonly cells: readonly ConfusionCell[] }[] | undefined;
  /** Whether the cells have room for shares. */
  readonly roomy: boolean;
  /** Whether names are so short that the pairs find room beside the matrix. */
  readonly compact: boolean;
  /** One pixel a cell, as a data URI. */
  readonly image: string | undefined;
  /** The most confused first, ten at most. */
  readonly pairs: readonly ConfusedPair[];
}

const mostRows = 32;
const roomyRows = 16;
const pairsShown = 10;

/** Mistakes are rare: the square root, full at a quarter of the row, lets a share of 1 % still be seen. */
function levelOf(share: number, right: boolean): number {
  if (share === 0) return 0;
  const strength = right ? share : Math.sqrt(Math.min(1, share / 0.25));
  return Math.max(1, Math.round(strength * 9));
}

function makeRows({ classes, confusion }: EvaluationFacts) {
  const n = classes.length;
  return classes.map((name, row) => {
    const counts = confusion.subarray(row * n, (row + 1) * n);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = Array.from(counts, (count, column) => {
      const share = total === 0 ? 0 : count / total;
      const right = row === column;
      return { count, share, right, level: levelOf(share, right) };
    });
    return { name, cells };
  });
}

function confusedPairs({ classes, confusion }: EvaluationFacts): ConfusedPair[] {
  const n = classes.length;
  const pairs: ConfusedPair[] = [];
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) {
      const [firstAsSecond, secondAsFirst] = [confusion[a * n + b]!, confusion[b * n + a]!];
      const count = firstAsSecond + secondAsFirst;
      if (count > 0)
        pairs.push({ first: classes[a]!, second: classes[b]!, count, firstAsSecond, secondAsFirst });
    }
  return pairs.sort((p, q) => q.count - p.count);
}

/** Blue for right, orange for wrong, as strong as in the table; transparent where nothing is, so it suits both themes. */
function matrixImage(rows: NonNullable<ConfusionView['rows']>): string {
  const pixels = new Uint8Array(rows.length * rows.length * 4);
  rows.forEach(({ cells }, row) => {
    cells.forEach(({ right, level }, column) => {
      const colour = right ? [0x00, 0x72, 0xb2] : [0xd5, 0x5e, 0x00];
      pixels.set([...colour, Math.round((level / 9) * 255)], (row * rows.length + column) * 4);
    });
  });
  return imageDataUri([rows.length, rows.length, 4], pixels, rows.length);
}

function sentenceOf({ count, classes }: EvaluationFacts, pairs: readonly ConfusedPair[], wrong: number) {
  const worst = pairs[0];
  if (worst === undefined) return `Not one of ${plural(count, 'image')} is taken for another class.`;
  const { first, second, firstAsSecond, secondAsFirst } = worst;
  const tied = pairs.filter((pair) => pair.count === worst.count).length - 1;
  const shared = tied > 0 ? `, as often as ${plural(tied, 'other pair')}` : '';
  const detail =
    firstAsSecond > 0 && secondAsFirst > 0
      ? ` (${times(firstAsSecond)} ${quoted(first)} was taken for ${quoted(second)}, ${times(secondAsFirst)} the other way round)`
      : ` (always ${quoted(firstAsSecond > 0 ? first : second)} for ${quoted(firstAsSecond > 0 ? second : first)})`;
  const all =
    classes.length > 2 && tied === 0 ? ` That is ${percent(worst.count / wrong, 0)} of all mistakes.` : '';
  return `${quoted(first)} and ${quoted(second)} are confused most: ${times(worst.count)}${detail}${shared}.${all}`;
}

export function confusionView(evaluation: EvaluationFacts): ConfusionView {
  const rows = makeRows(evaluation);
  const pairs = confusedPairs(evaluation);
  const wrong = pairs.reduce((sum, { count }) => sum + count, 0);
  const large = rows.length > mostRows;
  return {
    sentence: sentenceOf(evaluation, pairs, wrong),
    split: evaluation.split,
    classes: evaluation.classes,
    rows: large ? undefined : rows,
    roomy: rows.length <= roomyRows,
    compact: evaluation.classes.every((name) => name.length <= 3),
    image: large ? matrixImage(rows) : undefined,
    pairs: pairs.slice(0, pairsShown),
  };
}
