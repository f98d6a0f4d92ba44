/** A network that predicts, over tfjs operations. Owns the live model until it is closed. */
import type { InputScaling, LabelledImages } from '../data/image-batch.js';
import { tf, type tfLayers } from '../models/tfjs.js';
import type { InferenceSession } from './engine.js';
import { checkInputFits } from './network-fit.js';
import { inputTensor, scalingTable, slices } from './tfjs-batch.js';

export class TfjsInferenceSession implements InferenceSession {
  readonly #model: tfLayers.LayersModel;
  readonly #activate: () => void;

  /** @param activate makes the engine's backend the current one. */
  constructor(model: tfLayers.LayersModel, activate: () => void) {
    this.#model = model;
    this.#activate = activate;
  }

  async predict(images: LabelledImages, scaling: InputScaling, batchSize: number): Promise<Float32Array> {
    checkInputFits(this.#model, images.shape);
    const table = scalingTable(scaling);
    const parts: Float32Array[] = [];
    for (const batch of slices(images, batchSize)) {
      this.#activate();
      const output = tf.tidy(
        () => this.#model.apply(inputTensor(batch, table), { training: false }) as tf.Tensor,
      );
      parts.push((await output.data<'float32'>()).slice());
      output.dispose();
    }
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  close(): Promise<void> {
    this.#activate();
    this.#model.dispose();
    return Promise.resolve();
  }
}
