/**
 * The engine `onnx`: traces what a network does into graphs and runs them on ONNX Runtime. Owns the runtime; sessions own
 * their graphs (`session/`).
 */
import type { StepVerification } from '../../core/events.js';
import type { ModelArtifact } from '../../models/model-artifact.js';
import type {
  Engine,
  EngineIdentity,
  InferenceSession,
  OnnxProviderName,
  TrainingSession,
  TrainingSetup,
} from '../engine.js';
import { checkInputFits, checkOutputFits } from '../network-fit.js';
import type { OnnxRuntime } from '../onnx-runtime/onnx-runtime.js';
import { openOnnxRuntime } from '../onnx-runtime/open-runtime.js';
import { OnnxInferenceSession } from './session/onnx-inference-session.js';
import { OnnxTrainingSession } from './session/onnx-training-session.js';
import { openNetwork } from './session/open-network.js';

export interface OnnxEngineOptions {
  readonly provider: OnnxProviderName;
  readonly threads: number;
  readonly verify: boolean;
}

export async function openOnnxEngine(identity: EngineIdentity, options: OnnxEngineOptions): Promise<Engine> {
  return new OnnxEngine(identity, await openOnnxRuntime(options.provider), options);
}

class OnnxEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #runtime: OnnxRuntime;
  readonly #options: OnnxEngineOptions;

  constructor(identity: EngineIdentity, runtime: OnnxRuntime, options: OnnxEngineOptions) {
    this.identity = identity;
    this.#runtime = runtime;
    this.#options = options;
  }

  async openTraining(
    artifact: ModelArtifact,
    setup: TrainingSetup,
    onVerified?: (verification: StepVerification) => void,
  ): Promise<TrainingSession> {
    const opened = await openNetwork(artifact);
    try {
      checkInputFits(opened.model, setup.imageShape);
      checkOutputFits(opened.model, setup.classes);
      const { provider, threads, verify } = this.#options;
      const options = { threads, verify, lanes: provider === 'cpu', onVerified };
      return new OnnxTrainingSession(artifact, opened, setup, this.#runtime, options);
    } catch (error) {
      opened.dispose();
      throw error;
    }
  }

  async openInference(artifact: ModelArtifact): Promise<InferenceSession> {
    const opened = await openNetwork(artifact);
    return new OnnxInferenceSession(artifact, opened, this.#runtime, this.#options.threads);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
