/** Training written out plainly over tfjs's own kernels: what every engine is compared with. */
import type { Batch } from '../../../src/data/image-batch.js';
import type { TrainingSetup } from '../../../src/engine/engine.js';
import { clipGradients } from '../../../src/engine/gradient-clipping.js';
import { putLayerStandIns } from '../../../src/engine/layer-stand-ins/put-layer-stand-ins.js';
import { TensorDraws } from '../../../src/engine/layer-stand-ins/tensor-draws.js';
import { losses } from '../../../src/engine/losses.js';
import { createOptimizer } from '../../../src/engine/optimizers/create-optimizer.js';
import type { ModelArtifact } from '../../../src/models/model-artifact.js';
import { modelFromArtifact } from '../../../src/models/tfjs-artifact.js';
import { tf, type tfLayers } from '../../../src/models/tfjs.js';
import { countHits } from '../../../src/engine/tfjs-batch.js';
import { variableOf } from '../../../src/engine/tfjs-weights.js';
import { plainBackend } from './plain-backend.js';

export interface PlainStep {
  readonly loss: number;
  readonly correct: number;
  /** By the weight's name; a weight that the loss does not depend on has none. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export class PlainTraining {
  readonly model: tfLayers.LayersModel;
  readonly #setup: TrainingSetup;
  readonly #draws: TensorDraws;
  readonly #slots = new Map<string, readonly tf.Tensor[]>();

  static async open(artifact: ModelArtifact, setup: TrainingSetup): Promise<PlainTraining> {
    void tf.setBackend(plainBackend);
    return new PlainTraining(await modelFromArtifact(artifact), setup);
  }

  private constructor(model: tfLayers.LayersModel, setup: TrainingSetup) {
    this.model = model;
    this.#setup = setup;
    this.#draws = new TensorDraws(setup.seed);
    putLayerStandIns(model, this.#draws);
  }

  /** What the network makes of a batch; in training with the draws of the given step. */
  predict(batch: Batch, training: boolean, step = 0): tf.Tensor {
    const { scaling } = this.#setup;
    this.#draws.begin(step);
    const scaled = Float32Array.from(batch.pixels, (pixel) => pixel * scaling.scale + scaling.offset);
    return this.model.apply(tf.tensor(scaled, [batch.count, ...batch.shape]), { training }) as tf.Tensor;
  }

  /** The objective of a batch for which the network said this. */
  loss(batch: Batch, predicted: tf.Tensor): tf.Scalar {
    const { classes, labelSmoothing, classWeights, loss } = this.#setup;
    const sharp = tf.oneHot(tf.tensor1d(batch.labels, 'int32'), classes);
    const y = tf.add(tf.mul(sharp, 1 - labelSmoothing), labelSmoothing / classes);
    const ofClasses = Float32Array.from(batch.labels, (label) => classWeights?.[label] ?? 1);
    const ofImages = batch.weights ?? new Float32Array(batch.count).fill(1);
    const perImage = tf.mul(losses[loss](y, predicted), tf.tensor1d(ofClasses));
    const mean = tf.mean<tf.Scalar>(tf.mul(perImage, tf.tensor1d(ofImages)));
    return this.model.calculateLosses().reduce<tf.Scalar>((sum, part) => tf.add(sum, part), mean);
  }

  step(batch: Batch, step: number, learningRate: number): PlainStep {
    void tf.setBackend(plainBackend);
    const optimizer = createOptimizer(this.#setup.optimizer);
    const gradients = new Map<string, Float32Array>();
    let loss = NaN;
    let correct = 0;
    tf.tidy(() => {
      const weights = this.model.trainableWeights;
      const variables = weights.map(variableOf);
      const { value, grads } = tf.variableGrads(() => {
        const predicted = this.predict(batch, true, step);
        correct = countHits(predicted.dataSync(), batch.labels, this.#setup.classes);
        return this.loss(batch, predicted);
      }, variables);
      loss = value.dataSync()[0]!;
      const reached = weights.filter((_, i) => grads[variables[i]!.name] !== undefined);
      const clipped = clipGradients(
        reached.map((weight) => grads[variableOf(weight).name]!),
        this.#setup.clipping,
      );
      const numbers = Object.entries(optimizer.scalars(step + 1, learningRate));
      const scalars = Object.fromEntries(numbers.map(([name, number]) => [name, tf.scalar(number)]));
      reached.forEach((weight, i) => {
        const { originalName } = weight;
        gradients.set(originalName, clipped[i]!.dataSync<'float32'>().slice());
        const fresh = (): tf.Tensor[] =>
          optimizer.slots.map(({ initial }) => tf.fill(weight.shape as number[], initial));
        const held = this.#slots.get(originalName) ?? fresh();
        const next = optimizer.update(weight.read(), clipped[i]!, held, scalars);
        weight.write(next.weight);
        tf.dispose([...held]);
        this.#slots.set(
          originalName,
          next.slots.map((slot) => tf.keep(slot)),
        );
      });
    });
    return { loss, correct, gradients };
  }

  /** Loss and predictions without training. */
  evaluate(batch: Batch): { readonly loss: number; readonly predictions: Float32Array } {
    void tf.setBackend(plainBackend);
    return tf.tidy(() => {
      const predicted = this.predict(batch, false);
      const loss = this.loss(batch, predicted).dataSync()[0]!;
      return { loss, predictions: predicted.dataSync<'float32'>().slice() };
    });
  }

  weights(): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.model.weights.map((weight) => [weight.originalName, weight.read().dataSync<'float32'>().slice()]),
    );
  }

  close(): void {
    tf.dispose([...this.#slots.values()].flat());
    this.model.dispose();
  }
}
