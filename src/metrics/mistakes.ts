/** The images a network got wrong with the most confidence. */
import type { ClassScores } from './class-scores.js';

export interface Mistake {
  /** The image's place in its split, from 0. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class. */
  readonly confidence: number;
  /** Probability of the true class. */
  readonly labelProbability: number;
}

/** At most `limit` mistakes, the most confident first; of equal ones the one that stands first in the split. */
export function worstMistakes(
  labels: Int32Array,
  predictions: Int32Array,
  { values, classes }: ClassScores,
  limit: number,
): Mistake[] {
  const mistakes: Mistake[] = [];
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    const predicted = predictions[index]!;
    if (label === predicted) continue;
    const confidence = values[index * classes + predicted]!;
    mistakes.push({
      index,
      label,
      predicted,
      confidence,
      labelProbability: values[index * classes + label]!,
    });
  }
  return mistakes.sort((a, b) => b.confidence - a.confidence || a.index - b.index).slice(0, limit);
}
