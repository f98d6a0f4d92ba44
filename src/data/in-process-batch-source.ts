/** Batches that are made when they are asked for, on the thread that asks: right wherever making them costs little. */
import { BatchBuffer } from './batch-buffer.js';
import { BatchMaker } from './batch-maker.js';
import type { BatchOptions, BatchSource } from './batch-source.js';
import type { Batch, TrainingImages } from './image-batch.js';

export class InProcessBatchSource implements BatchSource {
  readonly stepsPerEpoch: number;
  readonly #buffer: BatchBuffer;
  readonly #maker: BatchMaker;

  constructor(images: TrainingImages, options: BatchOptions) {
    this.#buffer = new BatchBuffer(images, options.batchSize);
    this.#maker = new BatchMaker(images, options);
    this.stepsPerEpoch = this.#buffer.stepsPerEpoch;
  }

  batch(epoch: number, step: number): Promise<Batch> {
    return Promise.resolve().then(() => {
      const buffer = this.#buffer;
      buffer.check(step);
      return buffer.batch(this.#maker.fill(epoch, step, buffer));
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
