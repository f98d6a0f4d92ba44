/**
 * An engine over tfjs operations, whichever backend computes them: `reference` and `tensorflow` differ in that, and in
 * the layers that a backend needs made of other operations. Owns which backend is current while its sessions work; a
 * session is `tfjs-training-session.ts` or `tfjs-inference-session.ts`.
 */
import type { ModelArtifact } from '../models/model-artifact.js';
import { modelFromArtifact } from '../models/tfjs-artifact.js';
import { tf, type tfLayers } from '../models/tfjs.js';
import type { Engine, EngineIdentity, InferenceSession, TrainingSession, TrainingSetup } from './engine.js';
import { putLayerStandIns } from './layer-stand-ins/put-layer-stand-ins.js';
import { TensorDraws } from './layer-stand-ins/tensor-draws.js';
import { checkInputFits, checkOutputFits } from './network-fit.js';
import { TfjsInferenceSession } from './tfjs-inference-session.js';
import { TfjsTrainingSession } from './tfjs-training-session.js';

export class TfjsEngine implements Engine {
  readonly identity: EngineIdentity;
  readonly #backend: string;
  readonly #prepare: (model: tfLayers.LayersModel) => void;

  /**
   * @param backend a registered backend that was the current one before, so that switching to it takes no time.
   * @param prepare changes a live model where the backend can't compute it as it is.
   */
  constructor(
    identity: EngineIdentity,
    backend: string,
    prepare: (model: tfLayers.LayersModel) => void = () => undefined,
  ) {
    this.identity = identity;
    this.#backend = backend;
    this.#prepare = prepare;
  }

  async openTraining(artifact: ModelArtifact, setup: TrainingSetup): Promise<TrainingSession> {
    const model = await this.#load(artifact);
    try {
      checkInputFits(model, setup.imageShape);
      checkOutputFits(model, setup.classes);
      const draws = new TensorDraws(setup.seed);
      putLayerStandIns(model, draws);
      return new TfjsTrainingSession(model, setup, draws, () => this.#activate());
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  async openInference(artifact: ModelArtifact): Promise<InferenceSession> {
    return new TfjsInferenceSession(await this.#load(artifact), () => this.#activate());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #load(artifact: ModelArtifact): Promise<tfLayers.LayersModel> {
    this.#activate();
    const model = await modelFromArtifact(artifact);
    this.#prepare(model);
    return model;
  }

  /** Another engine may have been at work in this process since. */
  #activate(): void {
    if (tf.getBackend() !== this.#backend) void tf.setBackend(this.#backend);
  }
}
