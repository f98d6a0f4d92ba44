/** What every engine must do, by parameter: the same suite for each provider that is here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/core/problem.js';
import type {
  Engine,
  EngineProvider,
  OptimizerSettings,
  TrainingSession,
  TrainingSetup,
} from '../../src/engine/engine.js';
import type { NamedArray } from '../../src/models/model-artifact.js';
import { modelFromArtifact } from '../../src/models/tfjs-artifact.js';
import { onCpuBackend, tf, useCpuBackend } from '../../src/models/tfjs.js';
import {
  artifactOf,
  bandImages,
  batchOf,
  classes,
  engineOptions,
  largestDifference,
  networkNames,
  setupOf,
  type NetworkName,
} from './support.js';

const optimizers: readonly OptimizerSettings[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.9 },
  { kind: 'nesterov', learningRate: 0.05, momentum: 0.9 },
  { kind: 'adagrad', learningRate: 0.1 },
  { kind: 'rmsprop', learningRate: 0.01, momentum: 0.5 },
  { kind: 'adam', learningRate: 0.02 },
  { kind: 'adamw', learningRate: 0.02, weightDecay: 0.05 },
];

export function describeEngine(provider: EngineProvider): void {
  describe(`engine ${provider.name}`, () => {
    let engine: Engine;
    const images = bandImages(60);

    beforeAll(async () => {
      engine = await provider.open(engineOptions);
    });
    afterAll(async () => {
      await engine.close();
      await useCpuBackend();
    });

    async function open(
      network: NetworkName,
      changes: Partial<TrainingSetup> = {},
    ): Promise<TrainingSession> {
      return engine.openTraining(await artifactOf(network), setupOf(changes));
    }

    /** Steps over batches of 16, the fourth of 12, from `from` on. */
    async function train(session: TrainingSession, from: number, to: number): Promise<number[]> {
      const losses: number[] = [];
      for (let step = from; step < to; step++) {
        const at = (step % 4) * 16;
        const result = await session.trainStep(batchOf(images, at, Math.min(60, at + 16)), 0.01);
        losses.push(result.lossSum / result.count);
      }
      return losses;
    }

    it.each(optimizers)('learns with $kind', async (optimizer) => {
      const session = await open('dense', { optimizer });
      const before = await session.evaluate(images, 60);
      for (let step = 0; step < 60; step++) await session.trainStep(images, optimizer.learningRate);
      const after = await session.evaluate(images, 60);
      expect(after.lossSum).toBeLessThan(before.lossSum * 0.6);
      expect(after.correct).toBeGreaterThan(before.correct);
      await session.close();
    });

    it.each(networkNames)('goes on bit for bit from a stored state: %s', async (network) => {
      const undisturbed = await open(network);
      const losses = await train(undisturbed, 0, 7);
      const stopped = await open(network);
      await train(stopped, 0, 3);
      const state = await stopped.state();
      await stopped.close();
      const resumed = await open(network);
      await resumed.restore(state);
      expect(await train(resumed, 3, 7)).toEqual(losses.slice(3));
      expect(await resumed.state()).toEqual(await undisturbed.state());
      await undisturbed.close();
      await resumed.close();
    });

    it.each(['dense', 'regularized', 'convolution', 'batchNormalization', 'residual'] as const)(
      'takes the steps that tf.layers itself takes: %s',
      async (network) => {
        const session = await open(network, { optimizer: { kind: 'sgd', learningRate: 0.1 } });
        const artifact = await artifactOf(network);
        const reference = await onCpuBackend(() => modelFromArtifact(artifact));
        reference.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy' });
        for (let step = 0; step < 5; step++) {
          const batch = batchOf(images, step * 12, step * 12 + 12);
          const { lossSum, count } = await session.trainStep(batch, 0.1);
          const x = tf.tensor4d(
            Float32Array.from(batch.pixels, (pixel) => pixel / 255),
            [12, 6, 6, 1],
          );
          const y = tf.oneHot(tf.tensor1d(batch.labels, 'int32'), classes);
          const loss = (await reference.trainOnBatch(x, y)) as number;
          expect(lossSum / count).toBeCloseTo(loss, 4);
          tf.dispose([x, y]);
        }
        const weights = await session.weights();
        expect(weights.map(({ name }) => name)).toEqual(artifact.weights.map(({ name }) => name));
        weights.forEach((weight, i) => {
          expect(largestDifference(weight.values, reference.weights[i]!.read().dataSync())).toBeLessThan(
            1e-4,
          );
        });
        reference.dispose();
        await session.close();
      },
    );

    it('draws dropout and noise afresh in each step, from the seed and the step alone', async () => {
      const [first, second, other] = [
        await open('dropout'),
        await open('dropout'),
        await open('dropout', { seed: 8 }),
      ];
      // A learning rate of 0 leaves the weights as they are: what differs is what was drawn.
      const run = async (session: TrainingSession): Promise<number[]> => {
        const sums: number[] = [];
        for (let step = 0; step < 3; step++) sums.push((await session.trainStep(images, 0)).lossSum);
        return sums;
      };
      const losses = await run(first);
      expect(new Set(losses).size).toBe(3);
      expect(await run(second)).toEqual(losses);
      expect(await run(other)).not.toEqual(losses);
      for (const session of [first, second, other]) await session.close();
    });

    it('evaluates without dropout and with moving averages, in batches of any size', async () => {
      const session = await open('batchNormalization');
      const moving = async (): Promise<NamedArray[]> =>
        (await session.weights()).filter(({ name }) => name.includes('moving'));
      const before = await moving();
      const atOnce = await session.evaluate(images, 60);
      const inBatches = await session.evaluate(images, 7);
      expect(inBatches.correct).toBe(atOnce.correct);
      expect(inBatches.count).toBe(60);
      expect(inBatches.lossSum).toBeCloseTo(atOnce.lossSum, 3);
      expect(await moving()).toEqual(before);
      await session.trainStep(images, 0.01);
      expect(await moving()).not.toEqual(before);
      await session.close();
    });

    it('weighs classes: the loss of a class without weight does not count', async () => {
      const plain = await open('dense');
      const weighted = await open('dense', { classWeights: [2, 0, 1] });
      const of = (label: number) => {
        const kept = [...images.labels.keys()].filter((i) => images.labels[i] === label);
        const pixels = Uint8Array.from(kept.flatMap((i) => [...images.pixels.subarray(i * 36, i * 36 + 36)]));
        return {
          count: kept.length,
          shape: images.shape,
          pixels,
          labels: new Int32Array(kept.length).fill(label),
        };
      };
      for (const [label, factor] of [2, 0, 1].entries()) {
        const { lossSum } = await plain.evaluate(of(label), 60);
        expect((await weighted.evaluate(of(label), 60)).lossSum).toBeCloseTo(factor * lossSum, 3);
      }
      await plain.close();
      await weighted.close();
    });

    it('weighs images in training, and not when they are validated', async () => {
      const weighted = await open('dense', { classWeights: [2, 0.5, 1] });
      const weights = Float32Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 0 : 1 + i / 20));
      // A learning rate of 0 leaves the network as it is.
      const lossOf = async (session: TrainingSession, i: number): Promise<number> =>
        (await session.trainStep(batchOf(images, i, i + 1), 0)).lossSum;
      let expected = 0;
      for (let i = 0; i < 60; i++) expected += weights[i]! * (await lossOf(weighted, i));
      const { lossSum, count } = await weighted.trainStep({ ...images, weights }, 0);
      expect(count).toBe(60);
      expect(lossSum).toBeCloseTo(expected, 3);
      const even = { ...images, weights: new Float32Array(60).fill(1) };
      expect((await weighted.trainStep(even, 0)).lossSum).toBeCloseTo(
        (await weighted.trainStep(images, 0)).lossSum,
        4,
      );
      const uneven = { ...images, weights };
      expect(await weighted.evaluate(uneven, 60)).toEqual(await weighted.evaluate(images, 60));
      await weighted.close();
    });

    it('smooths labels as (1 - s) · loss + s · the mean loss over all classes', async () => {
      const sharp = await open('dense');
      const smooth = await open('dense', { labelSmoothing: 0.3 });
      const one = batchOf(images, 0, 1);
      const losses = await Promise.all(
        [0, 1, 2].map((label) => sharp.evaluate({ ...one, labels: Int32Array.of(label) }, 1)),
      );
      const mean = losses.reduce((sum, { lossSum }) => sum + lossSum, 0) / 3;
      const own = losses[one.labels[0]!]!.lossSum;
      expect((await smooth.evaluate(one, 1)).lossSum).toBeCloseTo(0.7 * own + 0.3 * mean, 4);
      await sharp.close();
      await smooth.close();
    });

    it('holds weights to their constraints, and leaves those that are not to be trained', async () => {
      const session = await open('constrained');
      const [, , frozen] = await session.weights();
      await train(session, 0, 4);
      const [kernel, bias, still] = await session.weights();
      for (let unit = 0; unit < 8; unit++) {
        const column = Array.from({ length: 36 }, (_, i) => kernel!.values[i * 8 + unit]!);
        expect(Math.hypot(...column)).toBeLessThanOrEqual(0.5 + 1e-6);
      }
      expect(Math.max(...bias!.values.map(Math.abs))).toBeGreaterThan(0);
      expect(still).toEqual(frozen);
      await session.close();
    });

    it('normalises without factor and offset as with a factor of 1 and an offset of 0', async () => {
      const session = await open('bareNormalization');
      const names = (await session.weights()).map(({ name }) => name.split('/')[1]);
      expect(names.filter((name) => name === 'gamma' || name === 'beta')).toEqual(['beta', 'gamma']);
      const losses = await train(session, 0, 24);
      expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.7);
      await session.close();
    });

    it('adds regularisation to the loss, once for each image', async () => {
      const session = await open('regularized');
      const inference = await engine.openInference(await artifactOf('regularized'));
      const kernel = (await session.weights())[0]!.values as Float32Array;
      const penalty = kernel.reduce((sum, w) => sum + 0.01 * Math.abs(w) + 0.02 * w * w, 0);
      const probabilities = await inference.predict(images, setupOf().scaling, 60);
      const crossEntropy = images.labels.reduce(
        (sum, c, i) => sum - Math.log(probabilities[i * classes + c]!),
        0,
      );
      const { lossSum } = await session.evaluate(images, 60);
      expect(lossSum / 60).toBeCloseTo(crossEntropy / 60 + penalty, 4);
      await inference.close();
      await session.close();
    });

    it('predicts the same whatever the batch size, and as tf.layers does', async () => {
      const artifact = await artifactOf('convolution');
      const session = await engine.openInference(artifact);
      const scaling = { scale: 1 / 255, offset: 0 };
      const atOnce = await session.predict(images, scaling, 60);
      const inBatches = await session.predict(images, scaling, 7);
      expect(atOnce.length).toBe(60 * classes);
      expect(largestDifference(atOnce, inBatches)).toBeLessThan(1e-6);
      const reference = await onCpuBackend(() => modelFromArtifact(artifact));
      const x = tf.tensor4d(
        Float32Array.from(images.pixels, (pixel) => pixel / 255),
        [60, 6, 6, 1],
      );
      const y = reference.predict(x) as tf.Tensor;
      expect(largestDifference(atOnce, y.dataSync())).toBeLessThan(1e-5);
      tf.dispose([x, y]);
      reference.dispose();
      await session.close();
    });

    it('keeps no tensor behind', async () => {
      const artifact = await artifactOf('batchNormalization');
      const before = tf.memory().numTensors;
      const session = await engine.openTraining(artifact, setupOf({ clipping: { globalNorm: 1 } }));
      await session.trainStep(images, 0.01);
      const inside = tf.memory().numTensors;
      for (let step = 0; step < 3; step++) await session.trainStep(images, 0.01);
      await session.evaluate(images, 16);
      await session.restore(await session.state());
      expect(tf.memory().numTensors).toBe(inside);
      await session.close();
      const inference = await engine.openInference(artifact);
      await inference.predict(images, { scale: 1, offset: 0 }, 16);
      await inference.close();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('refuses a network that does not fit the images or the classes', async () => {
      const artifact = await artifactOf('dense');
      await expect(engine.openTraining(artifact, setupOf({ classes: 10 }))).rejects.toMatchObject({
        problems: [
          {
            code: 'network-mismatch',
            message:
              'expected the network to give 10 numbers an image, one for each class, got one that gives 3',
            fix: 'end it with a dense layer of 10 units',
          },
        ],
      });
      await expect(engine.openTraining(artifact, setupOf({ imageShape: [28, 28, 1] }))).rejects.toMatchObject(
        {
          problems: [
            {
              code: 'network-mismatch',
              message: 'expected the network to take images of 28×28×1, got one that takes 6×6×1',
              fix: "set the network's inputShape to [28, 28, 1]",
            },
          ],
        },
      );
      const session = await engine.openInference(artifact);
      const wrong = {
        count: 1,
        shape: [4, 4, 1] as const,
        pixels: new Uint8Array(16),
        labels: new Int32Array(1),
      };
      await expect(session.predict(wrong, { scale: 1, offset: 0 }, 1)).rejects.toBeInstanceOf(ProblemError);
      await session.close();
    });
  });
}
