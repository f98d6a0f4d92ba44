/**
 * Batches that a thread of its own makes ahead, so that distorting images costs a training step nothing where a core is
 * free. Bit for bit the batches of `in-process-batch-source.ts`. Owns the thread, which the first batch starts; the images
 * lie in memory that both threads see, once.
 */
import { Worker } from 'node:worker_threads';
import { ProblemError } from '../core/problem.js';
import { BatchBuffer } from './batch-buffer.js';
import { allocateRing, BatchRing, placeAfter, type BatchPlace, type RingMemory } from './batch-ring.js';
import type { BatchOptions, BatchSource } from './batch-source.js';
import type { Batch, TrainingImages } from './image-batch.js';
import { imageBytes } from './labelled-images.js';

/** What the thread is given. */
export interface BatchWorkerData {
  readonly images: TrainingImages;
  readonly options: BatchOptions;
  readonly stepsPerEpoch: number;
  readonly ring: RingMemory;
}

/** Batches made ahead: one to be taken, one under way and some for steps of unequal length. A power of two. */
const slots = 4;

export class PrefetchingBatchSource implements BatchSource {
  readonly stepsPerEpoch: number;
  readonly #buffer: BatchBuffer;
  readonly #ring: BatchRing;
  readonly #workerData: BatchWorkerData;
  #worker: Worker | undefined;
  /** The place that comes next out of the ring. */
  #next: BatchPlace = { epoch: -1, step: -1 };
  #failure: ProblemError | undefined;

  /** @param images are copied unless they lie in shared memory. */
  constructor(images: TrainingImages, options: BatchOptions) {
    this.#buffer = new BatchBuffer(images, options.batchSize);
    const { stepsPerEpoch, labels } = this.#buffer;
    this.stepsPerEpoch = stepsPerEpoch;
    const ring = allocateRing(slots, labels.length, imageBytes(images.shape), images.weights !== undefined);
    this.#ring = new BatchRing(ring);
    const { count, shape, pixels, weights } = images;
    const shared = { count, shape, pixels: inSharedMemory(pixels), labels: images.labels, weights };
    this.#workerData = { images: shared, options, stepsPerEpoch, ring };
  }

  async batch(epoch: number, step: number): Promise<Batch> {
    this.#buffer.check(step);
    this.#worker ??= this.#startWorker();
    if (epoch !== this.#next.epoch || step !== this.#next.step) this.#ring.seek({ epoch, step });
    this.#next = placeAfter({ epoch, step }, this.stepsPerEpoch);
    for (;;) {
      const made = this.#ring.oldest();
      if (made === undefined) {
        if (this.#failure !== undefined) throw this.#failure;
        await this.#ring.batchThere();
      } else if (made.epoch === epoch && made.step === step) {
        // Copied, so that its place is free at once; and engines need not know of shared memory.
        const { pixels, labels, weights } = this.#buffer;
        pixels.set(made.pixels);
        labels.set(made.labels);
        if (made.weights !== undefined) weights?.set(made.weights);
        this.#ring.release();
        return this.#buffer.batch(made.count);
      } else this.#ring.release();
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #startWorker(): Worker {
    // From the package's root, so that `src/` under a test runner, `dist/` and the bundle start the same file.
    const file = new URL('../../dist/data/batch-worker.js', import.meta.url);
    const worker = new Worker(file, {
      workerData: this.#workerData,
      execArgv: [],
      name: 'assay-batches',
    });
    worker.once('error', (error: unknown) => this.#fail(String(error)));
    worker.once('exit', () => this.#fail('it ended without a word'));
    return worker;
  }

  #fail(why: string): void {
    this.#failure ??= new ProblemError({
      code: 'batch-thread-failed',
      message: `the thread that distorts training images died: ${why}`,
      fix: 'run the same command again: training goes on from its last checkpoint',
    });
    this.#ring.wakeTaker();
  }
}

function inSharedMemory(pixels: Uint8Array): Uint8Array {
  if (pixels.buffer instanceof SharedArrayBuffer) return pixels;
  const copy = new Uint8Array(new SharedArrayBuffer(pixels.length));
  copy.set(pixels);
  return copy;
}
