/** The images that the network got wrong with the most confidence. */
import { imageDataUri } from '../png.js';
import type { EvaluationFacts } from '../run-artifacts.js';
import { percent, plural, quoted } from './format.js';

export interface MistakeCard {
  /** Its place in the split, from 0. */
  readonly index: number;
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly predicted: string;
  readonly confidence: number;
  readonly labelProbability: number;
}

export interface MistakesView {
  readonly sentence: string;
  readonly split: string;
  readonly cards: readonly MistakeCard[];
}

function countWrong({ classes, confusion }: EvaluationFacts): number {
  const total = confusion.reduce((sum, count) => sum + count, 0);
  return classes.reduce((wrong, _, i) => wrong - confusion[i * classes.length + i]!, total);
}

function sentenceOf(evaluation: EvaluationFacts, cards: readonly MistakeCard[]): string {
  const wrong = countWrong(evaluation);
  const worst = cards[0];
  if (worst === undefined)
    return wrong === 0
      ? `There are none: all ${plural(evaluation.count, 'image')} are recognised.`
      : `${plural(wrong, 'image')} of ${plural(evaluation.count, 'image')} went wrong; none is kept to be shown.`;
  const which =
    cards.length >= wrong
      ? `All ${plural(wrong, 'mistake')}`
      : `The ${cards.length} surest of ${plural(wrong, 'mistake')}`;
  const subject = cards.length === 1 && wrong === 1 ? 'The one mistake' : which;
  return `${subject}: the first is ${quoted(worst.label)}, taken for ${quoted(worst.predicted)} with ${percent(worst.confidence, 1)} confidence.`;
}

/** At most `limit` of the mistakes that the evaluation kept. Nothing when none are wanted. */
export function mistakesView(evaluation: EvaluationFacts, limit: number): MistakesView | undefined {
  if (limit === 0) return undefined;
  const { shape, pixels } = evaluation.mistakeImages;
  const [height, width, channels] = shape;
  const bytes = height * width * channels;
  const cards = evaluation.mistakes.slice(0, limit).map((mistake, i) => ({
    index: mistake.index,
    image: imageDataUri(shape, pixels.subarray(i * bytes, (i + 1) * bytes)),
    width,
    height,
    label: evaluation.classes[mistake.label] ?? String(mistake.label),
    predicted: evaluation.classes[mistake.predicted] ?? String(mistake.predicted),
    confidence: mistake.confidence,
    labelProbability: mistake.labelProbability,
  }));
  return { sentence: sentenceOf(evaluation, cards), split: evaluation.split, cards };
}
