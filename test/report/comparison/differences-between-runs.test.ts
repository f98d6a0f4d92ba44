/** What tells two runs and their predictions apart: history, images, confusion, configuration. */
import { describe, expect, it } from 'vitest';
import type { ComparedRun } from '../../../src/report/comparison/compared-run.js';
import { bestSoFar } from '../../../src/report/comparison/statistics/best-so-far.js';
import { configDifference } from '../../../src/report/comparison/statistics/config-difference.js';
import { confusionDifference } from '../../../src/report/comparison/statistics/confusion-difference.js';
import { disagreements } from '../../../src/report/comparison/statistics/disagreements.js';
import { predictionsOn } from '../../../src/report/comparison/statistics/predictions-on.js';
import { comparedRun, comparedTrial, curveOf, evaluated } from './compared-run-fixture.js';

describe('the best so far', () => {
  const accuracy = { metric: 'accuracy', goal: 'maximize' } as const;

  it('goes by the number of trials, over those without a result', () => {
    const pruned = comparedTrial(1, {}, 0.99, { status: 'pruned' });
    const runs = [comparedTrial(3, {}, 0.9), comparedTrial(0, {}, 0.7), pruned, comparedTrial(2, {}, 0.6)];
    expect(bestSoFar(runs, accuracy)).toEqual([
      { run: 1, value: 0.7, best: 0.7, improved: true },
      { run: 2, value: null, best: 0.7, improved: false },
      { run: 3, value: 0.6, best: 0.7, improved: false },
      { run: 0, value: 0.9, best: 0.9, improved: true },
    ]);
  });

  it('goes by the time of other runs; less is better where the goal says so; the last epoch counts where nothing else does', () => {
    const run = (started: number, losses: readonly (number | null)[]): ComparedRun =>
      comparedRun({ started, curves: [curveOf('validation.loss', losses)] });
    const runs = [run(2, [1, 0.5]), run(1, [2, 0.5]), run(3, [0.1, null]), run(4, [0.4])];
    const found = bestSoFar(runs, { metric: 'validation.loss', goal: 'minimize' });
    expect(found.map(({ run: index, value, improved }) => [index, value, improved])).toEqual([
      [1, 0.5, true],
      [0, 0.5, false],
      [2, null, false],
      [3, 0.4, true],
    ]);
  });
});

describe('images on which networks disagree', () => {
  const labels = [0, 1, 2, 0, 1, 2];

  it('come with the evenest division first, those that all get wrong with the most agreed first', () => {
    const predictions = [
      [0, 0, 2, 1, 2, 1],
      [0, 0, 2, 2, 1, 1],
      [0, 1, 2, 1, 1, 1],
      [0, 1, 1, 2, 1, 1],
    ];
    expect(disagreements(predictions, labels)).toEqual({
      divided: [
        { index: 1, label: 1, predicted: [0, 0, 1, 1], right: 2 },
        { index: 2, label: 2, predicted: [2, 2, 2, 1], right: 3 },
        { index: 4, label: 1, predicted: [2, 1, 1, 1], right: 3 },
      ],
      allWrong: [
        { index: 5, label: 2, predicted: [1, 1, 1, 1], right: 0 },
        { index: 3, label: 0, predicted: [1, 2, 1, 2], right: 0 },
      ],
      counts: { divided: 3, allWrong: 2, allRight: 1 },
    });
    expect(disagreements(predictions, labels, 1)).toMatchObject({
      divided: [{ index: 1 }],
      allWrong: [{ index: 5 }],
      counts: { divided: 3, allWrong: 2, allRight: 1 },
    });
  });

  it('of two networks come with the commonest mistake first', () => {
    const { divided } = disagreements([[1, 1, 2, 0, 0, 0], labels], labels);
    // Three mistakes, each of its own kind: in the order of the images.
    expect(divided.map(({ index }) => index)).toEqual([0, 4, 5]);
    // A 2 taken for a 0 happens twice, a 0 taken for a 1 once.
    const again = disagreements([[1, 1, 0, 0, 1, 0], labels], labels);
    expect(again.divided.map(({ index }) => index)).toEqual([2, 5, 0]);
  });

  it('are those whose labels are known alone', () => {
    const run = comparedRun({ details: evaluated([0, 1], [0, 0], ['a', 'b']) });
    expect(predictionsOn(run, { data: 'digest', labels: [0, 0] })).toEqual([0, 1]);
    expect(predictionsOn(run, { data: 'other', labels: [0, 0] })).toBeUndefined();
    expect(predictionsOn(run, { data: 'digest', labels: [0] })).toBeUndefined();
    expect(predictionsOn(comparedRun(), { data: 'digest', labels: [] })).toBeUndefined();
  });
});

describe('the difference of two confusion matrices', () => {
  const classes = ['cat', 'dog'];

  it('is by share of the images of a class, the mistakes that changed most first', () => {
    const before = { classes, confusion: [90, 10, 5, 5] };
    const after = { classes, confusion: [95, 5, 3, 7] };
    const found = confusionDifference(before, after)!;
    expect(found.counts).toEqual([5, -5, -2, 2]);
    expect(found.shares.map((share) => Number(share.toFixed(12)))).toEqual([0.05, -0.05, -0.2, 0.2]);
    expect(found.largest).toEqual([
      { label: 'dog', predicted: 'cat', before: 5, after: 3 },
      { label: 'cat', predicted: 'dog', before: 10, after: 5 },
    ]);
    expect(found.sentence).toBe(
      'The greatest change: “dog” is taken for “cat” in 3 images instead of 5; then “cat” is taken for “dog” in 5 images instead of 10.',
    );
  });

  it('is nothing to speak of where they are the same, and is not taken of other classes', () => {
    const one = { classes, confusion: [1, 0, 0, 0] };
    expect(confusionDifference(one, one)).toMatchObject({
      largest: [],
      shares: [0, 0, 0, 0],
      sentence: 'Both make the same mistakes equally often.',
    });
    expect(confusionDifference(one, { classes: ['cat', 'cow'], confusion: [1, 0, 0, 1] })).toBeUndefined();
  });
});

describe('the difference of two configurations', () => {
  const config = (epochs: number, optimizer: string, layers: readonly string[]) => ({
    seed: 1,
    params: {},
    stages: {
      train: { uses: 'train', with: { epochs, optimizer: { kind: optimizer } } },
      build: { uses: 'build', with: { layers: layers.map((name) => ({ [name]: { units: 8 } })) } },
    },
  });

  it('names settings as they are set, with YAML before and after', () => {
    const before = config(3, 'adam', ['dense']);
    expect(configDifference(before, { ...config(5, 'on', ['dense']), engine: 'onnx' }).changes).toEqual([
      { path: 'train.epochs', before: '3', after: '5' },
      { path: 'train.optimizer.kind', before: 'adam', after: '"on"' },
      { path: 'engine', before: '', after: 'onnx' },
    ]);
    expect(configDifference(before, before).changes).toEqual([]);
  });

  it('is the whole text with its changed lines, a layer more being one line', () => {
    const { lines } = configDifference(config(3, 'adam', ['a', 'b']), config(5, 'adam', ['a', 'c', 'b']));
    const marks = { same: ' ', removed: '-', added: '+' };
    expect(lines.map(({ indent, text, mark }) => marks[mark] + '  '.repeat(indent) + text)).toEqual([
      ' seed: 1',
      ' params: {}',
      ' stages:',
      '   train:',
      '     uses: train',
      '     with:',
      '-      epochs: 3',
      '+      epochs: 5',
      '       optimizer:',
      '         kind: adam',
      '   build:',
      '     uses: build',
      '     with:',
      '       layers:',
      '         - { a: { units: 8 } }',
      '+        - { c: { units: 8 } }',
      '         - { b: { units: 8 } }',
    ]);
  });
});
