import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohensKappa, matthewsCorrelation } from '../../src/metrics/agreement.js';
import { calibrationBins, expectedCalibrationError } from '../../src/metrics/calibration.js';
import { findBrokenRow, predictedClasses } from '../../src/metrics/class-scores.js';
import { classificationReport } from '../../src/metrics/classification-report.js';
import { confusionMatrix } from '../../src/metrics/confusion-matrix.js';
import { logLoss } from '../../src/metrics/log-loss.js';
import { worstMistakes } from '../../src/metrics/mistakes.js';
import { macroRocAuc, rocAucPerClass } from '../../src/metrics/roc-auc.js';
import { topKAccuracy } from '../../src/metrics/top-k-accuracy.js';

const scoresOf = (...rows: number[][]) => ({
  values: Float64Array.from(rows.flat()),
  classes: rows[0]!.length,
});

describe('ties', () => {
  it('between scores go to the lower class, in predictions and in top-k', () => {
    const scores = scoresOf([0.25, 0.25, 0.25, 0.25], [0.1, 0.4, 0.4, 0.1], [0.1, 0.4, 0.4, 0.1]);
    expect([...predictedClasses(scores)]).toEqual([0, 1, 1]);
    const labels = Int32Array.of(2, 2, 1);
    expect(topKAccuracy(labels, scores, 1)).toBeCloseTo(1 / 3, 15);
    expect(topKAccuracy(labels, scores, 2)).toBeCloseTo(2 / 3, 15);
    expect(topKAccuracy(labels, scores, 3)).toBe(1);
  });

  it('between an image of the class and one of the rest count half in the ROC AUC', () => {
    const labels = Int32Array.of(1, 0, 1, 0);
    const scores = scoresOf([0.5, 0.5], [0.5, 0.5], [0.1, 0.9], [0.9, 0.1]);
    expect(rocAucPerClass(labels, scores)).toEqual([0.875, 0.875]);
  });

  it('between equally confident mistakes go to the image that stands first', () => {
    const labels = Int32Array.of(1, 1, 0, 1);
    const scores = scoresOf([0.7, 0.3], [0.9, 0.1], [0.8, 0.2], [0.7, 0.3]);
    const mistakes = worstMistakes(labels, predictedClasses(scores), scores, 2);
    expect(mistakes).toEqual([
      { index: 1, label: 1, predicted: 0, confidence: 0.9, labelProbability: 0.1 },
      { index: 0, label: 1, predicted: 0, confidence: 0.7, labelProbability: 0.3 },
    ]);
  });
});

describe('log-loss', () => {
  it('of a certain miss is that of the epsilon of the numbers it came as', () => {
    const labels = Int32Array.of(1);
    expect(logLoss(labels, { values: Float64Array.of(1, 0), classes: 2 })).toBeCloseTo(52 * Math.LN2, 12);
    expect(logLoss(labels, { values: Float32Array.of(1, 0), classes: 2 })).toBeCloseTo(23 * Math.LN2, 12);
  });
});

describe('calibration', () => {
  it('bins hold their upper edge and not their lower one, whatever rounding says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (bins, edge) => {
        const confidence = Math.min(edge, bins) / bins;
        const scores = { values: Float64Array.of(confidence, 0), classes: 2 };
        const found = calibrationBins(Int32Array.of(0), Int32Array.of(0), scores, bins).filter(
          ({ count }) => count > 0,
        );
        expect(found).toHaveLength(1);
        expect(found[0]!.to).toBe(confidence);
      }),
    );
  });

  it('error is the weighted distance of accuracy and confidence', () => {
    const scores = scoresOf([0.75, 0.25], [0.75, 0.25], [1, 0]);
    const bins = calibrationBins(Int32Array.of(0, 1, 0), Int32Array.of(0, 0, 0), scores, 4);
    expect(bins[2]).toEqual({ from: 0.5, to: 0.75, count: 2, confidence: 0.75, accuracy: 0.5 });
    expect(expectedCalibrationError(bins)).toBeCloseTo((2 * 0.25) / 3, 15);
  });
});

describe('what is undefined', () => {
  it('is no kappa, a correlation of 0 and no ROC AUC when all is one class', () => {
    const labels = Int32Array.of(0, 0, 0);
    const matrix = confusionMatrix(labels, labels, 3);
    expect(cohensKappa(matrix)).toBeUndefined();
    expect(matthewsCorrelation(matrix)).toBe(0);
    const scores = scoresOf([1, 0, 0], [1, 0, 0], [1, 0, 0]);
    expect(macroRocAuc(rocAucPerClass(labels, scores))).toBeUndefined();
    const { metrics } = classificationReport(labels, scores, { topK: [1, 2, 3, 9], calibrationBins: 15 });
    expect(Object.keys(metrics)).toEqual([
      'accuracy',
      'balancedAccuracy',
      'top1Accuracy',
      'top2Accuracy',
      'logLoss',
      'macroPrecision',
      'macroRecall',
      'macroF1',
      'microPrecision',
      'microRecall',
      'microF1',
      'weightedPrecision',
      'weightedRecall',
      'weightedF1',
      'matthewsCorrelation',
      'expectedCalibrationError',
    ]);
    expect(metrics.accuracy).toBe(1);
  });

  it('is left out of the mean ROC AUC class by class', () => {
    expect(macroRocAuc([0.5, undefined, 1])).toBe(0.75);
  });
});

describe('scores that are no probabilities', () => {
  it('are found with their image and the fault', () => {
    expect(findBrokenRow(scoresOf([0.5, 0.5], [0.2, 0.8]))).toBeUndefined();
    expect(findBrokenRow(scoresOf([0.5, 0.5], [NaN, 0.8]))).toEqual({
      image: 1,
      scores: [NaN, 0.8],
      fault: 'not-finite',
    });
    expect(findBrokenRow(scoresOf([0.5, Infinity]))).toEqual({
      image: 0,
      scores: [0.5, Infinity],
      fault: 'not-finite',
    });
    expect(findBrokenRow(scoresOf([1.5, -0.5]))?.fault).toBe('not-a-distribution');
    expect(findBrokenRow(scoresOf([0.9, 0.9]))?.fault).toBe('not-a-distribution');
  });

  it('are not what a float32 softmax over a thousand classes gives', () => {
    const exponentials = Float32Array.from({ length: 1000 }, (_, c) => Math.exp(Math.sin(c) * 5));
    const sum = exponentials.reduce((total, value) => Math.fround(total + value), 0);
    expect(
      findBrokenRow({ values: exponentials.map((value) => value / sum), classes: 1000 }),
    ).toBeUndefined();
  });
});

describe('for any labels and scores', () => {
  const cases = fc.integer({ min: 1, max: 6 }).chain((classes) =>
    fc.array(
      fc.record({
        label: fc.integer({ min: 0, max: classes - 1 }),
        row: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: classes, maxLength: classes }),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  );
  it('all metrics are finite and in range, micro averages equal the accuracy, and the AUC is what counting pairs gives', () => {
    fc.assert(
      fc.property(cases, (rows) => {
        const labels = Int32Array.from(rows, ({ label }) => label);
        const scores = scoresOf(
          ...rows.map(({ row }) => {
            const sum = row.reduce((total, value) => total + value, 0);
            return row.map((value) => value / sum);
          }),
        );
        const report = classificationReport(labels, scores, { topK: [2, 3], calibrationBins: 15 });
        for (const [name, value] of Object.entries(report.metrics)) {
          expect(Number.isFinite(value), name).toBe(true);
          expect(value, name).toBeGreaterThanOrEqual(
            name === 'matthewsCorrelation' || name === 'cohensKappa' ? -1 : 0,
          );
          if (name !== 'logLoss') expect(value, name).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(report.metrics.microF1).toBe(report.metrics.accuracy);
        report.perClass.forEach(({ rocAuc }, c) => {
          let pairs = 0;
          let wins = 0;
          rows.forEach((_, i) => {
            rows.forEach((_, j) => {
              if (labels[i] !== c || labels[j] === c) return;
              const [a, b] = [scores.values[i * scores.classes + c]!, scores.values[j * scores.classes + c]!];
              pairs++;
              wins += a > b ? 1 : a === b ? 0.5 : 0;
            });
          });
          if (pairs === 0) expect(rocAuc).toBeUndefined();
          else expect(rocAuc).toBeCloseTo(wins / pairs, 12);
        });
      }),
      { numRuns: 200 },
    );
  });
});
