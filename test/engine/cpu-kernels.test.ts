/** Our products and convolutions against plain loops in double precision and against the kernels that they replace. */
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.js';
import { multiply, strided } from '../../src/engine/cpu-kernels/multiply.js';
import { registerCpuKernels } from '../../src/engine/cpu-kernels/register-cpu-kernels.js';
import { tf, useCpuBackend } from '../../src/models/tfjs.js';
import { largestDifference } from './support.js';

const random = new RandomStream(9, 'kernels');
const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

describe('multiply', () => {
  // Around the sizes of tiles (4) and blocks (128 rows, 256 columns, 256 inner elements).
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [4, 4, 4],
    [129, 7, 257],
    [5, 258, 300],
    [130, 261, 3],
  ])('of %i×… by …×%i over %i is the sum in double precision, rounded once', (rows, columns, inner) => {
    const a = draw(rows * inner);
    const b = draw(inner * columns);
    const product = new Float32Array(rows * columns + 2).fill(NaN);
    multiply(strided(a, 0, inner, 1), strided(b, 0, 1, columns), rows, columns, inner, product, 1);
    const expected = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let p = 0; p < inner; p++) sum += a[i * inner + p]! * b[p * columns + j]!;
        expected[i * columns + j] = sum;
      }
    }
    expect(product.subarray(1, -1)).toEqual(expected);
    expect([product[0], product.at(-1)]).toEqual([NaN, NaN]);
  });

  it('passes NaN and infinities on to their rows and columns alone', () => {
    const product = new Float32Array(4);
    multiply(strided([NaN, 1, 1, 1], 0, 2, 1), strided([1, 1, Infinity, 1], 0, 1, 2), 2, 2, 2, product);
    expect([...product]).toEqual([NaN, NaN, Infinity, 2]);
  });
});

interface Case {
  readonly name: string;
  /** Whether the very bits must be the same. */
  readonly exact?: boolean;
  readonly run: () => tf.Tensor;
}

/** Pairs of shapes that broadcast, each in its own way. */
const broadcasts: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [3, 4],
    [3, 4],
  ],
  [[], []],
  [[3, 4], []],
  [[1], [2, 3]],
  [[5, 4], [4]],
  [
    [5, 4],
    [5, 1],
  ],
  [
    [5, 1],
    [1, 4],
  ],
  [
    [2, 3, 4, 5],
    [1, 1, 1, 5],
  ],
  [
    [2, 3, 4, 5],
    [2, 1, 4, 1],
  ],
  [
    [3, 1, 5],
    [2, 3, 4, 5],
  ],
  [
    [2, 1, 3],
    [1, 4, 1],
  ],
  [[0, 4], [4]],
];

/** Arithmetic, products and convolutions of all kinds, with the gradients of those that have them. */
function cases(): Case[] {
  const tensor = (...shape: number[]): tf.Tensor => tf.tensor(draw(shape.reduce((a, b) => a * b, 1)), shape);
  const found: Case[] = [];
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    const a = transposeA ? tensor(6, 5) : tensor(5, 6);
    const b = transposeB ? tensor(7, 6) : tensor(6, 7);
    found.push({
      name: `matMul ${transposeA} ${transposeB}`,
      run: () => tf.matMul(a, b, transposeA, transposeB),
    });
  }
  for (const [aShape, bShape] of broadcasts) {
    const [a, b] = [tensor(...aShape), tensor(...bShape)];
    for (const operation of ['add', 'sub', 'mul', 'div'] as const) {
      const name = `${operation} [${aShape.join()}] [${bShape.join()}]`;
      found.push({ name, exact: true, run: () => tf[operation](a, b) });
    }
  }
  const [left, right] = [tensor(3, 4, 5), tensor(1, 5, 6)];
  found.push({ name: 'matMul in batches', run: () => tf.matMul(left, right) });
  const [a, b, bias] = [tensor(5, 6), tensor(6, 7), tensor(7)];
  for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const) {
    found.push({
      name: `fused matMul, ${activation}`,
      run: () => tf.fused.matMul({ a: a, b: b, bias, activation }),
    });
  }
  for (const [pad, strides, size] of [
    ['valid', 1, 3],
    ['same', 1, 3],
    ['same', 2, 3],
    ['valid', 2, 2],
    ['same', [2, 1], 5],
    [1, 2, 4],
  ] as const) {
    const x = tensor(3, 7, 6, 5) as tf.Tensor4D;
    const filter = tensor(size, size, 5, 6) as tf.Tensor4D;
    const convolve = (x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D =>
      tf.conv2d(x, filter, strides as number, pad);
    const seed = tensor(...convolve(x, filter).shape);
    const [toInput, toFilter] = [0, 1].map(
      (which) => () =>
        tf.grads((...xs) => convolve(xs[0] as tf.Tensor4D, xs[1] as tf.Tensor4D))([x, filter], seed)[which]!,
    );
    const what = `${pad} ${strides.toString()} ${size}`;
    found.push({ name: `conv2d ${what}`, run: () => convolve(x, filter) });
    found.push({ name: `conv2d's gradient to the input ${what}`, run: toInput! });
    found.push({ name: `conv2d's gradient to the filter ${what}`, run: toFilter! });
  }
  const image = tensor(2, 9, 9, 3) as tf.Tensor4D;
  const wide = tensor(3, 3, 3, 4) as tf.Tensor4D;
  const perChannel = tensor(4);
  found.push({ name: 'conv2d dilated', run: () => tf.conv2d(image, wide, 1, 'same', 'NHWC', 2) });
  found.push({
    name: 'fused conv2d',
    run: () =>
      tf.fused.conv2d({
        x: image,
        filter: wide,
        strides: 1,
        pad: 'same',
        bias: perChannel,
        activation: 'relu',
      }),
  });
  return found;
}

describe('kernels of ours', () => {
  let results: {
    name: string;
    exact: boolean;
    before: Float32Array;
    after: Float32Array;
    shapes: number[][];
  }[];

  beforeAll(async () => {
    await useCpuBackend();
    const all = cases();
    const before = all.map(({ run }) => run());
    registerCpuKernels();
    const after = all.map(({ run }) => run());
    results = all.map(({ name, exact = false }, i) => ({
      name,
      exact,
      before: before[i]!.dataSync() as Float32Array,
      after: after[i]!.dataSync() as Float32Array,
      shapes: [before[i]!.shape, after[i]!.shape],
    }));
  });

  it('give what the kernels that they replace give', () => {
    expect(results.length).toBe(31 + 4 * broadcasts.length);
    for (const { name, exact, before, after, shapes } of results) {
      expect(shapes[1], name).toEqual(shapes[0]);
      if (exact) expect(after, name).toEqual(before);
      else expect(largestDifference(before, after), name).toBeLessThan(1e-5);
    }
  });

  it('leave whole numbers to tfjs', () => {
    const product = tf.matMul(tf.tensor2d([1, 2], [1, 2], 'int32'), tf.tensor2d([3, 4], [2, 1], 'int32'));
    expect(product.dtype).toBe('int32');
    expect([...product.dataSync()]).toEqual([11]);
  });
});
