/** Draws as tensors, for engines that compute with tfjs. Owns which step it is and how many draws came before. */
import { tf } from '../../models/tfjs.js';
import { drawStream, fillKeepMask, fillNormal, type DrawSource, type DrawSpec } from './draws.js';

export class TensorDraws implements DrawSource {
  readonly #seed: number;
  #step = 0;
  #ordinal = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** What is drawn next is the step's first. */
  begin(step: number): void {
    this.#step = step;
    this.#ordinal = 0;
  }

  draw(spec: DrawSpec): tf.Tensor {
    const stream = drawStream(this.#seed, this.#step, this.#ordinal++);
    const size = spec.shape.reduce((product, side) => product * side, 1);
    const values = new Float32Array(size);
    if (spec.kind === 'normal') {
      fillNormal(spec, stream, values);
    } else {
      const kept = new Uint8Array(size);
      fillKeepMask(spec, stream, kept);
      const factor = 1 / spec.probability;
      for (let i = 0; i < size; i++) values[i] = kept[i]! * factor;
    }
    return tf.tensor(values, [...spec.shape]);
  }
}
