/**
 * A program of its own, started by `provider-trial.ts`: opens one provider of ONNX Runtime, runs a graph of three nodes on
 * it and prints what came of it as a line of JSON. In a process of its own because drivers of GPUs crash, and print.
 *
 * Usage: node try-provider.js PROVIDER
 */
import { isOnnxProviderName } from '../engine.js';
import { openOnnxRuntime } from './open-runtime.js';
import { probeCase, probeModel } from './probe-model.js';

/** GPUs need not round as the processor does. */
const tolerance = 1e-3;

async function whyNot(provider: string): Promise<string | undefined> {
  if (!isOnnxProviderName(provider)) return `there is no provider "${provider}"`;
  const runtime = await openOnnxRuntime(provider);
  const session = await runtime.createSession(probeModel(), { threads: 1 });
  const { pixels, weights, rows, product } = probeCase;
  const inputs = {
    pixels: runtime.tensor('uint8', pixels, [rows, 2]),
    weights: runtime.tensor('float32', weights, [2, 2]),
  };
  const { product: got } = await session.run(inputs, { product: null, squares: null });
  await session.release();
  const values = got!.data as Float32Array;
  const right = product.every((value, i) => Math.abs(value - values[i]!) <= tolerance * Math.abs(value));
  return right
    ? undefined
    : `it computes wrong numbers: ${values.join(', ')} instead of ${product.join(', ')}`;
}

let reason: string | undefined;
try {
  reason = await whyNot(process.argv[2] ?? '');
} catch (error) {
  reason = (error as Error).message;
}
// Not at the natural end: a driver that crashes while it is unloaded has worked nevertheless.
process.stdout.write(`\n${JSON.stringify(reason === undefined ? {} : { reason })}\n`, () => process.exit());
