/** Threads that each take parts of a batch: the same training as on one thread but for rounding, and bit for bit again. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.js';
import type { TrainingImages } from '../../../src/data/image-batch.js';
import type { Engine, TrainingState } from '../../../src/engine/engine.js';
import { openReferenceEngine } from '../../../src/engine/reference-engine.js';
import { openOnnxEngine } from '../../../src/engine/onnx/onnx-engine.js';
import { shareOut } from '../../../src/engine/onnx/session/open-lanes.js';
import type { ModelArtifact } from '../../../src/models/model-artifact.js';
import { modelToArtifact } from '../../../src/models/tfjs-artifact.js';
import { useCpuBackend } from '../../../src/models/tfjs.js';
import { build, preset } from '../../models/support.js';
import { setupOf } from '../support.js';

const identity = { name: 'onnx', versions: {}, numerics: {} } as const;

function noise(count: number): TrainingImages {
  const random = new RandomStream(count, 'noise');
  const pixels = Uint8Array.from({ length: count * 784 }, () => random.integer(256));
  const labels = Int32Array.from({ length: count }, () => random.integer(10));
  return { count, shape: [28, 28, 1], pixels, labels };
}

function weighed(images: TrainingImages): TrainingImages {
  const random = new RandomStream(images.count, 'weights');
  return { ...images, weights: Float32Array.from({ length: images.count }, () => random.uniform(0, 4)) };
}

/** Batches of several parts, one with a rest, one that is larger than those before, one of a single part. */
const batches = [noise(100), noise(40), noise(130), noise(7)];

type Trained = TrainingState & { readonly losses: readonly number[] };

const onThreads = (threads: number): Promise<Engine> =>
  openOnnxEngine(identity, { provider: 'cpu', threads, verify: false });

async function train(
  artifact: ModelArtifact,
  engine: Engine,
  batches: readonly TrainingImages[],
): Promise<Trained> {
  const setup = setupOf({
    imageShape: [28, 28, 1],
    classes: 10,
    optimizer: { kind: 'sgd', learningRate: 0.05 },
  });
  const session = await engine.openTraining(artifact, setup);
  const losses: number[] = [];
  for (const batch of batches) losses.push((await session.trainStep(batch, 0.05)).lossSum / batch.count);
  const state = await session.state();
  await session.close();
  await engine.close();
  return { ...state, losses };
}

function expectAlike(found: Trained, expected: Trained): void {
  const rounded = ({ losses }: Trained): string[] => losses.map((loss) => loss.toFixed(4));
  expect(rounded(found)).toEqual(rounded(expected));
  found.arrays.forEach(({ values, name }, i) => {
    const wanted = expected.arrays[i]!.values;
    const worst = Math.max(...values.map((value, at) => Math.abs(value - wanted[at]!)));
    expect(worst, name).toBeLessThan(1e-5);
  });
}

describe('parts of a batch on several threads', () => {
  it('train as on one thread, and again to the last bit', { timeout: 60_000 }, async () => {
    await useCpuBackend();
    const artifact = await modelToArtifact(await build(preset('cnn-small')));
    const one = await train(artifact, await onThreads(1), batches);
    const three = await train(artifact, await onThreads(3), batches);
    expectAlike(three, one);
    expect(await train(artifact, await onThreads(3), batches)).toEqual(three);
  });

  it('keep each image its own weight, in batches with weights and without in turn', async () => {
    await useCpuBackend();
    const artifact = await modelToArtifact(await build(preset('cnn-small')));
    const mixed = [weighed(noise(40)), noise(40), weighed(noise(39)), weighed(noise(7))];
    const plain = await train(artifact, await openReferenceEngine(identity), mixed);
    expectAlike(await train(artifact, await onThreads(1), mixed), plain);
    expectAlike(await train(artifact, await onThreads(3), mixed), plain);
  }, 120_000);

  it.each([
    [128, 16, 1, [{ first: 0, parts: 4 }]],
    [112, 16, 1, [{ first: 0, parts: 3 }]],
    [
      40,
      16,
      2,
      [
        { first: 0, parts: 1 },
        { first: 16, parts: 1 },
      ],
    ],
    [32, 16, 3, [{ first: 0, parts: 1 }]],
    [16, 16, 3, []],
    [128, 16, 0, []],
  ] as const)('%d images in parts of %d on %d more threads', (images, part, spare, shares) => {
    expect(shareOut(images, part, spare)).toEqual(shares);
  });
});
