/** Sources of batches: one suite for both strategies, then what only the one with a thread of its own can get wrong. */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/core/problem.js';
import type { BatchOptions, BatchSource } from '../../src/data/batch-source.js';
import { createBatchSource } from '../../src/data/batches.js';
import type { LabelledImages, TrainingImages } from '../../src/data/image-batch.js';
import { InProcessBatchSource } from '../../src/data/in-process-batch-source.js';
import { PrefetchingBatchSource } from '../../src/data/prefetching-batch-source.js';

/** Ten images of 4 × 4, each of one brightness: 10 times its label. */
const ten: LabelledImages = {
  count: 10,
  shape: [4, 4, 1],
  pixels: Uint8Array.from({ length: 160 }, (_, i) => 10 * Math.floor(i / 16)),
  labels: Int32Array.from({ length: 10 }, (_, i) => i),
};
const plain: BatchOptions = { batchSize: 4, seed: 1, augmentation: null };
const distorted: BatchOptions = {
  batchSize: 4,
  seed: 3,
  augmentation: { shift: 1, rotate: 20, elastic: { alpha: 8, sigma: 1.5 }, erase: 2 },
};

/** Threads that were started, as Node tells of them. */
const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));
const opened: BatchSource[] = [];
function open<Source extends BatchSource>(source: Source): Source {
  opened.push(source);
  return source;
}
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close();
  threads.length = 0;
});

/** A batch's arrays are used again, so they are copied here. */
async function copied(source: BatchSource, epoch: number, step: number) {
  const { count, shape, pixels, labels, weights } = await source.batch(epoch, step);
  return { count, shape, pixels: pixels.slice(), labels: labels.slice(), weights: weights?.slice() };
}

/** The same images, each with a weight that tells which it is. */
function weighed(images: LabelledImages): TrainingImages {
  return { ...images, weights: Float32Array.from({ length: images.count }, (_, i) => i / 8) };
}

const strategies = [
  ['made in process', InProcessBatchSource],
  ['made ahead by a thread', PrefetchingBatchSource],
] as const;

describe.each(strategies)('batches %s', (_name, Strategy) => {
  const source = (options = plain, images: TrainingImages = ten) => open(new Strategy(images, options));
  const labelsOf = async (epoch: number, seed = 1): Promise<number[]> => {
    const batches = source({ ...plain, seed });
    const labels = [];
    for (const step of [0, 1, 2]) labels.push(...(await batches.batch(epoch, step)).labels);
    return labels;
  };

  it('hand out each image once in an epoch, with its own label, the last batch smaller', async () => {
    const batches = source();
    expect(batches.stepsPerEpoch).toBe(3);
    const counts = [];
    for (let step = 0; step < 3; step++) {
      const batch = await batches.batch(0, step);
      counts.push(batch.count);
      expect([batch.labels.length, batch.pixels.length]).toEqual([batch.count, batch.count * 16]);
      batch.labels.forEach((label, i) => {
        expect([...batch.pixels.subarray(i * 16, i * 16 + 16)]).toEqual(Array(16).fill(10 * label));
      });
    }
    expect(counts).toEqual([4, 4, 2]);
    expect((await labelsOf(0)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('bring each image its own weight, where there are weights', async () => {
    for (const options of [plain, distorted]) {
      const batches = source(options, weighed(ten));
      for (const [epoch, step] of [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
        [7, 2],
        [0, 0],
      ] as const) {
        const { count, labels, weights } = await copied(batches, epoch, step);
        expect(weights).toEqual(Float32Array.from(labels, (label) => label / 8));
        expect(weights).toHaveLength(count);
      }
      expect((await source(options).batch(0, 2)).weights).toBeUndefined();
    }
  });

  it('come in another order each epoch and for each seed, and in the same order again', async () => {
    const first = await labelsOf(0);
    expect(await labelsOf(0)).toEqual(first);
    expect(await labelsOf(1)).not.toEqual(first);
    expect(await labelsOf(0, 2)).not.toEqual(first);
  });

  it('can be begun anywhere: a step drawn alone is the step drawn in turn', async () => {
    const inTurn = source(distorted);
    const seen = [];
    for (let epoch = 0; epoch < 3; epoch++)
      for (let step = 0; step < 3; step++) seen.push(await copied(inTurn, epoch, step));
    for (const place of [8, 4, 0, 7]) {
      const [epoch, step] = [Math.floor(place / 3), place % 3];
      expect(await copied(source(distorted), epoch, step)).toEqual(seen[place]);
      expect(await copied(inTurn, epoch, step)).toEqual(seen[place]);
    }
  });

  it('of more than all images are one batch; steps beyond the epoch are a bug', async () => {
    const all = source({ ...plain, batchSize: 64 });
    expect([all.stepsPerEpoch, (await all.batch(0, 0)).count, (await all.batch(1, 0)).count]).toEqual([
      1, 10, 10,
    ]);
    await expect(all.batch(0, 1)).rejects.toThrow(new RangeError('no step 1 in an epoch of 1'));
    expect(() => source({ ...plain, batchSize: 0 })).toThrow(new RangeError('no batch size: 0'));
  });

  it('leave arrays alone that were copied out of an earlier batch, and images as they are', async () => {
    const before = ten.pixels.slice();
    const batches = source(distorted);
    for (let step = 0; step < 9; step++) await batches.batch(Math.floor(step / 3), step % 3);
    expect(ten.pixels).toEqual(before);
  });
});

/** Images of many colours, more of them than any ring holds. */
const many: LabelledImages = {
  count: 300,
  shape: [9, 7, 3],
  pixels: Uint8Array.from({ length: 300 * 189 }, (_, i) => (i * 7919 + (i >> 5) * 31) % 256),
  labels: Int32Array.from({ length: 300 }, (_, i) => i % 10),
};

describe('batches made ahead', () => {
  it('are bit for bit those made in process, in turn and after every jump', async () => {
    const options = { ...distorted, batchSize: 16 };
    const ahead = open(new PrefetchingBatchSource(weighed(many), options));
    const inProcess = open(new InProcessBatchSource(weighed(many), options));
    const jumps = [0, 1, 2, 3, 40, 41, 42, 5, 6, 5, 5, 18, 19, 20, 0, 1, 100_000, 100_001];
    for (const place of [...Array.from({ length: 60 }, (_, i) => i), ...jumps]) {
      const [epoch, step] = [Math.floor(place / 19), place % 19];
      expect(await copied(ahead, epoch, step)).toEqual(await copied(inProcess, epoch, step));
    }
    expect(threads).toHaveLength(1);
  });

  it('are as many as an epoch has, at batch 1 too', async () => {
    const options = { ...distorted, batchSize: 1 };
    const ahead = open(new PrefetchingBatchSource(many, options));
    const inProcess = open(new InProcessBatchSource(many, options));
    for (let step = 0; step < 300; step++)
      expect(await copied(ahead, 0, step)).toEqual(await copied(inProcess, 0, step));
  });

  it('take the images where they lie in shared memory already', async () => {
    const pixels = new Uint8Array(new SharedArrayBuffer(many.pixels.length));
    pixels.set(many.pixels);
    const ahead = open(new PrefetchingBatchSource({ ...many, pixels }, { ...plain, batchSize: 300 }));
    const before = await copied(ahead, 0, 0);
    pixels.fill(9);
    // Beyond what was made ahead.
    expect((await copied(ahead, 9, 0)).pixels.every((pixel) => pixel === 9)).toBe(true);
    expect(before.pixels.some((pixel) => pixel !== 9)).toBe(true);
  });

  it('leave no thread behind, and none before the first is asked for', async () => {
    const ahead = new PrefetchingBatchSource(many, distorted);
    expect(threads).toHaveLength(0);
    await ahead.batch(0, 0);
    expect(threads.map(({ threadId }) => threadId > 0)).toEqual([true]);
    await ahead.close();
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
    await ahead.close();
  });

  it('are a problem when the thread dies, while a batch is waited for or between two', async () => {
    const problem = {
      code: 'batch-thread-failed',
      message: 'the thread that distorts training images died: it ended without a word',
      fix: 'run the same command again: training goes on from its last checkpoint',
    };
    const atOnce = open(new PrefetchingBatchSource(many, distorted)).batch(0, 0);
    const [first] = (await once(process, 'worker')) as [Worker];
    void first.terminate();
    await expect(atOnce).rejects.toThrow(new ProblemError(problem));

    const later = open(new PrefetchingBatchSource(many, distorted));
    for (let step = 0; step < 9; step++) await later.batch(0, step);
    await threads.at(-1)!.terminate();
    // What it had made is still handed out.
    const rest = async () => {
      for (let step = 9; step < 20; step++) await later.batch(0, step);
    };
    await expect(rest()).rejects.toThrow(new ProblemError(problem));
  });

  it('tell what the thread died of', async () => {
    const nonsense = { ...distorted, augmentation: { elastic: { alpha: 1, sigma: -1 } } };
    const ahead = open(new PrefetchingBatchSource(many, nonsense));
    await expect(ahead.batch(0, 0)).rejects.toThrow(
      'the thread that distorts training images died: RangeError: Invalid typed array length: ',
    );
  });
});

describe('the source of batches', () => {
  it.each([
    ['has a thread of its own where many images are distorted', { ...distorted, batchSize: 64 }, 1],
    ['has none for a few', distorted, 0],
    ['has none where they are only shuffled', { ...plain, batchSize: 64 }, 0],
  ])('%s', async (_what, options, started) => {
    await open(createBatchSource(many, options)).batch(0, 0);
    expect(threads).toHaveLength(started);
  });
});
