/**
 * The most that ONNX Runtime gets out of this machine's arithmetic: products of large square matrices, 2·n³ operations
 * each, the fastest of many. What nodes of a training step are held against.
 */
import { GraphBuilder } from '../../dist/engine/onnx/graph/graph-builder.js';
import { gemm } from '../../dist/engine/onnx/graph/operators/linear.js';
import { writeOnnx } from '../../dist/engine/onnx/emit/onnx-writer.js';
import { openOnnxRuntime } from '../../dist/engine/onnx-runtime/open-runtime.js';

const sides = [384, 512, 1024];
const milliseconds = 400;

/** Operations a second. */
export async function measurePeak(threads) {
  const runtime = await openOnnxRuntime('cpu');
  let best = 0;
  for (const side of sides) best = Math.max(best, await measureProduct(runtime, threads, side));
  return best;
}

async function measureProduct(runtime, threads, side) {
  const b = new GraphBuilder();
  const [x, y] = ['x', 'y'].map((name) => b.input(name, 'float32', [side, side]));
  const model = writeOnnx(b.build([{ name: 'product', value: gemm(b, x, y) }]));
  const session = await runtime.createSession(model, { threads });
  const matrix = () => {
    const values = Float32Array.from({ length: side * side }, (_, i) => (i % 7) - 3);
    return runtime.tensor('float32', values, [side, side]);
  };
  const [inputs, outputs] = [{ x: matrix(), y: matrix() }, { product: matrix() }];
  let least = Infinity;
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    const began = performance.now();
    await session.run(inputs, outputs);
    least = Math.min(least, performance.now() - began);
  }
  await session.release();
  return (2 * side ** 3) / (least / 1000);
}
