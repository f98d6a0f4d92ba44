/**
 * A tfjs backend that computes nothing: its tensors stand for values of a graph, and running a kernel adds nodes to the
 * graph being traced. Owns the values behind tensors; which kernels there are is `kernels/`, what is traced is
 * `trace-network.ts`.
 */
import { tf } from '../../../models/tfjs.js';
import { arrayOf, type ConstantValues, type DType, type Value, valuesOf } from '../graph/graph.js';
import { GraphBuilder } from '../graph/graph-builder.js';
import { dtypeOf, elementwiseKernels } from './kernels/elementwise.js';
import { imageKernels } from './kernels/image.js';
import { matrixKernels } from './kernels/matrix.js';
import { reductionKernels } from './kernels/reduction.js';
import { resizeKernels } from './kernels/resize.js';
import { shapeKernels } from './kernels/shape.js';
import { standardImageKernels } from './kernels/standard-image.js';
import { type KernelCall, type Lowering, type Lowerings, NotLowered } from './lowering.js';

const symbolicBackendName = 'assay-symbolic';

const lowerings: Lowerings = {
  ...elementwiseKernels,
  ...shapeKernels,
  ...reductionKernels,
  ...matrixKernels,
  ...imageKernels,
  ...resizeKernels,
};

interface Entry {
  readonly value: Value;
  references: number;
}

class SymbolicBackend extends tf.KernelBackend {
  readonly #entries = new WeakMap<object, Entry>();
  #count = 0;
  #builder = new GraphBuilder();
  #standard = false;

  get builder(): GraphBuilder {
    return this.#builder;
  }

  /**
   * Whatever is computed from now on goes into a new graph.
   * @param standard whether image kernels become ONNX's own operators rather than window operators.
   */
  begin(standard = false): GraphBuilder {
    this.#standard = standard;
    this.#builder = new GraphBuilder();
    return this.#builder;
  }

  /** How a kernel is lowered in the graph being traced. */
  lowering(kernel: string): Lowering {
    const standard = this.#standard ? standardImageKernels[kernel] : undefined;
    return standard ?? lowerings[kernel]!;
  }

  infoFor(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    this.#count++;
    return { dataId, shape: value.shape.slice(), dtype: tfjsType(value.dtype) };
  }

  valueBehind({ dataId }: tf.TensorInfo): Value {
    const entry = this.#entries.get(dataId);
    if (entry !== undefined) return entry.value;
    // A tensor made by another backend: tfjs moves its numbers here, through `move`.
    tf.engine().moveData(this, dataId);
    return this.#entries.get(dataId)!.value;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    const type = dtypeOf(dtype);
    const held = arrayOf(type, values.length);
    held.set(values as ConstantValues);
    // Zeros and ones come as whole arrays; passes look for constants of one number.
    const [first] = held;
    const uniform = first !== undefined && held.every((element) => element === first);
    const value = uniform
      ? this.#builder.splat(first, shape, type)
      : this.#builder.constant(held, shape, type);
    this.#entries.set(dataId, { value, references });
    this.#count++;
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const { value } = this.#entries.get(dataId)!;
    if (value.constant === undefined)
      throw new NotLowered('reading of a tensor', 'its numbers are not known yet');
    return valuesOf(value) as tf.BackendValues;
  }

  override read(dataId: tf.DataId): Promise<tf.BackendValues> {
    return Promise.resolve().then(() => this.readSync(dataId));
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (entry === undefined) return true;
    entry.references--;
    if (entry.references > 0 && !force) return false;
    this.#entries.delete(dataId);
    this.#count--;
    return true;
  }

  override refCount(dataId: tf.DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }

  override incRef(dataId: tf.DataId): void {
    const entry = this.#entries.get(dataId);
    if (entry !== undefined) entry.references++;
  }

  override numDataIds(): number {
    return this.#count;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    this.#count = 0;
  }
}

function tfjsType(dtype: DType): tf.DataType {
  if (dtype === 'uint8' || dtype === 'int64') throw new Error(`tfjs has no ${dtype}`);
  return dtype;
}

let backend: SymbolicBackend | undefined;

/** The backend itself, registered with its kernels at the first call. */
export function symbolicBackend(): SymbolicBackend {
  if (backend !== undefined) return backend;
  const made = new SymbolicBackend();
  // The least priority: where nobody chose a backend, tfjs must not take this one.
  tf.registerBackend(symbolicBackendName, () => made, 0);
  for (const kernelName of Object.keys(lowerings)) {
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
      const lowered = made.lowering(kernelName)(callOf(made, kernelName, inputs, attrs));
      return isList(lowered) ? lowered.map((value) => made.infoFor(value)) : made.infoFor(lowered);
    };
    tf.registerKernel({ kernelName, backendName: symbolicBackendName, kernelFunc });
  }
  backend = made;
  return made;
}

function callOf(
  made: SymbolicBackend,
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap | undefined,
): KernelCall {
  const optionalInput = (name: string | number): Value | undefined => {
    const tensor = inputs[name] as tf.TensorInfo | null | undefined;
    return tensor === undefined || tensor === null ? undefined : made.valueBehind(tensor);
  };
  return {
    b: made.builder,
    attrs: attrs ?? {},
    optionalInput,
    input(name) {
      const value = optionalInput(name);
      if (value === undefined) throw new NotLowered(kernelName, `without its input ${name}`);
      return value;
    },
    get inputs() {
      return Object.values(inputs).map((tensor) => made.valueBehind(tensor!));
    },
  };
}

/**
 * Makes the symbolic backend the current one. @returns what makes the one from before current again: whoever computes
 * with tfjs in this process besides does not notice.
 */
export function enterSymbolicBackend(): () => void {
  symbolicBackend();
  const before = tf.engine().backendName as string | undefined;
  // Both switches act before they return: a backend that has been opened once is switched to without waiting.
  if (before !== symbolicBackendName) void tf.setBackend(symbolicBackendName);
  return () => {
    if (before === undefined) chooseNone();
    else if (before !== symbolicBackendName) void tf.setBackend(before);
  };
}

/** As it was before anybody computed: tfjs takes the best backend that is there when it is next asked to. */
function chooseNone(): void {
  const engine = tf.engine() as unknown as { backendName: undefined; backendInstance: undefined };
  engine.backendName = undefined;
  engine.backendInstance = undefined;
}

const isList = (x: Value | readonly Value[]): x is readonly Value[] => Array.isArray(x);

/** A tensor that stands for a value of the graph being traced. */
export function tensorFor(value: Value): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(symbolicBackend().infoFor(value));
}

/** The value that a tensor stands for. */
export const valueFor = (tensor: tf.TensorInfo): Value => symbolicBackend().valueBehind(tensor);
