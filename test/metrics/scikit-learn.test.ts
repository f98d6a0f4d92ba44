import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accuracy, balancedAccuracy, cohensKappa, matthewsCorrelation } from '../../src/metrics/agreement.js';
import { calibrationBins, expectedCalibrationError } from '../../src/metrics/calibration.js';
import { predictedClasses } from '../../src/metrics/class-scores.js';
import { confusionMatrix } from '../../src/metrics/confusion-matrix.js';
import { logLoss } from '../../src/metrics/log-loss.js';
import {
  macroAverage,
  microAverage,
  precisionRecallPerClass,
  weightedAverage,
  type PrecisionRecall,
} from '../../src/metrics/precision-recall.js';
import { rocAucPerClass } from '../../src/metrics/roc-auc.js';
import { topKAccuracy } from '../../src/metrics/top-k-accuracy.js';

interface Case {
  name: string;
  classes: number;
  y_true: number[];
  y_score: number[][];
  y_pred: number[];
  confusion_matrix: number[][];
  accuracy: number;
  balanced_accuracy: number;
  log_loss: number;
  matthews_corrcoef: number;
  cohen_kappa: number | null;
  top_2_accuracy: number | null;
  top_3_accuracy: number | null;
  macro: PrecisionRecall;
  micro: PrecisionRecall;
  weighted: PrecisionRecall;
  per_class: { precision: number[]; recall: number[]; f1: number[]; support: number[] };
  roc_auc_ovr_per_class: (number | null)[];
  ece_15: number;
}

const file = resolve(import.meta.dirname, '../../../shared/fixtures/sklearn-metrics.json');
const fixture = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] })
  : { cases: [] };

const near = (actual: number | undefined, wanted: number | null, what: string): void => {
  if (wanted === null) expect(actual, what).toBeUndefined();
  else expect(Math.abs(actual! - wanted), `${what}: ${actual} against ${wanted}`).toBeLessThanOrEqual(1e-9);
};

const nearAll = (actual: PrecisionRecall, wanted: PrecisionRecall, what: string): void => {
  near(actual.precision, wanted.precision, `${what} precision`);
  near(actual.recall, wanted.recall, `${what} recall`);
  near(actual.f1, wanted.f1, `${what} F1`);
};

describe('metrics agree with scikit-learn to 1e-9', () => {
  it.skipIf(fixture.cases.length === 0)('the fixture holds all five cases', () => {
    expect(fixture.cases.map(({ name }) => name)).toEqual([
      'ten-classes-good',
      'ten-classes-poor',
      'absent-class',
      'binary',
      'single-sample',
    ]);
  });

  it.each(fixture.cases.map((one) => [one.name, one] as const))('on the case %s', (_, one) => {
    const labels = Int32Array.from(one.y_true);
    const scores = { values: Float64Array.from(one.y_score.flat()), classes: one.classes };
    const predictions = predictedClasses(scores);
    expect([...predictions]).toEqual(one.y_pred);

    const matrix = confusionMatrix(labels, predictions, one.classes);
    expect([...matrix.counts]).toEqual(one.confusion_matrix.flat());
    near(accuracy(matrix), one.accuracy, 'accuracy');
    near(balancedAccuracy(matrix), one.balanced_accuracy, 'balanced accuracy');
    near(matthewsCorrelation(matrix), one.matthews_corrcoef, 'Matthews correlation');
    near(cohensKappa(matrix), one.cohen_kappa, "Cohen's kappa");
    near(logLoss(labels, scores), one.log_loss, 'log-loss');
    // scikit-learn refuses top-k of two classes; by the definition it is 1.
    near(topKAccuracy(labels, scores, 2), one.top_2_accuracy ?? 1, 'top-2');
    near(topKAccuracy(labels, scores, 3), one.top_3_accuracy ?? 1, 'top-3');

    const perClass = precisionRecallPerClass(matrix);
    perClass.forEach((entry, c) => {
      const { precision, recall, f1, support } = one.per_class;
      nearAll(entry, { precision: precision[c]!, recall: recall[c]!, f1: f1[c]! }, `class ${c}`);
      expect(entry.support).toBe(support[c]);
    });
    nearAll(macroAverage(perClass), one.macro, 'macro');
    nearAll(microAverage(matrix), one.micro, 'micro');
    nearAll(weightedAverage(perClass), one.weighted, 'weighted');

    rocAucPerClass(labels, scores).forEach((area, c) =>
      near(area, one.roc_auc_ovr_per_class[c]!, `ROC AUC of ${c}`),
    );
    near(expectedCalibrationError(calibrationBins(labels, predictions, scores, 15)), one.ece_15, 'ECE');
  });
});
