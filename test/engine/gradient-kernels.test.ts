/**
 * The gradients that tfjs gets wrong, by their definition: the operations are linear, so a gradient's element is what a
 * 1 in its place, and 0 elsewhere, puts out, times what came back.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { registerCpuKernels } from '../../src/engine/cpu-kernels/register-cpu-kernels.js';
import { tf, useCpuBackend } from '../../src/models/tfjs.js';
import { largestDifference } from './support.js';

const random = new RandomStream(11, 'gradients');
const draw = (shape: number[]): tf.Tensor =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    shape,
  );

type Operation = (x: tf.Tensor4D) => tf.Tensor;
type Shape = [number, number, number, number];

function gradientOf(operation: Operation, shape: Shape, seed: tf.Tensor): Float32Array {
  const gradient = tf.grad((x: tf.Tensor) => operation(x as tf.Tensor4D));
  return gradient(draw(shape), seed).dataSync() as Float32Array;
}

function byDefinition(operation: Operation, shape: Shape, seed: tf.Tensor): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) =>
    tf.tidy(() => {
      const one = new Float32Array(size);
      one[i] = 1;
      const out = operation(tf.tensor4d(one, shape));
      return tf.sum(tf.mul(out, seed)).dataSync()[0]!;
    }),
  );
}

const operations: readonly (readonly [string, Shape, Operation])[] = [
  ['average pooling, same', [2, 3, 4, 2], (x) => tf.avgPool(x, 2, 1, 'same')],
  ['average pooling, same, strides', [2, 5, 4, 3], (x) => tf.avgPool(x, [3, 2], [2, 1], 'same')],
  ['average pooling, valid', [2, 5, 6, 1], (x) => tf.avgPool(x, [2, 3], 2, 'valid')],
  ['average pooling, padded', [1, 4, 4, 2], (x) => tf.avgPool(x, 3, 2, 1)],
  ['nearest, larger', [3, 2, 3, 2], (x) => tf.image.resizeNearestNeighbor(x, [4, 9])],
  ['nearest, smaller', [2, 5, 4, 1], (x) => tf.image.resizeNearestNeighbor(x, [3, 2])],
  ['nearest, corners', [2, 3, 2, 2], (x) => tf.image.resizeNearestNeighbor(x, [7, 5], true)],
  ['bilinear, larger', [2, 2, 3, 2], (x) => tf.image.resizeBilinear(x, [4, 9])],
  ['bilinear, smaller', [2, 5, 4, 1], (x) => tf.image.resizeBilinear(x, [3, 3])],
  ['bilinear, corners', [2, 3, 2, 2], (x) => tf.image.resizeBilinear(x, [7, 5], true)],
];

beforeAll(async () => {
  await useCpuBackend();
  registerCpuKernels();
});

describe('the gradient on the plain JavaScript backend', () => {
  it.each(operations)('of %s is what the operation says', (_, shape, operation) => {
    const seed = draw(operation(draw(shape) as tf.Tensor4D).shape);
    const gradient = gradientOf(operation, shape, seed);
    expect(largestDifference(gradient, byDefinition(operation, shape, seed))).toBeLessThan(1e-5);
  });
});
