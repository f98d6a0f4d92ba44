/** Every metric of a classifier in one go, under the flat names by which runs are compared. */
import { accuracy, balancedAccuracy, cohensKappa, matthewsCorrelation } from './agreement.js';
import { calibrationBins, expectedCalibrationError, type CalibrationBin } from './calibration.js';
import { predictedClasses, type ClassScores } from './class-scores.js';
import { confusionMatrix, type ConfusionMatrix } from './confusion-matrix.js';
import { logLoss } from './log-loss.js';
import {
  macroAverage,
  microAverage,
  precisionRecallPerClass,
  weightedAverage,
  type ClassPrecisionRecall,
  type PrecisionRecall,
} from './precision-recall.js';
import { macroRocAuc, rocAucPerClass } from './roc-auc.js';
import { topKAccuracy } from './top-k-accuracy.js';

export interface ClassificationReport {
  /** Flat, finite numbers: `accuracy`, `top2Accuracy`, `macroF1`, …; what is undefined on this data is left out. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly perClass: readonly (ClassPrecisionRecall & { readonly rocAuc: number | undefined })[];
  readonly calibration: readonly CalibrationBin[];
  readonly confusion: ConfusionMatrix;
  readonly predictions: Int32Array;
}

export interface ReportOptions {
  /** The values of k for top-k accuracy; one from `classes` upwards, which any classifier reaches, is left out. */
  readonly topK: readonly number[];
  readonly calibrationBins: number;
}

function averages(prefix: string, { precision, recall, f1 }: PrecisionRecall): Record<string, number> {
  return { [`${prefix}Precision`]: precision, [`${prefix}Recall`]: recall, [`${prefix}F1`]: f1 };
}

/** Judges probabilities (`findBrokenRow` finds nothing in them) against labels of the same count, at least one. */
export function classificationReport(
  labels: Int32Array,
  scores: ClassScores,
  options: ReportOptions,
): ClassificationReport {
  const predictions = predictedClasses(scores);
  const confusion = confusionMatrix(labels, predictions, scores.classes);
  const precisionRecall = precisionRecallPerClass(confusion);
  const areas = rocAucPerClass(labels, scores);
  const calibration = calibrationBins(labels, predictions, scores, options.calibrationBins);

  const metrics: Record<string, number> = {
    accuracy: accuracy(confusion),
    balancedAccuracy: balancedAccuracy(confusion),
  };
  for (const k of options.topK)
    if (k < scores.classes) metrics[`top${k}Accuracy`] = topKAccuracy(labels, scores, k);
  metrics.logLoss = logLoss(labels, scores);
  Object.assign(metrics, averages('macro', macroAverage(precisionRecall)));
  Object.assign(metrics, averages('micro', microAverage(confusion)));
  Object.assign(metrics, averages('weighted', weightedAverage(precisionRecall)));
  metrics.matthewsCorrelation = matthewsCorrelation(confusion);
  const kappa = cohensKappa(confusion);
  if (kappa !== undefined) metrics.cohensKappa = kappa;
  const area = macroRocAuc(areas);
  if (area !== undefined) metrics.rocAuc = area;
  metrics.expectedCalibrationError = expectedCalibrationError(calibration);

  return {
    metrics,
    perClass: precisionRecall.map((entry, c) => ({ ...entry, rocAuc: areas[c] })),
    calibration,
    confusion,
    predictions,
  };
}
