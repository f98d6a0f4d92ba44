/**
 * The contract over the two packages that run ONNX graphs: `native-runtime.ts` (onnxruntime-node) and `wasm-runtime.ts`
 * (onnxruntime-web's WebAssembly build). Types only. Owns no graph and knows nothing of training; what graphs mean is
 * `../onnx/`'s business, which provider to take `../onnx-provider.ts`'s.
 */

/** What elements of each type lie in. */
export interface TensorArrays {
  float32: Float32Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}
export type TensorType = keyof TensorArrays;

/** A value that goes into a graph or comes out of one: row by row, on the memory that it was made on. */
export interface OnnxTensor<T extends TensorType = TensorType> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: TensorArrays[T];
}

export interface SessionSettings {
  /**
   * Threads that one node of the graph may be shared out over, from 1. The WebAssembly build has one pool a process: what
   * its first session is given holds for all.
   */
  readonly threads: number;
  /** ONNX Runtime's own settings by their full names: `{ 'session.set_denormal_as_zero': '1' }`. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Write a profile of every node to a file whose name begins with this path; native providers alone. */
  readonly profile?: string;
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once. `outputs` names what is wanted: a tensor is filled in place and must have that output's type and
   * shape; `null` gets a fresh one. Native providers read inputs and write such outputs where they lie; WebAssembly copies
   * both. Runs of one session must not overlap.
   * @returns the tensors of `outputs`, fresh ones in the place of `null`.
   */
  run(
    inputs: Readonly<Record<string, OnnxTensor>>,
    outputs: Readonly<Record<string, OnnxTensor | null>>,
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** A package, loaded, and the provider to compute on. */
export interface OnnxRuntime {
  /** Wraps memory without copying it. */
  tensor<T extends TensorType>(type: T, data: TensorArrays[T], dims: readonly number[]): OnnxTensor<T>;
  /** @throws {Error} with ONNX Runtime's own words for a graph that it refuses or a provider that does not open. */
  createSession(model: Uint8Array, settings: SessionSettings): Promise<OnnxSession>;
}
