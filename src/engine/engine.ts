/**
 * The contract of an engine: what turns a network and batches into trained weights and predictions. One strategy per
 * file beside this one (`reference-engine.ts`, `tensorflow-engine.ts`, `onnx/`). Owns no files and no
 * settings' defaults; every method is asynchronous, because an engine may run its graph outside this thread.
 */
import type { StepVerification } from '../core/events.js';
import type { JsonObject } from '../core/json.js';
import type { Batch, ImageShape, InputScaling, LabelledImages } from '../data/image-batch.js';
import type { ModelArtifact, NamedArray } from '../models/model-artifact.js';
import type { LossName } from './loss-names.js';

export const engineNames = ['onnx', 'reference', 'tensorflow'] as const;
export type EngineName = (typeof engineNames)[number];

/** What the engine `onnx` computes on: ONNX Runtime's execution providers, and its WebAssembly build. */
export const onnxProviderNames = ['cpu', 'cuda', 'webgpu', 'wasm'] as const;
export type OnnxProviderName = (typeof onnxProviderNames)[number];
export type OnnxProviderRequest = 'auto' | OnnxProviderName;

export function isOnnxProviderName(name: string): name is OnnxProviderName {
  return (onnxProviderNames as readonly string[]).includes(name);
}

/** How an experiment writes it: `engine: auto`, `engine: onnx`, `engine: { onnx: { provider: cuda } }`. */
export type EngineRequest =
  'auto' | EngineName | { readonly onnx: { readonly provider?: OnnxProviderRequest } };

/** What an engine is told beside the network: how much of the machine it may have, and on what it should compute. */
export interface EngineOptions {
  /** Threads that it may compute with, from 1. */
  readonly threads: number;
  /** For `onnx` alone. */
  readonly provider: OnnxProviderRequest;
  /** Compare the first batch of each size, trained or validated, with tfjs's JavaScript backend; for `onnx` alone. */
  readonly verify: boolean;
}

/** What in an engine can change the numbers it yields; part of a training stage's fingerprint. */
export interface EngineIdentity {
  readonly name: EngineName;
  /** Libraries by name: `{ "@tensorflow/tfjs-core": "4.22.0" }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Whatever else changes bits: `{ threads: 2 }`. */
  readonly numerics: JsonObject;
}

/** Whether an engine can be used here, told by `assay doctor`. */
export type EngineAvailability =
  | { readonly available: true; readonly identity: EngineIdentity; readonly note?: string }
  | { readonly available: false; readonly reason: string; readonly fix: string };

export interface OptimizerSettings {
  readonly kind: 'sgd' | 'momentum' | 'nesterov' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw';
  readonly learningRate: number;
  /** Decay of the running means, by optimizer; see `optimizers/`. */
  readonly momentum?: number;
  readonly rho?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  readonly initialAccumulator?: number;
}

export interface GradientClipping {
  /** Each element to [-value, value]. */
  readonly value?: number;
  /** Each gradient's L2 norm to at most this. */
  readonly norm?: number;
  /** The L2 norm over all gradients together to at most this. */
  readonly globalNorm?: number;
}

export interface TrainingSetup {
  /** A loss of tf.layers by its tfjs name, on one-hot labels. */
  readonly loss: LossName;
  /** Share s of a label's weight spread over all k classes, from 0 (none) to below 1: 1 - s + s/k and s/k. */
  readonly labelSmoothing: number;
  readonly optimizer: OptimizerSettings;
  readonly clipping: GradientClipping;
  /** A factor on the loss of each class's images, in order; absent: all 1. The mean stays one over images. */
  readonly classWeights?: readonly number[];
  readonly scaling: InputScaling;
  /** What the network must take and tell apart; `openTraining` refuses one that does not fit. */
  readonly imageShape: ImageShape;
  readonly classes: number;
  /** Random numbers inside the network (dropout, noise) depend on this seed and the step alone. */
  readonly seed: number;
}

/** Sums, not means, so that batches of different sizes add up to an epoch. */
export interface BatchResult {
  /** Sum over the batch of the weighted loss plus regularisation times the batch's size. */
  readonly lossSum: number;
  readonly correct: number;
  readonly count: number;
}

/** All that training needs to go on elsewhere, bit for bit: weights, then the optimizer's slots. */
export interface TrainingState {
  /** Training steps done. */
  readonly step: number;
  readonly arrays: readonly NamedArray[];
}

/** A network being trained. Steps must not overlap. */
export interface TrainingSession {
  /**
   * One step of training. `learningRate` is the schedule's value for this step. Each image's loss is multiplied by its
   * class's weight and its own; the mean stays one over images.
   * @throws {ProblemError} `network-not-trainable` in the first step, for a layer that the engine can't differentiate.
   */
  trainStep(batch: Batch, learningRate: number): Promise<BatchResult>;
  /**
   * The same loss and hits without training (no dropout, moving averages used, no weights of single images). `batchSize`
   * bounds memory; the sums are made batch by batch.
   */
  evaluate(images: LabelledImages, batchSize: number): Promise<BatchResult>;
  /** The weights as they are now, copied. */
  weights(): Promise<readonly NamedArray[]>;
  state(): Promise<TrainingState>;
  restore(state: TrainingState): Promise<void>;
  close(): Promise<void>;
}

/** A network that predicts. */
export interface InferenceSession {
  /** The network's output, image by image: count × classes, row by row. */
  predict(images: LabelledImages, scaling: InputScaling, batchSize: number): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface Engine {
  readonly identity: EngineIdentity;
  /**
   * @param onVerified called once for the first step that was compared with tfjs, where `EngineOptions.verify` asks for it.
   * @throws {ProblemError} `network-mismatch` when the network does not fit the images or the classes.
   */
  openTraining(
    model: ModelArtifact,
    setup: TrainingSetup,
    onVerified?: (verification: StepVerification) => void,
  ): Promise<TrainingSession>;
  openInference(model: ModelArtifact): Promise<InferenceSession>;
  close(): Promise<void>;
}

/** Finds out about an engine without loading it, and opens it. */
export interface EngineProvider {
  readonly name: EngineName;
  /** Cheap: looks at installed packages, loads no native code. Nothing for an engine that is not there. */
  identity(options: EngineOptions): Promise<EngineIdentity | undefined>;
  /**
   * Why it would not load, though its files are here; asked by `auto` before it takes the engine, so tried once and
   * remembered. Absent where files are all there is to it.
   */
  obstacle?(): Promise<string | undefined>;
  /**
   * For the provider `auto`: the options with each provider put in that may be taken here, the best first. The same
   * answer in every process of a machine, or fingerprints would not be stable. Absent: the options are as good as any.
   */
  ways?(options: EngineOptions): Promise<readonly EngineOptions[]>;
  /** Really tries: loads the engine, for `assay doctor`. Never throws for an engine that is not there. */
  probe(options: EngineOptions): Promise<EngineAvailability>;
  /** @throws {ProblemError} `engine-unavailable` when it does not load after all. */
  open(options: EngineOptions): Promise<Engine>;
}
