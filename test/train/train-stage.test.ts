import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readModelFolder } from '../../src/models/tfjs-artifact.js';
import { TrainRig } from './train-rig.js';

const rig = new TrainRig();
afterAll(() => rig.close());

describe('training', () => {
  it('writes the trained model and its history, and tells each step and epoch', async () => {
    const { summary, events, history, output } = await rig.train('plain', { settings: { epochs: 8 } });
    expect(readdirSync(output).sort()).toEqual(['history.json', 'model.json', 'model.onnx', 'weights.bin']);
    expect((await readModelFolder(output)).weights.map(({ shape }) => shape)).toEqual([
      [36, 8],
      [8],
      [8, 3],
      [3],
    ]);
    expect(history.epochs.map(({ epoch, step }) => [epoch, step])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((epoch) => [epoch, epoch * 4]),
    );
    for (const { metrics } of history.epochs) {
      expect(Object.keys(metrics).sort()).toEqual([
        'learningRate',
        'train.accuracy',
        'train.loss',
        'validation.accuracy',
        'validation.loss',
      ]);
    }
    const last = history.epochs.at(-1)!;
    expect(last.metrics['train.accuracy']).toBeGreaterThan(0.9);
    expect(history.stoppedEarly).toBe(false);
    expect(summary.epochs).toEqual(history.epochs);
    expect(summary.epochSeconds).toHaveLength(8);
    expect(summary.metrics).toEqual({ ...last.metrics, epochs: 8, bestEpoch: history.bestEpoch });
    expect(summary.note).toBe(
      `8 epochs, 32 steps, validation accuracy ${last.metrics['validation.accuracy']!.toFixed(4)}`,
    );

    const steps = events.filter(({ type }) => type === 'step-ended');
    expect(steps).toHaveLength(32);
    expect(steps[5]).toMatchObject({ epoch: 2, step: 6 });
    expect(events.filter((event) => event.type === 'epoch-ended').map(({ record }) => record)).toEqual(
      history.epochs,
    );
    expect(events.at(-2)).toEqual({
      type: 'progress',
      done: 32,
      total: 32,
      unit: 'steps',
      note: 'epoch 8/8',
    });
  });

  it("tells an epoch's training loss as the mean over its images, the smaller last batch included", async () => {
    const { events, history } = await rig.train('means', { settings: { epochs: 1 } });
    const losses = events.flatMap((event) => (event.type === 'step-ended' ? [event.metrics['loss']!] : []));
    const mean = losses.reduce((sum, loss, i) => sum + loss * (i === 3 ? 12 : 16), 0) / 60;
    expect(history.epochs[0]!.metrics['train.loss']).toBeCloseTo(mean, 10);
  });

  it('gives the same bytes for the same seed, and tells no time in them', async () => {
    const [first, second] = [await rig.train('same 1'), await rig.train('same 2')];
    expect(second.files).toEqual(first.files);
    expect(second.summary.epochs).toEqual(first.summary.epochs);
  });

  it('follows the schedule from step to step', async () => {
    const { events } = await rig.train('schedule', {
      settings: { epochs: 2, schedule: { kind: 'step', every: 1, factor: 0.5, warmup: { steps: 2 } } },
    });
    const rates = events.flatMap((event) =>
      event.type === 'step-ended' ? [event.metrics['learningRate']] : [],
    );
    expect(rates).toEqual([0.005, 0.01, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005]);
  });

  it('weighs images as their data says, wherever the order of an epoch puts them', async () => {
    const byClass = await rig.train('by class', { settings: { classWeights: [0.5, 3, 0] } });
    const byImage = await rig.train('by image', { weightOf: (label) => [0.5, 3, 0][label]! });
    expect(byImage.files['weights.bin']).toBe(byClass.files['weights.bin']);
    const plain = await rig.train('unweighed');
    expect(byImage.files['weights.bin']).not.toBe(plain.files['weights.bin']);
  });

  it('weighs no image that is only validated', async () => {
    const constant = { schedule: { kind: 'constant' } } as const;
    const doubled = await rig.train('weights of 2', {
      settings: { ...constant, optimizer: { kind: 'sgd', learningRate: 0.125 } },
      weightOf: () => 2,
    });
    const faster = await rig.train('twice the rate', {
      settings: { ...constant, optimizer: { kind: 'sgd', learningRate: 0.25 } },
    });
    expect(doubled.files['weights.bin']).toBe(faster.files['weights.bin']);
    doubled.history.epochs.forEach(({ metrics }, i) => {
      const expected = faster.history.epochs[i]!.metrics;
      expect(metrics['validation.loss']).toBe(expected['validation.loss']);
      expect(metrics['train.loss']).toBeCloseTo(2 * expected['train.loss']!, 10);
    });
  });

  it('takes batches larger than the data', async () => {
    const { history } = await rig.train('one batch', { settings: { epochs: 2, batchSize: 1000 } });
    expect(history.epochs.map(({ step }) => step)).toEqual([1, 2]);
  });

  it('tells no validation metrics without validation images', async () => {
    const { history, summary } = await rig.train('unvalidated', { counts: [60, 0] });
    expect(Object.keys(history.epochs[0]!.metrics).sort()).toEqual([
      'learningRate',
      'train.accuracy',
      'train.loss',
    ]);
    expect(summary.note).toBe('3 epochs, 12 steps');
  });

  it('stops early and keeps the weights of the best epoch', async () => {
    // A learning rate that makes the loss jump about: soon no epoch is better than the best.
    const wild = {
      optimizer: { kind: 'sgd', learningRate: 8 },
      schedule: { kind: 'constant' },
      epochs: 40,
    } as const;
    const earlyStopping = { metric: 'train.loss', patience: 2, minDelta: 0, restoreBest: true } as const;
    const stopped = await rig.train('early', { settings: { ...wild, earlyStopping } });
    const { epochs, bestEpoch, stoppedEarly } = stopped.history;
    expect(stoppedEarly).toBe(true);
    expect(epochs).toHaveLength(bestEpoch + 2);
    const losses = epochs.map(({ metrics }) => metrics['train.loss']!);
    expect(losses.indexOf(Math.min(...losses))).toBe(bestEpoch - 1);
    expect(stopped.summary.metrics).toMatchObject({
      epochs: epochs.length,
      bestEpoch,
      'train.loss': losses[bestEpoch - 1],
    });

    const upToBest = await rig.train('up to the best', { settings: { ...wild, epochs: bestEpoch } });
    expect(stopped.files['weights.bin']).toBe(upToBest.files['weights.bin']);
    const kept = await rig.train('last kept', {
      settings: { ...wild, earlyStopping: { ...earlyStopping, restoreBest: false } },
    });
    expect(kept.files['weights.bin']).not.toBe(upToBest.files['weights.bin']);
    expect(kept.files['history.json']).toBe(stopped.files['history.json']);
  });

  it('refuses to watch validation without validation images', async () => {
    const earlyStopping = { metric: 'validation.loss', patience: 2, minDelta: 0, restoreBest: true } as const;
    expect(
      await rig.problemOf('nothing to watch', { counts: [60, 0], settings: { earlyStopping } }),
    ).toMatchObject({
      code: 'no-validation-split',
      message: 'early stopping watches "validation.loss", but there are no validation images',
      at: { lineText: 'earlyStopping.metric' },
      fix: 'let preprocess set some aside (validation: 0.1), or watch "train.loss"',
    });
  });

  it('refuses data without training images', async () => {
    expect(await rig.problemOf('no images', { counts: [0, 20] })).toMatchObject({
      code: 'no-training-images',
      message: 'expected the train split to hold images to learn from, got none',
    });
  });

  it('refuses a network for another number of classes', async () => {
    expect(await rig.problemOf('classes', { classes: ['a', 'b', 'c', 'd'] })).toMatchObject({
      code: 'network-mismatch',
      message: 'expected the network to give 4 numbers an image, one for each class, got one that gives 3',
    });
  });

  it('refuses class weights for another number of classes', async () => {
    expect(await rig.problemOf('weights', { settings: { classWeights: [1, 2] } })).toMatchObject({
      code: 'class-weights-mismatch',
      message: 'expected "classWeights" to hold 3 numbers, one for each class, got 2',
      at: { lineText: 'classWeights' },
    });
  });

  it('stops with a clear problem when the loss is no longer a number', async () => {
    const optimizer = { kind: 'sgd', learningRate: 1e30 } as const;
    const settings = { optimizer, schedule: { kind: 'constant' }, loss: 'meanSquaredError' } as const;
    const problem = await rig.problemOf('diverged', { network: 'regularized', settings });
    expect(problem).toMatchObject({
      code: 'loss-not-finite',
      at: { lineText: 'optimizer.learningRate' },
      fix: 'lower optimizer.learningRate, clip gradients (clip: { globalNorm: 1 }), or warm up (schedule.warmup)',
    });
    expect(problem.message).toMatch(
      /^expected the loss to be a finite number, got (NaN|Infinity) in step \d+ \(epoch 1\) at learning rate 1e\+30$/,
    );
  });
});
