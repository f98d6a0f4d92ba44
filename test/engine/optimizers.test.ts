/** Our optimizers against tfjs's own over 20 steps, and against their formulas in double precision. */
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import type { OptimizerSettings } from '../../src/engine/engine.js';
import { createOptimizer } from '../../src/engine/optimizers/create-optimizer.js';
import { tf, useCpuBackend } from '../../src/models/tfjs.js';
import { largestDifference } from './support.js';

beforeAll(useCpuBackend);

const steps = 20;
const size = 30;

/** The gradients of all steps: the same for everybody. */
function gradients(): Float32Array[] {
  const random = new RandomStream(3, 'gradients');
  return Array.from({ length: steps }, () => Float32Array.from({ length: size }, () => random.normal()));
}
const startWeights = Float32Array.from({ length: size }, (_, i) => Math.sin(i));

/** A learning rate that changes from step to step. */
const rateAt = (full: number, step: number): number => full / step;

function ours(settings: OptimizerSettings): Float32Array {
  const optimizer = createOptimizer(settings);
  return tf.tidy(() => {
    let weight: tf.Tensor = tf.tensor1d(startWeights);
    let slots: readonly tf.Tensor[] = optimizer.slots.map(({ initial }) => tf.fill([size], initial));
    gradients().forEach((gradient, i) => {
      const numbers = optimizer.scalars(i + 1, rateAt(settings.learningRate, i + 1));
      const scalars = Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, tf.scalar(n)]));
      ({ weight, slots } = optimizer.update(weight, tf.tensor1d(gradient), slots, scalars));
    });
    return tf.tensor1d(weight.dataSync() as Float32Array).dataSync() as Float32Array;
  });
}

function theirs(create: (rate: number) => tf.Optimizer, full: number, changeRate = true): Float32Array {
  const weight = tf.variable(tf.tensor1d(startWeights));
  const optimizer = create(full);
  gradients().forEach((gradient, i) => {
    if (changeRate) Object.assign(optimizer, { learningRate: rateAt(full, i + 1) });
    (optimizer as { setLearningRate?: (rate: number) => void }).setLearningRate?.(rateAt(full, i + 1));
    const tensor = tf.tensor1d(gradient);
    optimizer.applyGradients([{ name: weight.name, tensor }]);
    tensor.dispose();
  });
  const result = weight.dataSync().slice() as Float32Array;
  optimizer.dispose();
  weight.dispose();
  return result;
}

const pairs: readonly [OptimizerSettings, (rate: number) => tf.Optimizer][] = [
  [{ kind: 'sgd', learningRate: 0.1 }, (rate) => tf.train.sgd(rate)],
  [{ kind: 'momentum', learningRate: 0.1, momentum: 0.8 }, (rate) => tf.train.momentum(rate, 0.8)],
  [{ kind: 'nesterov', learningRate: 0.1, momentum: 0.8 }, (rate) => tf.train.momentum(rate, 0.8, true)],
  [{ kind: 'adagrad', learningRate: 0.1, initialAccumulator: 0.2 }, (rate) => tf.train.adagrad(rate, 0.2)],
  [{ kind: 'rmsprop', learningRate: 0.01, rho: 0.8 }, (rate) => tf.train.rmsprop(rate, 0.8)],
  [
    { kind: 'rmsprop', learningRate: 0.01, rho: 0.8, momentum: 0.5, epsilon: 1e-4 },
    (rate) => tf.train.rmsprop(rate, 0.8, 0.5, 1e-4),
  ],
  [
    { kind: 'adam', learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 },
    (rate) => tf.train.adam(rate, 0.8, 0.95, 1e-5),
  ],
];

describe('an optimizer of ours', () => {
  it.each(pairs)('takes the steps of tf.train: $kind', (settings, create) => {
    const mine = ours(settings);
    expect(largestDifference(mine, startWeights)).toBeGreaterThan(0.01);
    expect(largestDifference(mine, theirs(create, settings.learningRate))).toBeLessThan(1e-5);
  });

  it('decays weights apart from the gradient: adamw', () => {
    const settings = { kind: 'adamw', learningRate: 0.05, weightDecay: 0.1 } as const;
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-7];
    const weights = Float64Array.from(startWeights);
    const mean = new Float64Array(size);
    const square = new Float64Array(size);
    gradients().forEach((gradient, i) => {
      const t = i + 1;
      const rate = rateAt(settings.learningRate, t);
      for (let j = 0; j < size; j++) {
        const g = gradient[j]!;
        mean[j] = beta1 * mean[j]! + (1 - beta1) * g;
        square[j] = beta2 * square[j]! + (1 - beta2) * g * g;
        const corrected = mean[j]! / (1 - beta1 ** t) / (Math.sqrt(square[j]! / (1 - beta2 ** t)) + epsilon);
        weights[j] = weights[j]! - rate * settings.weightDecay * weights[j]! - rate * corrected;
      }
    });
    expect(largestDifference(ours(settings), weights)).toBeLessThan(1e-5);
  });

  it.each([
    ['adam', { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }],
    ['adamw', { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01 }],
    ['momentum', { momentum: 0.9 }],
    ['adagrad', { initialAccumulator: 0.1, epsilon: 1e-7 }],
    ['rmsprop', { rho: 0.9, momentum: 0, epsilon: 1e-7 }],
  ] as const)('has the documented defaults: %s', (kind, options) => {
    expect(ours({ kind, learningRate: 0.1 })).toEqual(ours({ kind, learningRate: 0.1, ...options }));
  });

  it("tells a step's scalars from the step's number alone", () => {
    const adam = createOptimizer({ kind: 'adam', learningRate: 0.1 });
    expect(adam.scalars(3, 0.1)).toEqual({
      stepSize: 0.1 / (1 - 0.9 ** 3),
      squareCorrection: 1 / (1 - 0.999 ** 3),
      keep: 1,
    });
  });
});
