/** One tfjs kernel on the symbolic backend, run on ONNX Runtime, beside the same one on tfjs's JavaScript backend. */
import { expect } from 'vitest';
import { RandomStream } from '../../../../src/core/random.js';
import { registerCpuKernels } from '../../../../src/engine/cpu-kernels/register-cpu-kernels.js';
import type { Value } from '../../../../src/engine/onnx/graph/graph.js';
import { optimize } from '../../../../src/engine/onnx/passes/optimize.js';
import {
  enterSymbolicBackend,
  symbolicBackend,
  tensorFor,
  valueFor,
} from '../../../../src/engine/onnx/trace/symbolic-backend.js';
import { onCpuBackend, tf } from '../../../../src/models/tfjs.js';
import { differenceOf, type Numbers, runGraph } from '../run-graph.js';

await onCpuBackend(registerCpuKernels);

export interface Argument {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

type Draw = (random: RandomStream) => number;
const make =
  (draw: Draw) =>
  (...shape: number[]): Argument => {
    const random = new RandomStream(1, ...shape);
    const size = shape.reduce((product, side) => product * side, 1);
    return { shape, dtype: 'float32', values: Float32Array.from({ length: size }, () => draw(random)) };
  };

/** Normal numbers. */
export const normal = make((random) => random.normal());
/** From -0.9 to 0.9. */
export const unit = make((random) => random.uniform(-0.9, 0.9));
/** From 0.1 to 3. */
export const positive = make((random) => random.uniform(0.1, 3));
/** From 1.1 to 2. */
export const aboveOne = make((random) => random.uniform(1.1, 2));
/** -1, -0.5, 0, 0.5 or 1: many equal ones. */
export const coarse = make((random) => (random.integer(5) - 2) / 2);

export const given = (values: readonly number[], shape: readonly number[] = [values.length]): Argument => ({
  shape,
  dtype: 'float32',
  values: Float32Array.from(values),
});
export const whole = (values: readonly number[], shape: readonly number[] = [values.length]): Argument => ({
  shape,
  dtype: 'int32',
  values: Int32Array.from(values),
});
export const truth = (values: readonly number[], shape: readonly number[] = [values.length]): Argument => ({
  shape,
  dtype: 'bool',
  values: Uint8Array.from(values),
});

export interface KernelCase {
  readonly inputs: Readonly<Record<string, Argument>> | readonly Argument[];
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** Expects the kernel's outputs to be tfjs's, in shape, type and numbers, before the passes and after them. */
export async function expectTfjsNumbers(kernel: string, { inputs, attrs = {} }: KernelCase): Promise<void> {
  const run = (tensors: readonly (readonly [string, tf.Tensor])[]): tf.Tensor[] => {
    const gathered = Array.isArray(inputs)
      ? tensors.map(([, tensor]) => tensor)
      : Object.fromEntries(tensors);
    return [tf.engine().runKernel(kernel, gathered as tf.NamedTensorMap, attrs as tf.NamedAttrMap)].flat();
  };
  const named = Object.entries(inputs as Readonly<Record<string, Argument>>);
  const expected = await onCpuBackend(() =>
    tf.tidy(() => {
      const tensors = named.map(([name, { values, shape, dtype }]) => {
        const tensor = tf.tensor(values.slice(), [...shape], dtype);
        return [name, tensor] as const;
      });
      return run(tensors).map((tensor) => ({
        shape: tensor.shape,
        dtype: tensor.dtype,
        data: tensor.dataSync().slice(),
      }));
    }),
  );
  const leave = enterSymbolicBackend();
  const b = symbolicBackend().begin();
  let outputs: readonly Value[] = [];
  tf.tidy(() => {
    const tensors = named.map(
      ([name, { shape, dtype }]) => [name, tensorFor(b.input(`in${name}`, dtype, shape))] as const,
    );
    const made = run(tensors);
    outputs = made.map((tensor) => valueFor(tensor));
  }); // prettier-ignore
  leave();
  const graph = b.build(outputs.map((value, i) => ({ name: `out${i}`, value })));
  const feeds = Object.fromEntries(named.map(([name, { values }]) => [`in${name}`, values as Numbers]));
  for (const [when, result] of [
    ['traced', await runGraph(graph, feeds)],
    ['optimized', await runGraph(optimize(graph), feeds)],
  ] as const) {
    expect(outputs).toHaveLength(expected.length);
    expected.forEach(({ shape, dtype, data }, i) => {
      const { dims, data: found } = result[`out${i}`]!;
      expect(dims, `${kernel} ${when}`).toEqual(shape);
      expect(outputs[i]!.dtype, `${kernel} ${when}`).toBe(dtype);
      expect(differenceOf(found as Float32Array, data), `${kernel} ${when}: ${String(found)}`).toBeLessThan(
        2e-5,
      );
    });
  }
}
