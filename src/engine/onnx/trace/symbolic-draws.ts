/** Where layers draw while they are traced: what they draw comes into the graph from outside, anew in each step. */
import type { tf } from '../../../models/tfjs.js';
import type { DrawSource, DrawSpec } from '../../layer-stand-ins/draws.js';
import { cast, mul } from '../graph/operators/elementwise.js';
import { names } from './graph-names.js';
import { symbolicBackend, tensorFor } from './symbolic-backend.js';

/** Random tensors as inputs of the graph: bytes of a mask, or normal numbers. */
export class SymbolicDraws implements DrawSource {
  #specs: DrawSpec[] = [];

  begin(): void {
    this.#specs = [];
  }

  get specs(): readonly DrawSpec[] {
    return this.#specs;
  }

  draw(spec: DrawSpec): tf.Tensor {
    const b = symbolicBackend().builder;
    const name = names.draw(this.#specs.length);
    this.#specs.push(spec);
    if (spec.kind === 'normal') return tensorFor(b.input(name, 'float32', spec.shape));
    const mask = cast(b, b.input(name, 'uint8', spec.shape), 'float32');
    return tensorFor(mul(b, mask, b.scalar(1 / spec.probability)));
  }
}
