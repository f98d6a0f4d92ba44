/** `--verify-engine`: what the graphs compute is compared with tfjs, and a difference ends the run. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BatchResult, TrainingState } from '../../../src/engine/engine.js';
import { openOnnxEngine } from '../../../src/engine/onnx/onnx-engine.js';
import { compareGradients, compareLosses } from '../../../src/engine/onnx/session/step-verification.js';
import { useCpuBackend } from '../../../src/models/tfjs.js';
import { artifactOf, bandImages, batchOf, networkNames, setupOf } from '../support.js';

const identity = { name: 'onnx', versions: {}, numerics: {} } as const;

describe('verification of the first batches', () => {
  afterAll(() => useCpuBackend());

  it.each(networkNames)('agrees with tfjs and trains as without it: %s', async (network) => {
    const [states, results] = [[] as TrainingState[], [] as BatchResult[][]];
    for (const verify of [true, false]) {
      const engine = await openOnnxEngine(identity, { provider: 'cpu', threads: 1, verify });
      const session = await engine.openTraining(await artifactOf(network), setupOf());
      const losses: BatchResult[] = [];
      for (const [from, to] of [
        [0, 40],
        [40, 60],
      ] as const) {
        const batch = batchOf(bandImages(60), from, to);
        losses.push(await session.trainStep(batch, 0.01));
        losses.push(
          await session.trainStep({ ...batch, weights: new Float32Array(to - from).fill(3) }, 0.01),
        );
        losses.push(await session.evaluate(batch, 16));
      }
      results.push(losses);
      states.push(await session.state());
      await session.close();
    }
    expect(states[0]).toEqual(states[1]);
    expect(results[0]).toEqual(results[1]);
  });

  it('names the weight whose gradient is off, and by how much', () => {
    const reference = { loss: 2, gradients: new Map([['dense/kernel', Float32Array.of(0.5, -1)]]) };
    const off = { loss: 2, gradients: new Map([['dense/kernel', Float32Array.of(0.5, -0.75)]]) };
    const near = { loss: 2.0001, gradients: new Map([['dense/kernel', Float32Array.of(0.5, -1.0005)]]) };
    compareGradients(near, reference);
    expect(() => compareGradients(off, reference)).toThrow(
      "expected the gradient of dense/kernel to be within 0.001 of tfjs's, got 0.25 off",
    );
    expect(() => compareGradients({ ...reference, loss: 3 }, reference)).toThrow(
      "expected the loss to be within 0.001 of tfjs's, got 0.50 off",
    );
    compareLosses(2.0001, 2);
    expect(() => compareLosses(1, 2)).toThrow(
      "expected the validation loss to be within 0.001 of tfjs's, got 0.50 off",
    );
  });
});
