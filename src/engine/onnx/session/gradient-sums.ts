/**
 * Gradients, and loss with hits, added up over the parts of a batch: in two buffers in turn, after zeros to begin with. Owns
 * the buffers; graphs do the adding.
 */
import type { OnnxRuntime, OnnxTensor } from '../../onnx-runtime/onnx-runtime.js';
import { sizeOf } from '../graph/graph.js';
import { names } from '../trace/graph-names.js';
import type { WeightGroup } from '../trace/weight-groups.js';
import type { Tensors } from './training-state.js';

interface Buffers {
  readonly zeros: OnnxTensor;
  readonly turns: readonly [OnnxTensor, OnnxTensor];
}

export class GradientSums {
  readonly #runtime: OnnxRuntime;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  /** Made when first asked for: a session that only evaluates needs none. */
  readonly #buffers = new Map<string, Buffers>();

  constructor(runtime: OnnxRuntime, groups: readonly WeightGroup[]) {
    this.#runtime = runtime;
    this.#shapes = new Map([
      [names.sums, [2]],
      ...groups.map(({ shape }, i) => [names.gradient(i), shape] as const),
    ]);
  }

  /** The sums over so many parts, by name. */
  after(parts: number): Tensors {
    return this.#each(({ zeros, turns }) => (parts === 0 ? zeros : turns[(parts - 1) % 2]!));
  }

  /** Where the graph of the part after so many writes, by name, of the outputs that it has. */
  outputs(parts: number, wanted: readonly string[]): Tensors {
    const all = this.#each(({ turns }) => turns[parts % 2]!);
    const written = Object.entries(all).map(([name, tensor]) => [names.next(name), tensor] as const);
    return Object.fromEntries(written.filter(([name]) => wanted.includes(name)));
  }

  #each(pick: (buffers: Buffers) => OnnxTensor): Tensors {
    const entries = [...this.#shapes].map(([name, shape]) => [name, pick(this.#of(name, shape))] as const);
    return Object.fromEntries(entries);
  }

  #of(name: string, shape: readonly number[]): Buffers {
    let buffers = this.#buffers.get(name);
    if (buffers === undefined) {
      const make = (): OnnxTensor =>
        this.#runtime.tensor('float32', new Float32Array(sizeOf(shape)), [...shape]);
      this.#buffers.set(name, (buffers = { zeros: make(), turns: [make(), make()] }));
    }
    return buffers;
  }
}
