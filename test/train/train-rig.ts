/** Runs the stage `train` on small real data: a prepared artifact, a network, the cache's checkpoints, the engine. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiskArtifactCache } from '../../src/cache/disk-artifact-cache.js';
import type { StageEvent, StageSummary } from '../../src/core/events.js';
import { sha256 } from '../../src/core/digest.js';
import type { Problem } from '../../src/core/problem.js';
import { ProblemError } from '../../src/core/problem.js';
import { countClasses } from '../../src/data/labelled-images.js';
import { writePreparedData, type Preparation } from '../../src/data/prepared-data.js';
import type { Engine } from '../../src/engine/engine.js';
import { referenceProvider } from '../../src/engine/reference-provider.js';
import { engineOptions } from '../engine/support.js';
import { writeModelFolder } from '../../src/models/tfjs-artifact.js';
import { trainStage } from '../../src/stages/train.js';
import type { TrainSettings } from '../../src/stages/train.schema.js';
import type { StageContext } from '../../src/stages/stage.js';
import { artifactOf, bandImages, type NetworkName } from '../engine/support.js';

const defaults: TrainSettings = {
  epochs: 3,
  batchSize: 16,
  optimizer: { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  schedule: { kind: 'cosine', final: 0 },
  loss: 'categoricalCrossentropy',
  labelSmoothing: 0,
  classWeights: 'none',
  validationBatchSize: 8,
};

export interface TrainOptions {
  readonly settings?: Partial<TrainSettings>;
  readonly network?: NetworkName;
  /** Training and validation images. */
  readonly counts?: readonly [number, number];
  readonly augmentation?: Preparation['augmentation'];
  /** Classes that the data claims to have. */
  readonly classes?: readonly string[];
  /** A weight for each training image, by its label. */
  readonly weightOf?: (label: number) => number;
  /** Called with each event; may abort. */
  readonly onEvent?: (event: StageEvent, abort: () => void) => void;
}

export interface Trained {
  readonly summary: StageSummary;
  readonly events: readonly StageEvent[];
  /** Name of each output file and its digest. */
  readonly files: Readonly<Record<string, string>>;
  readonly history: {
    readonly epochs: readonly {
      readonly epoch: number;
      readonly step: number;
      readonly metrics: Record<string, number>;
    }[];
    readonly bestEpoch: number;
    readonly stoppedEarly: boolean;
  };
  readonly output: string;
}

export const interruption = new Error('interrupted');

export class TrainRig {
  readonly #folder = mkdtempSync(join(tmpdir(), 'assay-train-'));
  readonly #cache = createDiskArtifactCache(join(this.#folder, '.assay'));
  #engine: Engine | undefined;
  #runs = 0;

  /**
   * Trains to the end. Under one name, training goes on from what an interrupted call left.
   * @throws `interruption` when an event aborted it.
   */
  async train(name: string, options: TrainOptions = {}): Promise<Trained> {
    const [data, model, output] = ['data', 'model', 'output'].map((part) => {
      const folder = join(this.#folder, `run-${this.#runs}`, part);
      mkdirSync(folder, { recursive: true });
      return folder;
    }) as [string, string, string];
    this.#runs++;
    this.#writeData(data, options);
    await writeModelFolder(model, await artifactOf(options.network ?? 'dense'));
    const controller = new AbortController();
    const events: StageEvent[] = [];
    const input = (folder: string, type: 'prepared-data' | 'model') => ({
      stage: type,
      type,
      folder,
      digest: '',
      summary: {},
    });
    const context: Partial<StageContext> = {
      settings: { ...defaults, ...options.settings },
      seed: 7,
      inputs: { data: input(data, 'prepared-data'), model: input(model, 'model') },
      output,
      engine: async () => (this.#engine ??= await referenceProvider.open(engineOptions)),
      checkpoints: this.#cache.checkpoints(sha256(name)),
      afterEpoch: () => Promise.resolve(),
      emit: (event) => {
        events.push(event);
        options.onEvent?.(event, () => controller.abort(interruption));
      },
      signal: controller.signal,
      locate: (path) => ({ file: 'small.yaml', line: 1, column: 1, length: 1, lineText: path.join('.') }),
    };
    const implementation = await trainStage.load();
    const summary = await implementation.execute(context as StageContext<never>);
    const files = Object.fromEntries(
      ['model.json', 'weights.bin', 'history.json'].map((file) => [
        file,
        sha256(readFileSync(join(output, file))),
      ]),
    );
    const history = JSON.parse(readFileSync(join(output, 'history.json'), 'utf8')) as Trained['history'];
    return { summary, events, files, history, output };
  }

  /** The problem with which training fails. */
  async problemOf(name: string, options: TrainOptions): Promise<Problem> {
    try {
      await this.train(name, options);
    } catch (error) {
      if (error instanceof ProblemError) return error.problems[0]!;
      throw error;
    }
    throw new Error('training did not fail');
  }

  async close(): Promise<void> {
    await this.#engine?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #writeData(folder: string, options: TrainOptions): void {
    const { counts = [60, 20], augmentation = null, classes = ['low', 'middle', 'high'] } = options;
    const images = bandImages(counts[0], 1);
    const { weightOf } = options;
    const weights = weightOf === undefined ? undefined : Float32Array.from(images.labels, weightOf);
    const train = { ...images, weights };
    const validation = bandImages(counts[1], 2);
    const test = bandImages(0, 3);
    const of = (split: typeof images): number[] => countClasses(split.labels, classes.length);
    writePreparedData(folder, {
      train,
      validation,
      test,
      preparation: {
        classes,
        imageShape: [6, 6, 1],
        counts: { train: train.count, validation: validation.count, test: 0 },
        classCounts: { train: of(train), validation: of(validation), test: of(test) },
        scaling: { kind: 'unit', scale: 1 / 255, offset: 0 },
        augmentation,
      },
    });
  }
}
