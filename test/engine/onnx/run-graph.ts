/** Runs graphs of tests on ONNX Runtime with numbers drawn from a seed, and compares what two graphs give out. */
import { expect } from 'vitest';
import { RandomStream } from '../../../src/core/random.js';
import { writeOnnx } from '../../../src/engine/onnx/emit/onnx-writer.js';
import { type Graph, type NamedValue, sizeOf, type Value } from '../../../src/engine/onnx/graph/graph.js';
import { GraphBuilder } from '../../../src/engine/onnx/graph/graph-builder.js';
import { lowerWindows } from '../../../src/engine/onnx/passes/lower-windows.js';
import type { OnnxTensor, TensorArrays } from '../../../src/engine/onnx-runtime/onnx-runtime.js';
import { openOnnxRuntime } from '../../../src/engine/onnx-runtime/open-runtime.js';

export type Numbers = TensorArrays[keyof TensorArrays];
export interface Result {
  readonly dims: readonly number[];
  readonly data: Numbers;
}

const runtime = await openOnnxRuntime('cpu');

/** Normal numbers; from 0.1 to 1 for scalars and for slots under a root; labels of 3 classes. */
function drawn({ name, value: { dtype, shape } }: NamedValue, seed: number): Numbers {
  const random = new RandomStream(seed, name);
  const size = sizeOf(shape);
  const positive = shape.length === 0 || /quare|ccumulator|variance/.test(name);
  switch (dtype) {
    case 'float32':
      return Float32Array.from({ length: size }, () => (positive ? random.uniform(0.1, 1) : random.normal()));
    case 'int32':
      return Int32Array.from({ length: size }, () => random.integer(3));
    case 'int64':
      return BigInt64Array.from({ length: size }, () => BigInt(random.integer(3)));
    case 'uint8':
      return Uint8Array.from({ length: size }, () => random.integer(name.startsWith('draw') ? 2 : 256));
    case 'bool':
      return Uint8Array.from({ length: size }, () => random.integer(2));
  }
}

/** The outputs of a graph by name. Inputs that are not given are drawn, the same for the same name, type and shape. */
export async function runGraph(
  graph: Graph,
  given: Readonly<Record<string, Numbers>> = {},
  seed = 1,
): Promise<Readonly<Record<string, Result>>> {
  const session = await runtime.createSession(writeOnnx(lowerWindows(graph)), { threads: 1 });
  const inputs: Record<string, OnnxTensor> = {};
  for (const input of graph.inputs) {
    const { name, value } = input;
    if (!session.inputNames.includes(name)) continue;
    inputs[name] = runtime.tensor(value.dtype, given[name] ?? drawn(input, seed), value.shape);
  }
  const wanted = Object.fromEntries(session.outputNames.map((name) => [name, null]));
  const outputs = await session.run(inputs, wanted);
  await session.release();
  return outputs;
}

/** The largest difference, relative to the larger of the two where that exceeds 1; of two NaN or two equal ones 0. */
export function differenceOf(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (Object.is(x, y) || x === y) continue;
    const difference = Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y));
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  return largest;
}

/** Says that a pass left the numbers as they were, but for rounding. */
export async function expectSameNumbers(before: Graph, after: Graph, tolerance = 1e-5): Promise<void> {
  const expected = await runGraph(before);
  const found = await runGraph(after);
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, { dims, data }] of Object.entries(expected)) {
    expect(found[name]!.dims, name).toEqual(dims);
    expect(differenceOf(found[name]!.data, data), name).toBeLessThanOrEqual(tolerance);
  }
}

/** A graph built by hand: its outputs by name. */
export function built(work: (b: GraphBuilder) => Readonly<Record<string, Value>>): Graph {
  const b = new GraphBuilder();
  return b.build(Object.entries(work(b)).map(([name, value]) => ({ name, value })));
}

/** How often each operator stands in a graph. */
export function countOperators({ nodes }: Graph): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { op } of nodes) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}
