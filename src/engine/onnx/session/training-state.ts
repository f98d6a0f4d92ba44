/**
 * Weights and optimizer slots as a graph reads and writes them: each in two buffers that change places after a step, so
 * that nothing is copied. Owns the numbers; which weights lie together is `trace/weight-groups.ts`.
 */
import type { ModelArtifact, NamedArray } from '../../../models/model-artifact.js';
import type { TrainingState } from '../../engine.js';
import type { OnnxRuntime, OnnxTensor } from '../../onnx-runtime/onnx-runtime.js';
import type { Slot } from '../../optimizers/optimizer.js';
import { names } from '../trace/graph-names.js';
import type { WeightGroup } from '../trace/weight-groups.js';

type Values = Float32Array | Int32Array;

interface Pair {
  now: OnnxTensor;
  /** Made when a graph first writes there: most weights outside the groups never change. */
  next: OnnxTensor | undefined;
}

export type Tensors = Record<string, OnnxTensor>;

export class TrainingStateBuffers {
  readonly #runtime: OnnxRuntime;
  readonly #weights: ModelArtifact['weights'];
  readonly #groups: readonly WeightGroup[];
  readonly #slots: readonly Slot[];
  readonly #pairs = new Map<string, Pair>();

  constructor(
    runtime: OnnxRuntime,
    weights: ModelArtifact['weights'],
    groups: readonly WeightGroup[],
    slots: readonly Slot[],
  ) {
    this.#runtime = runtime;
    this.#weights = weights;
    this.#groups = groups;
    this.#slots = slots;
    const grouped = new Set(groups.flatMap(({ members }) => members.map(({ place }) => place)));
    groups.forEach((group, i) => {
      const values = new Float32Array(group.size);
      for (const { place, offset } of group.members) values.set(weights[place]!.values, offset);
      this.#put(names.group(i), values, group.shape);
      for (const { name, initial } of slots) {
        this.#put(names.slot(i, name), new Float32Array(group.size).fill(initial), group.shape);
      }
    });
    weights.forEach(({ values, shape }, place) => {
      if (!grouped.has(place)) this.#put(names.weight(place), values.slice(), shape);
    });
  }

  /** Of a graph's inputs those that are state, as they are now. */
  inputs(wanted: readonly string[]): Tensors {
    return Object.fromEntries(
      wanted.flatMap((name) => {
        const pair = this.#pairs.get(name);
        return pair === undefined ? [] : [[name, pair.now]];
      }),
    );
  }

  /** Where a graph writes the state after it. */
  outputs(wanted: readonly string[]): Tensors {
    const tensors: Tensors = {};
    for (const [name, pair] of this.#pairs) {
      const output = names.next(name);
      if (wanted.includes(output)) tensors[output] = pair.next ??= this.#alike(pair.now);
    }
    return tensors;
  }

  /** What these outputs hold is the state from now on. */
  advance(written: Tensors): void {
    for (const [name, pair] of this.#pairs) {
      const output = written[names.next(name)];
      if (output === undefined) continue;
      pair.next = pair.now;
      pair.now = output;
    }
  }

  weights(): readonly NamedArray[] {
    const values = new Map<number, Values>();
    this.#groups.forEach(({ members }, i) => {
      const all = this.#valuesOf(names.group(i));
      for (const { place, offset, size } of members) values.set(place, all.slice(offset, offset + size));
    });
    return this.#weights.map(({ name, shape, dtype }, place) => ({
      name,
      shape,
      dtype,
      values: values.get(place) ?? this.#valuesOf(names.weight(place)).slice(),
    }));
  }

  /** Every slot as `<weight>/<slot>`. */
  slots(): readonly NamedArray[] {
    return this.#eachSlot().map(({ key, name, shape, offset, size }) => ({
      name,
      shape,
      dtype: 'float32',
      values: this.#valuesOf(key).slice(offset, offset + size),
    }));
  }

  restore({ arrays }: TrainingState): void {
    const byName = new Map(arrays.map((array) => [array.name, array]));
    const find = (name: string): NamedArray => {
      const array = byName.get(name);
      if (array === undefined) throw new Error(`the training state holds no ${name}`);
      return array;
    };
    const grouped = new Set<number>();
    this.#groups.forEach(({ members }, i) => {
      for (const { place, offset } of members) {
        grouped.add(place);
        this.#valuesOf(names.group(i)).set(find(this.#weights[place]!.name).values, offset);
      }
    });
    this.#weights.forEach(({ name }, place) => {
      if (!grouped.has(place)) this.#valuesOf(names.weight(place)).set(find(name).values);
    });
    for (const { key, name, offset } of this.#eachSlot()) this.#valuesOf(key).set(find(name).values, offset);
  }

  #eachSlot() {
    return this.#groups.flatMap(({ members }, i) =>
      members.flatMap(({ place, shape, offset, size }) =>
        this.#slots.map((slot) => ({
          key: names.slot(i, slot.name),
          name: `${this.#weights[place]!.name}/${slot.name}`,
          shape,
          offset,
          size,
        })),
      ),
    );
  }

  #valuesOf(key: string): Values {
    return this.#pairs.get(key)!.now.data as Values;
  }

  #put(name: string, values: Values, shape: readonly number[]): void {
    this.#pairs.set(name, { now: this.#tensor(values, shape), next: undefined });
  }

  #alike({ data, dims }: OnnxTensor): OnnxTensor {
    const length = data.length;
    return this.#tensor(data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length), dims);
  }

  #tensor(values: Values, shape: readonly number[]): OnnxTensor {
    return values instanceof Int32Array
      ? this.#runtime.tensor('int32', values, shape)
      : this.#runtime.tensor('float32', values, shape);
  }
}
