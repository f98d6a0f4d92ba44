/**
 * A few batches in memory that two threads share: one makes them, the other takes them, in the same order. Owns the
 * memory's layout and who may touch which part when; knows neither what is in a batch nor how it is made.
 *
 * The taker says where the sequence is to begin (`seek`) and may say so again at any time. What was made before that is
 * still in the ring and comes out first, which is why each batch tells its epoch and step.
 */
import type { BatchArrays } from './image-batch.js';

/** What the other thread needs to see the same ring; it survives being posted. */
export interface RingMemory {
  readonly slots: number;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly headers: Int32Array<SharedArrayBuffer>;
  readonly labels: Int32Array<SharedArrayBuffer>;
  readonly pixels: Uint8Array<SharedArrayBuffer>;
  readonly weights: Float32Array<SharedArrayBuffer> | undefined;
}

export interface BatchPlace {
  readonly epoch: number;
  readonly step: number;
}

export function placeAfter({ epoch, step }: BatchPlace, stepsPerEpoch: number): BatchPlace {
  return step + 1 < stepsPerEpoch ? { epoch, step: step + 1 } : { epoch: epoch + 1, step: 0 };
}

/** Words of `control`. `made` and `taken` count batches; `bell` changes whenever the maker may have something to do. */
const words = { made: 0, taken: 1, bell: 2, seeks: 3, seekEpoch: 4, seekStep: 5 } as const;
/** Words of a header. */
const [epochWord, stepWord, countWord, headerWords] = [0, 1, 2, 3];

/** @param images in a slot; @param weighed whether they have weights. */
export function allocateRing(
  slots: number,
  images: number,
  bytesPerImage: number,
  weighed: boolean,
): RingMemory {
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  return {
    slots,
    control: new Int32Array(shared(4 * Object.keys(words).length)),
    headers: new Int32Array(shared(4 * headerWords * slots)),
    labels: new Int32Array(shared(4 * images * slots)),
    pixels: new Uint8Array(shared(images * bytesPerImage * slots)),
    weights: weighed ? new Float32Array(shared(4 * images * slots)) : undefined,
  };
}

export class BatchRing {
  readonly #memory: RingMemory;
  /** Each batch's place in the ring. */
  readonly #slots: readonly BatchArrays[];
  #seeksSeen = 0;

  constructor(memory: RingMemory) {
    this.#memory = memory;
    const { slots, labels, pixels, weights } = memory;
    const part = <T extends Uint8Array | Int32Array | Float32Array>(array: T, slot: number): T => {
      const size = array.length / slots;
      return array.subarray(slot * size, (slot + 1) * size) as T;
    };
    this.#slots = Array.from({ length: slots }, (_, slot) => ({
      pixels: part(pixels, slot),
      labels: part(labels, slot),
      weights: weights === undefined ? undefined : part(weights, slot),
    }));
  }

  /** Taker: lets the sequence begin anew at a place. */
  seek({ epoch, step }: BatchPlace): void {
    const { control } = this.#memory;
    Atomics.store(control, words.seekEpoch, epoch);
    Atomics.store(control, words.seekStep, step);
    Atomics.add(control, words.seeks, 1);
    this.#ring();
  }

  /** Taker: the oldest batch that is there, until `release` gives its place back. */
  oldest(): (BatchPlace & BatchArrays & { readonly count: number }) | undefined {
    const { control, headers } = this.#memory;
    const taken = Atomics.load(control, words.taken);
    if (Atomics.load(control, words.made) === taken) return undefined;
    const slot = this.#slotOf(taken);
    const header = slot * headerWords;
    const [epoch, step] = [headers[header + epochWord]!, headers[header + stepWord]!];
    return { epoch, step, count: headers[header + countWord]!, ...this.#slots[slot]! };
  }

  /** Taker: gives back the place of the oldest batch. */
  release(): void {
    Atomics.add(this.#memory.control, words.taken, 1);
    this.#ring();
  }

  /** Taker: waits until there is a batch, or `wakeTaker` was called, without blocking the thread. */
  async batchThere(): Promise<void> {
    const { control } = this.#memory;
    const waiting = Atomics.waitAsync(control, words.made, Atomics.load(control, words.taken));
    if (waiting.async) await waiting.value;
  }

  /** Either: the taker is to look what has become of the maker. */
  wakeTaker(): void {
    Atomics.notify(this.#memory.control, words.made);
  }

  /** Maker: where the sequence begins, if that was said since it was last asked. */
  newPlace(): BatchPlace | undefined {
    const { control } = this.#memory;
    const seeks = Atomics.load(control, words.seeks);
    if (seeks === this.#seeksSeen) return undefined;
    this.#seeksSeen = seeks;
    return {
      epoch: Atomics.load(control, words.seekEpoch),
      step: Atomics.load(control, words.seekStep),
    };
  }

  /** Maker: a place for the next batch, if one is free. */
  free(): BatchArrays | undefined {
    const { control, slots } = this.#memory;
    const made = Atomics.load(control, words.made);
    const waiting = (made - Atomics.load(control, words.taken)) | 0;
    return waiting < slots ? this.#slots[this.#slotOf(made)] : undefined;
  }

  /** Maker: hands over the batch in the place that `free` gave. */
  publish({ epoch, step }: BatchPlace, count: number): void {
    const { control, headers } = this.#memory;
    const header = this.#slotOf(Atomics.load(control, words.made)) * headerWords;
    headers[header + epochWord] = epoch;
    headers[header + stepWord] = step;
    headers[header + countWord] = count;
    Atomics.add(control, words.made, 1);
    this.wakeTaker();
  }

  /** Maker: what `sleep` is to be given, read before looking for something to do. */
  bell(): number {
    return Atomics.load(this.#memory.control, words.bell);
  }

  /** Maker: blocks its thread until the taker has done something since `bell` was read. */
  sleep(bell: number): void {
    Atomics.wait(this.#memory.control, words.bell, bell);
  }

  #ring(): void {
    Atomics.add(this.#memory.control, words.bell, 1);
    Atomics.notify(this.#memory.control, words.bell);
  }

  /** Counts wrap around at 2^32, of which the number of places must be a divisor. */
  #slotOf(count: number): number {
    return (count >>> 0) % this.#memory.slots;
  }
}
