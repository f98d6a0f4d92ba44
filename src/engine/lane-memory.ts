/**
 * The memory that the threads of `gradient-lanes.ts` share: a few words to signal by, the inputs of a step, and what each
 * thread gives back. ONNX Runtime takes no shared memory, so each side copies. Owns the layout, no thread.
 */
import type { TensorArrays } from './onnx-runtime/onnx-runtime.js';

type SharedType = Exclude<keyof TensorArrays, 'int64' | 'bool'>;

/** A tensor as it lies in shared memory. */
export interface SharedTensor {
  readonly name: string;
  readonly type: SharedType;
  /** As a graph takes it: for one part of a batch where it grows with the images. */
  readonly dims: readonly number[];
  /** Whether there is a row for each image of the batch; else every part takes the whole of it. */
  readonly perImage: boolean;
  /** Where it begins, in bytes. */
  readonly offset: number;
  /** Elements there is room for. */
  readonly length: number;
}

export interface LaneMemory {
  readonly control: Int32Array;
  readonly bytes: SharedArrayBuffer;
  readonly inputs: readonly SharedTensor[];
  /** Sums over a lane's parts: their places in each lane's own memory. */
  readonly outputs: readonly SharedTensor[];
}

/** What a lane is given when it begins. */
export interface LaneWorkerData {
  readonly memory: LaneMemory;
  readonly results: SharedArrayBuffer;
  /** The graph that adds one part's gradients to those that come in. */
  readonly model: Uint8Array;
  readonly entries: Readonly<Record<string, string>>;
  /** The name of a sum after a graph's run. */
  readonly next: Readonly<Record<string, string>>;
}

/** Words of a lane's control: which step is asked for, which is done, and the parts of it. */
export const laneWords = { asked: 0, done: 1, firstImage: 2, parts: 3, count: 4 } as const;

export type LayoutRequest = Omit<SharedTensor, 'offset'>;

/** Tensors one after another, each where an array of any type may begin. */
export function layOut(requests: readonly LayoutRequest[]): {
  readonly tensors: readonly SharedTensor[];
  readonly bytes: number;
} {
  let offset = 0;
  const tensors = requests.map((request): SharedTensor => {
    const tensor = { ...request, offset };
    offset += Math.ceil((request.length * (request.type === 'uint8' ? 1 : 4)) / 64) * 64;
    return tensor;
  });
  return { tensors, bytes: offset };
}

/** A view of a tensor's memory. */
export function viewOf(
  bytes: SharedArrayBuffer,
  { type, offset, length }: SharedTensor,
): Uint8Array | Int32Array | Float32Array {
  switch (type) {
    case 'uint8':
      return new Uint8Array(bytes, offset, length);
    case 'int32':
      return new Int32Array(bytes, offset, length);
    case 'float32':
      return new Float32Array(bytes, offset, length);
  }
}

/** Elements of a tensor, and for one that grows with the batch those of one image. */
export const elementsOf = ({ dims }: { readonly dims: readonly number[] }): number =>
  dims.reduce((product, side) => product * side, 1);
