/**
 * A thread that works out gradients of its parts of each batch, on one core. Told and asked through shared memory
 * (`lane-memory.ts`); runs until it is terminated. Started by `gradient-lanes.ts`, imported by nobody.
 */
import { workerData } from 'node:worker_threads';
import { elementsOf, laneWords, type LaneWorkerData, type SharedTensor, viewOf } from './lane-memory.js';
import { openOnnxRuntime } from './onnx-runtime/open-runtime.js';
import type { OnnxTensor } from './onnx-runtime/onnx-runtime.js';

/** Looks this often for the next step before it goes to sleep: waking up takes longer than the gap between steps. */
const looks = 20_000;

const { memory, results, model, entries, next } = workerData as LaneWorkerData;
const { control } = memory;
const runtime = await openOnnxRuntime('cpu');
const session = await runtime.createSession(model, { threads: 1, entries });

const tensorOf = ({ type, dims }: SharedTensor): OnnxTensor => {
  const length = elementsOf({ dims });
  if (type === 'uint8') return runtime.tensor('uint8', new Uint8Array(length), dims);
  if (type === 'int32') return runtime.tensor('int32', new Int32Array(length), dims);
  return runtime.tensor('float32', new Float32Array(length), dims);
};
const inputs = memory.inputs
  .filter(({ name }) => session.inputNames.includes(name))
  .map((shared) => ({ shared, view: viewOf(memory.bytes, shared), tensor: tensorOf(shared) }));
const sums = memory.outputs.map((shared) => ({
  shared,
  result: viewOf(results, shared),
  zeros: tensorOf(shared),
  buffers: [tensorOf(shared), tensorOf(shared)] as const,
}));

function copyIn(first: number | undefined): void {
  for (const { shared, view, tensor } of inputs) {
    if (shared.perImage !== (first !== undefined)) continue;
    const { data } = tensor;
    const from = (first ?? 0) * (data.length / shared.dims[0]!);
    (data as Float32Array).set(first === undefined ? view : view.subarray(from, from + data.length));
  }
}

async function work(): Promise<void> {
  const [first, parts] = [control[laneWords.firstImage]!, control[laneWords.parts]!];
  copyIn(undefined);
  const size = inputs.find(({ shared }) => shared.perImage)!.shared.dims[0]!;
  for (let part = 0; part < parts; part++) {
    copyIn(first + part * size);
    const given: Record<string, OnnxTensor> = {};
    const taken: Record<string, OnnxTensor> = {};
    for (const { shared, tensor } of inputs) given[shared.name] = tensor;
    for (const { shared, zeros, buffers } of sums) {
      given[shared.name] = part === 0 ? zeros : buffers[(part - 1) % 2]!;
      taken[next[shared.name]!] = buffers[part % 2]!;
    }
    await session.run(given, taken);
  }
  for (const { result, buffers } of sums) result.set(buffers[(parts - 1) % 2]!.data as Float32Array);
}

for (let step = 1; ; step++) {
  for (let look = 0; look < looks && Atomics.load(control, laneWords.asked) < step; look++);
  while (Atomics.load(control, laneWords.asked) < step) Atomics.wait(control, laneWords.asked, step - 1);
  await work();
  Atomics.store(control, laneWords.done, step);
  Atomics.notify(control, laneWords.done);
}
