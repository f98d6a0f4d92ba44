/** Clipping by value, by norm and by the norm of all gradients. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { GradientClipping } from '../../src/engine/engine.js';
import { clipGradients } from '../../src/engine/gradient-clipping.js';
import { tf, useCpuBackend } from '../../src/models/tfjs.js';

beforeAll(useCpuBackend);

/** Norms 5 and 12; together 13. */
const gradients = [
  [3, -4],
  [0, 12],
];

function clip(clipping: GradientClipping): number[][] {
  return tf.tidy(() =>
    clipGradients(
      gradients.map((values) => tf.tensor1d(values)),
      clipping,
    ).map((tensor) => [...tensor.dataSync()]),
  );
}

describe('clipping gradients', () => {
  it('leaves them alone when it is not asked for', () => {
    expect(clip({})).toEqual(gradients);
  });

  it('by value bounds each element', () => {
    expect(clip({ value: 3.5 })).toEqual([
      [3, -3.5],
      [0, 3.5],
    ]);
  });

  it('by norm shrinks each gradient that is too long, and no other', () => {
    expect(clip({ norm: 6 })).toEqual([
      [3, -4],
      [0, 6],
    ]);
  });

  it('by global norm shrinks all by the same factor', () => {
    expect(clip({ globalNorm: 6.5 })).toEqual([
      [1.5, -2],
      [0, 6],
    ]);
    expect(clip({ globalNorm: 13 })).toEqual(gradients);
  });
});
