/** Whether the network knows what it knows: a reliability diagram in the coordinates of its SVG. */
import type { CalibrationBinFacts, EvaluationFacts } from '../run-artifacts.js';
import { percent } from './format.js';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CalibrationBar {
  readonly bin: CalibrationBinFacts;
  /** From 0 up to the accuracy. */
  readonly bar: Box;
  /** Between accuracy and confidence. */
  readonly gap: Box;
  readonly overconfident: boolean;
  /** The share of images, in the strip below. */
  readonly share: Box;
}

export interface CalibrationView {
  readonly sentence: string;
  /** Side of the square plot, in SVG units; both axes run from 0 to 1. */
  readonly side: number;
  readonly ticks: readonly { readonly at: number; readonly fromTop: number; readonly label: string }[];
  readonly stripHeight: number;
  /** Bins that hold images. */
  readonly bars: readonly CalibrationBar[];
}

const side = 300;
const stripHeight = 56;

function makeBar(bin: CalibrationBinFacts, largest: number): CalibrationBar {
  const round = (value: number): number => Number(value.toFixed(2));
  const x = round(bin.from * side + 1);
  const width = round((bin.to - bin.from) * side - 2);
  const top = Math.max(bin.accuracy, bin.confidence);
  // The square root keeps bins of few images visible beside the one that holds nearly all.
  const height = round(Math.max(1.5, Math.sqrt(bin.count / largest) * stripHeight));
  return {
    bin,
    bar: { x, width, y: round((1 - bin.accuracy) * side), height: round(bin.accuracy * side) },
    gap: {
      x,
      width,
      y: round((1 - top) * side),
      height: round(Math.abs(bin.accuracy - bin.confidence) * side),
    },
    overconfident: bin.confidence > bin.accuracy,
    share: { x, width, y: round(stripHeight - height), height },
  };
}

function sentenceOf(bins: readonly CalibrationBinFacts[], error: number | undefined): string {
  let [confidence, accuracy, total] = [0, 0, 0];
  for (const bin of bins) {
    confidence += bin.confidence * bin.count;
    accuracy += bin.accuracy * bin.count;
    total += bin.count;
  }
  if (total === 0) return 'No image was judged.';
  const gap = confidence / total - accuracy / total;
  const facts = `it is ${percent(confidence / total, 1)} sure on average and right ${percent(accuracy / total, 1)} of the time`;
  const ece = error === undefined ? '' : ` (ECE ${percent(error)})`;
  if (Math.abs(gap) < 0.005 && (error ?? 0) < 0.02) return `The network is well calibrated: ${facts}${ece}.`;
  if (Math.abs(gap) < 0.005)
    return `The network is right on average, though not at each level of confidence: ${facts}${ece}.`;
  return `The network is ${gap > 0 ? 'surer than it should be' : 'better than it believes'}: ${facts}${ece}.`;
}

/** Nothing when the evaluation has no bins. */
export function calibrationView({ bins, metrics }: EvaluationFacts): CalibrationView | undefined {
  const filled = bins.filter(({ count }) => count > 0);
  if (filled.length === 0) return undefined;
  const largest = Math.max(...filled.map(({ count }) => count));
  return {
    sentence: sentenceOf(filled, metrics.expectedCalibrationError),
    side,
    stripHeight,
    ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => ({
      at: share * side,
      fromTop: (1 - share) * side,
      label: String(share * 100),
    })),
    bars: filled.map((bin) => makeBar(bin, largest)),
  };
}
