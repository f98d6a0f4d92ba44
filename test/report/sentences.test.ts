import { describe, expect, it } from 'vitest';
import type { EvaluationFacts, TrainingFacts } from '../../src/report/run-artifacts.js';
import { calibrationView } from '../../src/report/views/calibration-view.js';
import { classesView } from '../../src/report/views/classes-view.js';
import { confusionView } from '../../src/report/views/confusion-view.js';
import { decimal, percent } from '../../src/report/views/format.js';
import { reproductionView } from '../../src/report/views/environment-view.js';
import { headlineView } from '../../src/report/views/headline-view.js';
import { mistakesView } from '../../src/report/views/mistakes-view.js';
import { modelView } from '../../src/report/views/model-view.js';
import { trainingView } from '../../src/report/views/training-view.js';
import type { RunFacts } from '../../src/stages/stage.js';

/** Narrow and non-breaking spaces as plain ones, so that the expectations can be read. */
const plain = (text: string | undefined): string | undefined => text?.replaceAll(/[\u202f\u00a0]/g, ' ');

function training(
  train: readonly number[],
  validation: readonly number[],
  stoppedEarly = false,
): TrainingFacts {
  return {
    epochs: train.map((loss, i) => ({
      epoch: i + 1,
      step: (i + 1) * 10,
      metrics: {
        'train.loss': loss,
        ...(validation[i] === undefined ? {} : { 'validation.loss': validation[i] }),
      },
    })),
    bestEpoch: undefined,
    stoppedEarly,
    epochSeconds: [],
  };
}

function evaluation(confusion: readonly number[], facts: Partial<EvaluationFacts> = {}): EvaluationFacts {
  const size = Math.sqrt(confusion.length);
  return {
    split: 'test',
    count: confusion.reduce((sum, count) => sum + count, 0),
    classes: ['cat', 'dog', 'cow', 'hen'].slice(0, size),
    metrics: {},
    perClass: [],
    bins: [],
    confusion: Int32Array.from(confusion),
    mistakes: [],
    mistakeImages: { shape: [1, 1, 1], pixels: new Uint8Array() },
    ...facts,
  };
}

describe('the sentence on learning curves', () => {
  const cases: readonly [string, TrainingFacts, string][] = [
    [
      'says that more epochs may help while loss still falls',
      training([1, 0.5, 0.3], [0.9, 0.6, 0.5]),
      'Validation loss still falls at the last epoch (by 17 %): more epochs may help.',
    ],
    [
      'says that the network memorises when validation loss rises and training loss falls',
      training([1, 0.5, 0.2, 0.1], [0.8, 0.5, 0.6, 0.7]),
      'Validation loss is lowest at epoch 2 and has risen by 40 % since, while training loss went on falling: the network begins to memorise.',
    ],
    [
      'says that loss has levelled off',
      training([1, 0.5, 0.5], [0.8, 0.5, 0.505]),
      'Validation loss has levelled off: it is lowest at epoch 2 (0.5000) and 0.5050 at the last.',
    ],
    [
      'says when training stopped early',
      training([1, 0.5, 0.4], [0.8, 0.5, 0.6], true),
      'Training stopped early after epoch 3: validation loss was lowest at epoch 2 (0.5000).',
    ],
    [
      'says when loss ended higher than it began',
      training([1, 2, 40], [0.8, 3, 50]),
      'Validation loss ended higher (50.00) than it began (0.8000): a lower learning rate may help.',
    ],
    [
      'speaks of training loss where there is no validation',
      training([1, 0.5, 0.25], []),
      'Training loss still falls at the last epoch (by 50 %): more epochs may help.',
    ],
    [
      'speaks of one epoch as one',
      training([0.4], [0.3]),
      'One epoch only: it ended at a validation loss of 0.3000.',
    ],
  ];
  it.each(cases)('%s', (_, facts, sentence) => {
    expect(plain(trainingView(facts)?.sentence)).toBe(sentence);
  });

  it('is absent, with its section, when no epoch was recorded', () => {
    expect(trainingView(training([], []))).toBeUndefined();
  });
});

describe('the sentence on the confusion matrix', () => {
  it('names the pair confused most and both ways', () => {
    expect(plain(confusionView(evaluation([90, 8, 2, 4, 95, 1, 1, 0, 99])).sentence)).toBe(
      '“cat” and “dog” are confused most: 12 times (8 times “cat” was taken for “dog”, 4 times the other way round). That is 75 % of all mistakes.',
    );
  });

  it('says when all of it goes one way, and when several pairs are tied', () => {
    expect(plain(confusionView(evaluation([10, 2, 0, 0, 10, 2, 0, 0, 10])).sentence)).toBe(
      '“cat” and “dog” are confused most: twice (always “cat” for “dog”), as often as 1 other pair.',
    );
  });

  it('says when nothing is confused', () => {
    expect(confusionView(evaluation([5, 0, 0, 7])).sentence).toBe(
      'Not one of 12 images is taken for another class.',
    );
  });

  it('colours a share of one in a hundred, and not a share of nothing', () => {
    const [row] = confusionView(evaluation([98, 1, 1, 0, 10, 0, 0, 0, 10])).rows!;
    expect(row!.cells.map(({ level }) => level)).toEqual([9, 2, 2]);
    expect(confusionView(evaluation([0, 0, 0, 5])).rows![0]!.cells.map(({ level }) => level)).toEqual([0, 0]);
  });
});

describe('the other sentences', () => {
  it('tell which class is recognised worst, and how', () => {
    const perClass = [
      { name: 'cat', precision: 0.9, recall: 0.95, f1: 0.924, support: 20, rocAuc: undefined },
      { name: 'dog', precision: 0.8, recall: 0.7, f1: 0.747, support: 20, rocAuc: undefined },
    ];
    const view = classesView(evaluation([1, 0, 0, 1], { perClass }));
    expect(view?.sentence).toBe(
      '“cat” is recognised best (F1 0.9240), “dog” worst (F1 0.7470): its images are missed more often (recall 0.7000).',
    );
    expect(view?.scaleFrom).toBe(0.6);
    expect(view?.rows[1]).toMatchObject({ precisionAt: 50, recallAt: 25 });
  });

  it('tell whether the network is surer than it should be', () => {
    const bins = [
      { from: 0.5, to: 0.75, count: 10, confidence: 0.7, accuracy: 0.5 },
      { from: 0.75, to: 1, count: 30, confidence: 0.98, accuracy: 0.9 },
    ];
    expect(plain(calibrationView(evaluation([1], { bins }))?.sentence)).toBe(
      'The network is surer than it should be: it is 91.0 % sure on average and right 80.0 % of the time.',
    );
  });

  it('tell how many mistakes there are besides those shown', () => {
    const mistakes = [{ index: 3, label: 0, predicted: 1, confidence: 0.999, labelProbability: 0.001 }];
    const mistakeImages = { shape: [1, 1, 1] as const, pixels: new Uint8Array(1) };
    const facts = evaluation([5, 2, 1, 5], { mistakes, mistakeImages });
    expect(plain(mistakesView(facts, 24)?.sentence)).toBe(
      'The 1 surest of 3 mistakes: the first is “cat”, taken for “dog” with 99.9 % confidence.',
    );
    expect(mistakesView(facts, 0)).toBeUndefined();
  });

  it('tell where the parameters lie, without counting the image as a layer', () => {
    const layer = (name: string, type: string, parameters: number) => ({
      name,
      type,
      outputShape: [10],
      parameters,
      inputs: [],
    });
    const layers = [layer('input', 'input', 0), layer('dense', 'dense', 900), layer('out', 'dense', 100)];
    expect(
      plain(modelView({ name: 'mlp', layers, parameters: 1000, trainableParameters: 990 }).sentence),
    ).toBe('mlp has 2 layers and 1,000 parameters, 90 % of them in dense. 10 parameters are not trained.');
  });

  it('give accuracy with its interval', () => {
    const facts = evaluation([1], { count: 10_000, metrics: { accuracy: 0.9892 } });
    const view = headlineView({ data: undefined, model: undefined, training: undefined, evaluation: facts });
    expect(plain(view?.sentence)).toBe('The network recognises 9,892 of 10,000 test images.');
    expect(plain(view?.figures[0]?.value)).toBe('98.92 %');
    expect(plain(view?.figures[0]?.detail)).toBe('95 % interval 98.70 to 99.10 %');
  });
});

describe('the first sentence', () => {
  const sentenceOf = (confusion: readonly number[], accuracy: number) =>
    plain(
      headlineView({
        data: undefined,
        model: undefined,
        training: undefined,
        evaluation: evaluation(confusion, { metrics: { accuracy } }),
      })?.sentence,
    );

  it('says when a network is not better than guessing', () => {
    expect(sentenceOf([0, 300, 0, 700], 0.7)).toBe(
      'The network recognises 700 of 1,000 test images. That is not better than guessing, as far as 1,000 images can tell: naming “dog” each time would be right for 70.00 %.',
    );
    expect(sentenceOf([20, 280, 10, 690], 0.71)).toContain('That is not better than guessing');
  });

  it('does not when it is', () => {
    expect(sentenceOf([100, 200, 10, 690], 0.79)).toBe('The network recognises 790 of 1,000 test images.');
  });
});

describe('how to reproduce a run', () => {
  const view = (dirty: boolean) =>
    reproductionView({
      git: { commit: '8b7df1433ab2c0f59e1de0c6a1d7e2f90b5c4a31', dirty },
      command: 'npx assay run e.yaml',
      seed: 7,
      engine: 'onnx',
    } as RunFacts);

  it('of committed files promises the same numbers', () => {
    expect(view(false).sentence).toBe('The same seed (7) on the same engine (onnx) gives the same numbers.');
    expect(view(false).commands[0]!.purpose).toBe('Get the same files');
  });

  it('of changed files does not', () => {
    expect(view(true).sentence).toBe(
      'It was run with changes that commit 8b7df1433a does not hold, and nobody else has; the commit alone may give other numbers. With those changes, the same seed (7) on the same engine (onnx) gives the same numbers.',
    );
    expect(view(true).commands[0]!.purpose).toBe('Get the files of the commit, then put the changes back');
  });
});

describe('numbers in a report', () => {
  it('never round a share to all or to nothing that is not', () => {
    expect([0.98701, 0.99999, 1, 0.00001, 0].map((share) => plain(percent(share)))).toEqual([
      '98.70 %',
      '99.999 %',
      '100.00 %',
      '0.001 %',
      '0.00 %',
    ]);
  });

  it('have four significant digits', () => {
    expect([0, 0.0342718, 12.3456, 1e-7, 60_000].map(decimal)).toEqual([
      '0',
      '0.03427',
      '12.35',
      '1.00e-7',
      '60,000',
    ]);
  });
});
