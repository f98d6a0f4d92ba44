/**
 * What the layers draw in a step, as tensors for a graph: drawn once for the whole batch, handed out in the parts in which
 * the batch goes through. Owns the buffers; the numbers are those of `layer-stand-ins/draws.ts`.
 */
import { type DrawSpec, drawStream, fillKeepMask, fillNormal } from '../../layer-stand-ins/draws.js';
import type { OnnxRuntime } from '../../onnx-runtime/onnx-runtime.js';
import { names } from '../trace/graph-names.js';
import type { Tensors } from './training-state.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

export class StepDraws {
  readonly #runtime: OnnxRuntime;
  readonly #seed: number;
  #drawn: (Uint8Array | Float32Array)[] = [];
  readonly #buffers = new Map<string, Uint8Array | Float32Array>();

  constructor(runtime: OnnxRuntime, seed: number) {
    this.#runtime = runtime;
    this.#seed = seed;
  }

  /** What was drawn last, for the whole batch, in order. */
  get drawn(): readonly (Uint8Array | Float32Array)[] {
    return this.#drawn;
  }

  /** @param specs of a part of the batch; @param images of the whole batch. */
  draw(step: number, specs: readonly DrawSpec[], part: number, images: number): void {
    this.#drawn = specs.map((spec, ordinal) => {
      const shape = part === images ? spec.shape : [images, ...spec.shape.slice(1)];
      const stream = drawStream(this.#seed, step, ordinal);
      const length = sizeOf(shape);
      const key = `${ordinal}.${length}`;
      let buffer = this.#buffers.get(key);
      if (spec.kind === 'keep') {
        buffer ??= new Uint8Array(length);
        fillKeepMask({ ...spec, shape }, stream, buffer as Uint8Array);
      } else {
        buffer ??= new Float32Array(length);
        fillNormal({ ...spec, shape }, stream, buffer as Float32Array);
      }
      this.#buffers.set(key, buffer);
      return buffer;
    });
  }

  /** The inputs of a graph for the images from `first` on. */
  inputs(specs: readonly DrawSpec[], first: number): Tensors {
    return Object.fromEntries(
      specs.map((spec, ordinal) => {
        const size = sizeOf(spec.shape);
        const from = first * (size / spec.shape[0]!);
        const part = this.#drawn[ordinal]!.subarray(from, from + size);
        const tensor =
          part instanceof Uint8Array
            ? this.#runtime.tensor('uint8', part, spec.shape)
            : this.#runtime.tensor('float32', part, spec.shape);
        return [names.draw(ordinal), tensor];
      }),
    );
  }
}
