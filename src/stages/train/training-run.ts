/**
 * The training loop: steps, epochs, validation, checkpoints, events. Goes on from wherever it is told training stands,
 * and stops at a step's end when asked to. Owns neither the network (the session does) nor the files of a checkpoint.
 */
import { setImmediate } from 'node:timers/promises';
import type { EpochRecord } from '../../core/events.js';
import { ProblemError } from '../../core/problem.js';
import type { BatchSource } from '../../data/batch-source.js';
import type { LabelledImages } from '../../data/image-batch.js';
import { imageBytes } from '../../data/labelled-images.js';
import type { BatchResult, TrainingSession } from '../../engine/engine.js';
import type { NamedArray } from '../../models/model-artifact.js';
import { watchEpoch, type Watch } from './early-stopping.js';
import type { Schedule } from './schedules/schedule.js';
import type { TrainContext } from './train-context.js';
import type { TrainingCheckpoint } from './training-checkpoint.js';
import { writeCheckpoint } from './training-checkpoint.js';
import { addSums, meansOf, noSums, progressStart, type TrainingProgress } from './training-progress.js';

/** Timers and Ctrl-C get their turn at least this often, steps permitting; and progress is told as often. */
const turnMilliseconds = 20;

export interface TrainingParts {
  readonly session: TrainingSession;
  readonly batches: BatchSource;
  readonly validation: LabelledImages;
  readonly schedule: Schedule;
  readonly watch: Watch;
}

export class TrainingRun {
  readonly #context: TrainContext;
  readonly #parts: TrainingParts;
  #progress: TrainingProgress = progressStart;
  #best: readonly NamedArray[] | undefined;
  #step = 0;
  #epochBegan = 0;
  #lastTurn = performance.now();

  constructor(context: TrainContext, parts: TrainingParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Puts training where a checkpoint left it. */
  async resume({ state, progress, best }: TrainingCheckpoint): Promise<void> {
    await this.#parts.session.restore(state);
    this.#progress = progress;
    this.#best = best;
    this.#step = state.step;
  }

  /**
   * Trains to the end.
   * @returns how far training came, and the best epoch's weights where they are to be restored.
   * @throws the signal's reason once it is aborted, after a checkpoint was saved.
   */
  async finish(): Promise<{ progress: TrainingProgress; best: readonly NamedArray[] | undefined }> {
    const { epochs } = this.#context.settings;
    await this.#askAboutCheckpoint();
    while (!this.#isFinished()) {
      this.#epochBegan = performance.now();
      const record = await this.#trainEpoch();
      const seconds = await this.#endEpoch(record);
      this.#context.emit({ type: 'epoch-ended', record, epochs, seconds });
      if (!this.#isFinished()) await this.#context.afterEpoch(record);
    }
    return { progress: this.#progress, best: this.#best };
  }

  #isFinished(): boolean {
    const { epochs, watch } = this.#progress;
    return epochs.length >= this.#context.settings.epochs || watch.stopped;
  }

  /** A process that was killed between an epoch's checkpoint and the answer never heard whether to go on. */
  async #askAboutCheckpoint(): Promise<void> {
    const { epochs, stepsOfEpoch } = this.#progress;
    const last = epochs.at(-1);
    if (last === undefined || stepsOfEpoch > 0 || this.#isFinished()) return;
    await this.#context.afterEpoch(last, true);
  }

  async #trainEpoch(): Promise<EpochRecord> {
    const { session, batches, schedule } = this.#parts;
    const { optimizer } = this.#context.settings;
    const epoch = this.#progress.epochs.length + 1;
    for (let step = this.#progress.stepsOfEpoch; step < batches.stepsPerEpoch; step++) {
      await this.#takeTurn(epoch);
      const learningRate = optimizer.learningRate * schedule(this.#step);
      const result = await session.trainStep(await batches.batch(epoch - 1, step), learningRate);
      this.#step++;
      this.#refuseNonFinite(result, `in step ${this.#step} (epoch ${epoch})`, learningRate);
      const { lossSum, correct, count } = result;
      const sums = addSums(this.#progress.sums, result);
      this.#progress = { ...this.#progress, stepsOfEpoch: step + 1, sums };
      const metrics = { loss: lossSum / count, accuracy: correct / count, learningRate };
      this.#context.emit({ type: 'step-ended', epoch, step: this.#step, metrics });
    }
    const learningRate = optimizer.learningRate * schedule(this.#step - 1);
    const metrics = {
      ...meansOf('train', this.#progress.sums),
      ...(await this.#validate(epoch, learningRate)),
      learningRate,
    };
    return { epoch, step: this.#step, metrics };
  }

  /** In slices, so that Ctrl-C need not wait for all of it; what was validated of an epoch is then validated again. */
  async #validate(epoch: number, learningRate: number) {
    const { session, validation } = this.#parts;
    if (validation.count === 0) return {};
    const { validationBatchSize } = this.#context.settings;
    const size = imageBytes(validation.shape);
    let sums = noSums;
    for (let from = 0; from < validation.count; from += validationBatchSize) {
      await this.#takeTurn(epoch);
      const to = Math.min(validation.count, from + validationBatchSize);
      const slice: LabelledImages = {
        count: to - from,
        shape: validation.shape,
        pixels: validation.pixels.subarray(from * size, to * size),
        labels: validation.labels.subarray(from, to),
      };
      sums = addSums(sums, await session.evaluate(slice, validationBatchSize));
    }
    this.#refuseNonFinite(sums, `on the validation images after epoch ${epoch}`, learningRate);
    return meansOf('validation', sums);
  }

  /** Books the epoch and saves a checkpoint; the epoch's seconds. */
  async #endEpoch(record: EpochRecord): Promise<number> {
    const { session, watch } = this.#parts;
    const before = this.#progress;
    const state = watchEpoch(before.watch, record, watch);
    const restoreBest = this.#context.settings.earlyStopping?.restoreBest ?? false;
    if (restoreBest && state.bestEpoch === record.epoch) this.#best = await session.weights();
    const seconds = this.#secondsOfEpoch();
    this.#progress = {
      epochs: [...before.epochs, record],
      epochSeconds: [...before.epochSeconds, seconds],
      seconds: 0,
      stepsOfEpoch: 0,
      sums: noSums,
      watch: state,
    };
    await this.#save();
    this.#tellProgress(record.epoch);
    return seconds;
  }

  #secondsOfEpoch(): number {
    return this.#progress.seconds + (performance.now() - this.#epochBegan) / 1000;
  }

  async #save(): Promise<void> {
    const state = await this.#parts.session.state();
    const checkpoint = { state, progress: this.#progress, best: this.#best };
    await this.#context.checkpoints.save(this.#step, (folder) => writeCheckpoint(folder, checkpoint));
  }

  /** Lets others have their turn now and then; the one place where training stops on request. */
  async #takeTurn(epoch: number): Promise<void> {
    const { signal } = this.#context;
    if (performance.now() - this.#lastTurn > turnMilliseconds) {
      this.#tellProgress(epoch);
      await setImmediate();
      this.#lastTurn = performance.now();
    }
    if (!signal.aborted) return;
    this.#progress = { ...this.#progress, seconds: this.#secondsOfEpoch() };
    await this.#save();
    throw signal.reason;
  }

  #tellProgress(epoch: number): void {
    const { epochs } = this.#context.settings;
    const total = epochs * this.#parts.batches.stepsPerEpoch;
    const note = `epoch ${epoch}/${epochs}`;
    this.#context.emit({ type: 'progress', done: this.#step, total, unit: 'steps', note });
  }

  #refuseNonFinite({ lossSum }: BatchResult, where: string, learningRate: number): void {
    if (Number.isFinite(lossSum)) return;
    throw new ProblemError({
      code: 'loss-not-finite',
      message: `expected the loss to be a finite number, got ${lossSum} ${where} at learning rate ${learningRate}`,
      at: this.#context.locate(['optimizer', 'learningRate']),
      fix: 'lower optimizer.learningRate, clip gradients (clip: { globalNorm: 1 }), or warm up (schedule.warmup)',
    });
  }
}
