/**
 * A network being trained, over tfjs operations: tf.layers computes, tfjs differentiates, and our own optimizers take
 * the step, so that all there is to training lies open in weights and slots. Owns the live model and the slots until it
 * is closed; owns neither the order of batches nor the learning rate.
 */
import { ProblemError } from '../core/problem.js';
import { RandomStream } from '../core/random.js';
import type { Batch, LabelledImages } from '../data/image-batch.js';
import type { NamedArray } from '../models/model-artifact.js';
import { withSeededMathRandom } from '../models/seeded-math-random.js';
import { tf, type tfLayers } from '../models/tfjs.js';
import type { BatchResult, TrainingSession, TrainingSetup, TrainingState } from './engine.js';
import { clipGradients } from './gradient-clipping.js';
import type { TensorDraws } from './layer-stand-ins/tensor-draws.js';
import { losses, type Loss } from './losses.js';
import { createOptimizer } from './optimizers/create-optimizer.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { OptimizerSlots } from './optimizer-slots.js';
import { copyOut, variableOf, writeWeight, type Weight } from './tfjs-weights.js';
import { countHits, inputTensor, labelTensor, scalingTable, slices } from './tfjs-batch.js';

export class TfjsTrainingSession implements TrainingSession {
  readonly #model: tfLayers.LayersModel;
  readonly #setup: TrainingSetup;
  readonly #draws: TensorDraws;
  readonly #activate: () => void;
  readonly #loss: Loss;
  readonly #optimizer: Optimizer;
  readonly #slots: OptimizerSlots;
  readonly #table: Float32Array;
  readonly #trainable: readonly Weight[];
  #step = 0;

  /**
   * @param draws what the model's layers draw from.
   * @param activate makes the engine's backend the current one; it is so now.
   */
  constructor(model: tfLayers.LayersModel, setup: TrainingSetup, draws: TensorDraws, activate: () => void) {
    this.#model = model;
    this.#setup = setup;
    this.#draws = draws;
    this.#activate = activate;
    this.#loss = losses[setup.loss];
    this.#optimizer = createOptimizer(setup.optimizer);
    this.#trainable = model.trainableWeights;
    this.#slots = new OptimizerSlots(this.#trainable, this.#optimizer.slots);
    this.#table = scalingTable(setup.scaling);
  }

  trainStep(batch: Batch, learningRate: number): Promise<BatchResult> {
    return Promise.resolve().then(() => {
      this.#activate();
      this.#draws.begin(this.#step);
      // A layer of the user's own may draw from Math.random.
      const seed = new RandomStream(this.#setup.seed, 'network', this.#step).uint32();
      const result = withSeededMathRandom(seed, () => tidied(() => this.#takeStep(batch, learningRate)));
      this.#step++;
      return result;
    });
  }

  evaluate(images: LabelledImages, batchSize: number): Promise<BatchResult> {
    let lossSum = 0;
    let correct = 0;
    for (const batch of slices(images, batchSize)) {
      this.#activate();
      const result = tidied(() => {
        const { objective, correct } = this.#forward(batch, false);
        return { loss: objective.dataSync()[0]!, correct };
      });
      lossSum += result.loss * batch.count;
      correct += result.correct;
    }
    return Promise.resolve({ lossSum, correct, count: images.count });
  }

  weights(): Promise<readonly NamedArray[]> {
    return copyOut(
      this.#model.weights.map((weight) => ({ name: weight.originalName, tensor: weight.read() })),
    );
  }

  async state(): Promise<TrainingState> {
    const arrays = [...(await this.weights()), ...(await copyOut(this.#slots.named()))];
    return { step: this.#step, arrays };
  }

  restore({ step, arrays }: TrainingState): Promise<void> {
    return Promise.resolve().then(() => {
      this.#activate();
      const byName = new Map(arrays.map((array) => [array.name, array]));
      const find = (name: string): NamedArray => {
        const array = byName.get(name);
        if (array === undefined) throw new Error(`the training state holds no ${name}`);
        return array;
      };
      for (const weight of this.#model.weights) writeWeight(weight, find(weight.originalName));
      this.#slots.restore(find);
      this.#step = step;
    });
  }

  close(): Promise<void> {
    this.#activate();
    this.#slots.dispose();
    this.#model.dispose();
    return Promise.resolve();
  }

  /** The batch's mean of the weighted loss plus regularisation, and how many images were told right. */
  #forward(batch: Batch, training: boolean): { objective: tf.Scalar; correct: number } {
    const { classes, labelSmoothing, classWeights } = this.#setup;
    const predicted = this.#model.apply(inputTensor(batch, this.#table), { training }) as tf.Tensor;
    let perImage = this.#loss(labelTensor(batch, classes, labelSmoothing), predicted);
    const sampleWeights = training ? batch.weights : undefined;
    if (classWeights !== undefined || sampleWeights !== undefined) {
      const factors = Float32Array.from(
        batch.labels.subarray(0, batch.count),
        (c, i) => (classWeights?.[c] ?? 1) * (sampleWeights?.[i] ?? 1),
      );
      perImage = tf.mul(perImage, tf.tensor1d(factors));
    }
    const objective = this.#model
      .calculateLosses()
      .reduce<tf.Scalar>((sum, penalty) => tf.add(sum, penalty), tf.mean(perImage));
    return { objective, correct: countHits(predicted.dataSync(), batch.labels, classes) };
  }

  /**
   * tfjs finds out only while it computes that it can't differentiate a layer (thresholdedReLU, say). What the
   * first step shows is therefore told as a problem with the network; later steps compute the same again.
   */
  #differentiate(objective: () => tf.Scalar, variables: tf.Variable[]) {
    try {
      return tf.variableGrads(objective, variables);
    } catch (error) {
      if (this.#step > 0 || !(error instanceof Error)) throw error;
      const [reason] = error.message.split('\n', 1);
      throw new ProblemError({
        code: 'network-not-trainable',
        message: `tfjs can't train this network: ${reason}`,
      });
    }
  }

  #takeStep(batch: Batch, learningRate: number): BatchResult {
    let correct = 0;
    const variables = this.#trainable.map(variableOf);
    const { value, grads } = this.#differentiate(() => {
      const forward = this.#forward(batch, true);
      correct = forward.correct;
      return forward.objective;
    }, variables);
    // A weight that the loss does not depend on has no gradient, and stays what it is.
    const reached = this.#trainable.flatMap((weight, place) => {
      const gradient = grads[variables[place]!.name];
      return gradient === undefined ? [] : [{ weight, place, gradient }];
    });
    const clipped = clipGradients(
      reached.map(({ gradient }) => gradient),
      this.#setup.clipping,
    );
    const numbers = this.#optimizer.scalars(this.#step + 1, learningRate);
    const scalars = Object.fromEntries(
      Object.entries(numbers).map(([name, number]) => [name, tf.scalar(number)]),
    );
    reached.forEach(({ weight, place }, i) => {
      const next = this.#optimizer.update(weight.read(), clipped[i]!, this.#slots.of(place), scalars);
      weight.write(next.weight);
      this.#slots.replace(place, next.slots);
    });
    return { lossSum: value.dataSync()[0]! * batch.count, correct, count: batch.count };
  }
}

/** Runs work and disposes every tensor it made but did not keep; what it returns holds none. */
function tidied<T extends object>(work: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result!;
}
