/** The first thing read: how good, how sure, at what cost. */
import { formatCount } from '../../core/format-units.js';
import type { EvaluationFacts, RunArtifacts } from '../run-artifacts.js';
import { wilsonInterval } from '../wilson-interval.js';
import { decimal, duration, metricValue, percent, plural } from './format.js';
import { countLayers } from './model-view.js';

export interface HeadlineFigure {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

export interface HeadlineView {
  readonly sentence: string;
  readonly figures: readonly HeadlineFigure[];
  /** Every metric of the evaluation, in its order. */
  readonly metrics: readonly { readonly key: string; readonly label: string; readonly value: string }[];
}

const labels: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  balancedAccuracy: 'Balanced accuracy',
  logLoss: 'Log-loss',
  macroPrecision: 'Precision, macro mean',
  macroRecall: 'Recall, macro mean',
  macroF1: 'F1, macro mean',
  microPrecision: 'Precision, micro mean',
  microRecall: 'Recall, micro mean',
  microF1: 'F1, micro mean',
  weightedPrecision: 'Precision, weighted mean',
  weightedRecall: 'Recall, weighted mean',
  weightedF1: 'F1, weighted mean',
  matthewsCorrelation: 'Matthews correlation',
  cohensKappa: 'Cohen’s kappa',
  rocAuc: 'ROC AUC, one against rest',
  expectedCalibrationError: 'Expected calibration error',
};

function metricLabel(key: string): string {
  const topK = /^top(\d+)Accuracy$/.exec(key)?.[1];
  return topK === undefined ? (labels[key] ?? key) : `Top-${topK} accuracy`;
}

function accuracyInterval(accuracy: number, count: number): string {
  const { low, high } = wilsonInterval(accuracy, count);
  return `${(low * 100).toFixed(2)} to ${percent(high)}`;
}

function totalSeconds(seconds: readonly number[]): number {
  return seconds.reduce((sum, epoch) => sum + epoch, 0);
}

function figures({ evaluation, model, training }: RunArtifacts): HeadlineFigure[] {
  const found: HeadlineFigure[] = [];
  const add = (key: string, label: string, value: string, detail: string): void => {
    found.push({ key, label, value, detail });
  };
  if (evaluation !== undefined) {
    const { metrics, count, split } = evaluation;
    if (metrics.accuracy !== undefined) {
      const interval = count > 0 ? `95 % interval ${accuracyInterval(metrics.accuracy, count)}` : '';
      add('accuracy', `Accuracy on ${split}`, percent(metrics.accuracy), interval);
    }
    if (metrics.macroF1 !== undefined) add('macroF1', 'F1', decimal(metrics.macroF1), 'mean over classes');
    if (metrics.logLoss !== undefined)
      add('logLoss', 'Log-loss', decimal(metrics.logLoss), 'nats an image, 0 is best');
    if (metrics.expectedCalibrationError !== undefined) {
      const points = metrics.expectedCalibrationError;
      add('calibration', 'Calibration error', percent(points), 'expected (ECE), 0 is best');
    }
  }
  if (model !== undefined) {
    const detail = `in ${plural(countLayers(model), 'layer')}`;
    add('parameters', 'Parameters', formatCount(model.parameters), detail);
  }
  if (training !== undefined && training.epochs.length > 0) {
    const { epochs, bestEpoch, stoppedEarly } = training;
    const best = bestEpoch === undefined || epochs.length === 1 ? '' : `the best was epoch ${bestEpoch}`;
    add(
      'epochs',
      'Epochs',
      formatCount(epochs.length),
      [...(stoppedEarly ? ['stopped early'] : []), ...(best === '' ? [] : [best])].join(', '),
    );
  }
  if (training !== undefined && training.epochSeconds.length > 0) {
    const seconds = totalSeconds(training.epochSeconds);
    const each = duration(seconds / training.epochSeconds.length);
    add('trainingTime', 'Training time', duration(seconds), `${each} an epoch`);
  }
  return found;
}

function sentence({ evaluation, training }: RunArtifacts): string {
  const parts: string[] = [];
  if (evaluation?.metrics.accuracy !== undefined && evaluation.count > 0) {
    const right = Math.round(evaluation.metrics.accuracy * evaluation.count);
    parts.push(
      `The network recognises ${formatCount(right)} of ${plural(evaluation.count, `${evaluation.split} image`)}`,
    );
  }
  if (training !== undefined && training.epochs.length > 0) {
    const epochs = plural(training.epochs.length, 'epoch');
    const seconds = totalSeconds(training.epochSeconds);
    parts.push(`after ${epochs}${seconds > 0 ? ` in ${duration(seconds)}` : ''} of training`);
  }
  const text = parts.join(' ');
  const doubt = evaluation === undefined ? '' : againstGuessing(evaluation);
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.${doubt}`;
}

/** What must be said when always naming the most frequent class would do as well, as far as so many images can tell. */
function againstGuessing({ metrics, count, classes, confusion }: EvaluationFacts): string {
  const size = classes.length;
  if (metrics.accuracy === undefined || count === 0 || size < 2 || confusion.length !== size * size)
    return '';
  const labels = classes.map((_, row) =>
    confusion.subarray(row * size, (row + 1) * size).reduce((sum, images) => sum + images, 0),
  );
  const most = Math.max(...labels);
  if (wilsonInterval(metrics.accuracy, count).low > most / count) return '';
  return ` That is not better than guessing, as far as ${plural(count, 'image')} can tell: naming “${classes[labels.indexOf(most)]!}” each time would be right for ${percent(most / count)}.`;
}

/** Nothing when there is neither an evaluation nor a network to speak of. */
export function headlineView(artifacts: RunArtifacts): HeadlineView | undefined {
  const shown = figures(artifacts);
  if (shown.length === 0) return undefined;
  const metrics = Object.entries(artifacts.evaluation?.metrics ?? {}).map(([key, value]) => ({
    key,
    label: metricLabel(key),
    value: metricValue(key, value),
  }));
  return { sentence: sentence(artifacts), figures: shown, metrics };
}
