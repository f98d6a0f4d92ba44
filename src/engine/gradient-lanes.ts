/**
 * Gradients of a batch on several cores: each thread but this one takes some of its parts, with a session of its own on
 * one core. That beats sharing out every node of a graph, which are too small for it. Owns the threads; this thread's own
 * parts, and what the sums are for, are the session's business.
 */
import { Worker } from 'node:worker_threads';
import {
  elementsOf,
  layOut,
  type LayoutRequest,
  type LaneMemory,
  type LaneWorkerData,
  laneWords,
  type SharedTensor,
  viewOf,
} from './lane-memory.js';

export interface LanesSetup {
  /** Threads beside this one, from 1. */
  readonly lanes: number;
  readonly model: Uint8Array;
  readonly entries: Readonly<Record<string, string>>;
  readonly inputs: readonly LayoutRequest[];
  readonly sums: readonly Omit<LayoutRequest, 'perImage' | 'length' | 'type'>[];
  readonly next: Readonly<Record<string, string>>;
}

interface Lane {
  readonly control: Int32Array;
  readonly results: SharedArrayBuffer;
  readonly worker: Worker;
}

/** Looks this often whether a lane is done before it lets other work of this thread go on. */
const looks = 200_000;

export class GradientLanes {
  readonly #inputs = new Map<
    string,
    { readonly shared: SharedTensor; readonly view: ReturnType<typeof viewOf> }
  >();
  readonly #sums: readonly SharedTensor[];
  readonly #lanes: readonly Lane[];
  #busy: readonly Lane[] = [];
  #failure: Error | undefined;

  constructor({ lanes, model, entries, inputs, sums, next }: LanesSetup) {
    const shared = layOut(inputs);
    const given = layOut(
      sums.map((sum) => ({ ...sum, type: 'float32', perImage: false, length: elementsOf(sum) })),
    );
    const bytes = new SharedArrayBuffer(shared.bytes);
    for (const tensor of shared.tensors)
      this.#inputs.set(tensor.name, { shared: tensor, view: viewOf(bytes, tensor) });
    this.#sums = given.tensors;
    this.#lanes = Array.from({ length: lanes }, (): Lane => {
      const control = new Int32Array(new SharedArrayBuffer(4 * laneWords.count));
      const results = new SharedArrayBuffer(given.bytes);
      const memory: LaneMemory = { control, bytes, inputs: shared.tensors, outputs: given.tensors };
      const data: LaneWorkerData = { memory, results, model, entries, next };
      // From the package's root, so that `src/` under a test runner, `dist/` and the bundle start the same file.
      const file = new URL('../../dist/engine/gradient-lane-worker.js', import.meta.url);
      const worker = new Worker(file, { workerData: data, execArgv: [], name: 'assay-gradients' });
      worker.once('error', (error: unknown) => (this.#failure ??= error as Error));
      return { control, results, worker };
    });
  }

  /** Copies an input of the next step to where all lanes see it. */
  put(name: string, values: Uint8Array | Int32Array | Float32Array): void {
    this.#inputs.get(name)?.view.set(values);
  }

  /** Lets lane i work on `parts` parts from image `first` on, for each of the list; the others rest. */
  start(shares: readonly { readonly first: number; readonly parts: number }[]): void {
    this.#busy = this.#lanes.slice(0, shares.length);
    this.#lanes.forEach(({ control }, i) => {
      const share = shares[i];
      if (share === undefined) return;
      control[laneWords.firstImage] = share.first;
      control[laneWords.parts] = share.parts;
      Atomics.store(control, laneWords.asked, Atomics.load(control, laneWords.asked) + 1);
      Atomics.notify(control, laneWords.asked);
    });
  }

  /** When all lanes that were started are done: adds their sums, in the order of the lanes, to the arrays by name. */
  async addTo(sums: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const { control, results } of this.#busy) {
      await this.#wait(control);
      for (const shared of this.#sums) {
        const found = viewOf(results, shared);
        const total = sums.get(shared.name)!;
        for (let i = 0; i < total.length; i++) total[i]! += found[i]!;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }

  async #wait(control: Int32Array): Promise<void> {
    const asked = Atomics.load(control, laneWords.asked);
    const done = (): boolean => Atomics.load(control, laneWords.done) === asked;
    for (let look = 0; look < looks; look++) if (done()) return;
    while (!done()) {
      if (this.#failure !== undefined) throw this.#failure;
      const waiting = Atomics.waitAsync(control, laneWords.done, asked - 1, 100);
      if (waiting.async) await waiting.value;
    }
  }
}
