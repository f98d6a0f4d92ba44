/** The optimizer's tensors for each weight. Owns them: replaced and disposed here and nowhere else. */
import type { NamedArray } from '../models/model-artifact.js';
import { tf } from '../models/tfjs.js';
import type { Slot } from './optimizers/optimizer.js';
import { tensorOf, type NamedTensor, type Weight } from './tfjs-weights.js';

export class OptimizerSlots {
  readonly #weights: readonly Weight[];
  readonly #slots: readonly Slot[];
  readonly #tensors: (readonly tf.Tensor[])[];

  constructor(weights: readonly Weight[], slots: readonly Slot[]) {
    this.#weights = weights;
    this.#slots = slots;
    this.#tensors = weights.map((weight) =>
      slots.map(({ initial }) => tf.keep(tf.fill(weight.shape as number[], initial))),
    );
  }

  /** Of the weight at a place, in the order of the optimizer's slots. */
  of(place: number): readonly tf.Tensor[] {
    return this.#tensors[place]!;
  }

  /** Takes the new tensors over, out of any tidy around it. */
  replace(place: number, next: readonly tf.Tensor[]): void {
    const before = this.#tensors[place]!;
    this.#tensors[place] = next.map((tensor) => tf.keep(tensor));
    tf.dispose([...before]);
  }

  /** Every slot as `<weight>/<slot>`. */
  named(): NamedTensor[] {
    return this.#weights.flatMap((weight, place) =>
      this.of(place).map((tensor, i) => ({ name: this.#nameOf(weight, this.#slots[i]!), tensor })),
    );
  }

  restore(find: (name: string) => NamedArray): void {
    this.#weights.forEach((weight, place) =>
      this.replace(
        place,
        this.#slots.map((slot) => tensorOf(find(this.#nameOf(weight, slot)))),
      ),
    );
  }

  dispose(): void {
    tf.dispose(this.#tensors.flat());
    this.#tensors.length = 0;
  }

  #nameOf(weight: Weight, slot: Slot): string {
    return `${weight.originalName}/${slot.name}`;
  }
}
