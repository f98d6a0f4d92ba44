/** The two packages through one interface: the same graph on every provider that opens here. */
import { describe, expect, it } from 'vitest';
import { onnxProviderNames, type OnnxProviderName } from '../../../src/engine/engine.js';
import { openOnnxRuntime } from '../../../src/engine/onnx-runtime/open-runtime.js';
import { probeCase, probeModel } from '../../../src/engine/onnx-runtime/probe-model.js';

const settings = { threads: 1 };
const { pixels, weights, product, squares } = probeCase;

async function whyNot(provider: OnnxProviderName): Promise<string | undefined> {
  try {
    await (await (await openOnnxRuntime(provider)).createSession(probeModel(), settings)).release();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

for (const provider of onnxProviderNames) {
  const reason = await whyNot(provider);
  const needed = provider === 'cpu' || provider === 'wasm';
  describe.skipIf(reason !== undefined && !needed)(`ONNX Runtime on ${provider}`, () => {
    async function open() {
      const runtime = await openOnnxRuntime(provider);
      const session = await runtime.createSession(probeModel(), settings);
      const inputs = {
        pixels: runtime.tensor('uint8', pixels, [3, 2]),
        weights: runtime.tensor('float32', weights, [2, 2]),
      };
      return { runtime, session, inputs };
    }

    it('computes', async () => {
      const { session, inputs } = await open();
      expect(session.inputNames).toEqual(['pixels', 'weights']);
      expect(session.outputNames).toEqual(['product', 'squares']);
      const out = await session.run(inputs, { product: null, squares: null });
      expect(out['product']).toMatchObject({ type: 'float32', dims: [3, 2], data: product });
      expect(out['squares']).toMatchObject({ type: 'float32', dims: [2, 2], data: squares });
      await session.release();
    });

    it('fills tensors that it is given, where they lie', async () => {
      const { runtime, session, inputs } = await open();
      const memory = new Float32Array(8).fill(NaN);
      const mine = runtime.tensor('float32', memory.subarray(1, 7), [3, 2]);
      for (const factor of [1, 2]) {
        const doubled = runtime.tensor(
          'float32',
          weights.map((w) => w * factor),
          [2, 2],
        );
        const out = await session.run({ ...inputs, weights: doubled }, { product: mine });
        expect(Object.keys(out)).toEqual(['product']);
        expect(out['product']).toBe(mine);
        expect(memory).toEqual(Float32Array.of(NaN, ...product.map((p) => p * factor), NaN));
      }
      await session.release();
    });

    it('takes batches of any size', async () => {
      const { runtime, session, inputs } = await open();
      const one = { ...inputs, pixels: runtime.tensor('uint8', pixels.subarray(2, 4), [1, 2]) };
      const out = await session.run(one, { product: null });
      expect(out['product']!.data).toEqual(product.subarray(2, 4));
      await session.release();
    });

    it('refuses memory of another shape', async () => {
      const { runtime, session, inputs } = await open();
      const wrong = runtime.tensor('float32', new Float32Array(6), [2, 3]);
      await expect(session.run(inputs, { product: wrong })).rejects.toThrow(/product/);
      await session.release();
    });

    it('refuses what is no graph', async () => {
      const runtime = await openOnnxRuntime(provider);
      await expect(runtime.createSession(probeModel().subarray(0, 40), settings)).rejects.toThrow();
    });
  });
  if (reason !== undefined) process.stderr.write(`skipped: ONNX Runtime on ${provider}, for ${reason}\n`);
}
