/** Which providers of ONNX Runtime can be used, by what files tell and by trying them; and which one is taken. */
import { describe, expect, it } from 'vitest';
import type { EngineOptions, OnnxProviderName } from '../../src/engine/engine.js';
import { isWorthIt } from '../../src/engine/gpu-choice.js';
import { onnxProvider } from '../../src/engine/onnx-provider.js';
import { obstacleOf } from '../../src/engine/onnx-runtime/provider-files.js';
import { measureProvider } from '../../src/engine/provider-trial.js';
import { selectEngine } from '../../src/engine/providers.js';
import { engineOptions } from './support.js';

const on = (provider: OnnxProviderName): EngineOptions => ({ ...engineOptions, provider });
const alpine = { platform: 'linux', architecture: 'x64', musl: true };
const intelMac = { platform: 'darwin', architecture: 'x64', musl: false };
const appleSilicon = { platform: 'darwin', architecture: 'arm64', musl: false };
const windows = { platform: 'win32', architecture: 'x64', musl: false };
const armLinux = { platform: 'linux', architecture: 'arm64', musl: false };

describe('the engine onnx', () => {
  it('is identified by its packages, what it computes on, and how many threads share out its sums', async () => {
    expect(await onnxProvider.identity({ ...on('cpu'), threads: 3 })).toEqual({
      name: 'onnx',
      versions: {
        'onnxruntime-node': '1.30.0',
        '@tensorflow/tfjs-core': '4.22.0',
        '@tensorflow/tfjs-layers': '4.22.0',
      },
      numerics: { provider: 'cpu', threads: 3, architecture: process.arch, graph: 2, training: 2 },
    });
    expect(await onnxProvider.identity(on('wasm'))).toMatchObject({
      versions: { 'onnxruntime-web': '1.30.0' },
      numerics: { provider: 'wasm', threads: 1 },
    });
  });

  it('is the same whether or not it will be verified', async () => {
    const verified = await onnxProvider.identity({ ...engineOptions, verify: true });
    expect(await onnxProvider.identity({ ...engineOptions, verify: false })).toEqual(verified);
  });

  it('computes on the processor unless it is told otherwise', async () => {
    const chosen = await selectEngine('onnx', engineOptions);
    expect(chosen).toMatchObject({ ok: true, value: { identity: { numerics: { provider: 'cpu' } } } });
    const told = await selectEngine({ onnx: { provider: 'wasm' } }, engineOptions);
    expect(told).toMatchObject({ ok: true, value: { identity: { numerics: { provider: 'wasm' } } } });
  });

  it.each(['cpu', 'wasm'] as const)('opens on %s', async (provider) => {
    expect(await onnxProvider.probe(on(provider))).toEqual({
      available: true,
      identity: await onnxProvider.identity(on(provider)),
    });
  });

  it('goes on in WebAssembly, then with another engine, when its native package does not load', async () => {
    const chosen = await selectEngine('auto', engineOptions);
    if (!chosen.ok) throw new Error('no engine');
    const problem = { code: 'provider-unavailable', message: 'libstdc++ is too old' };
    const next = await chosen.value.next(problem);
    expect(next).toMatchObject({
      identity: { name: 'onnx', numerics: { provider: 'wasm' } },
      note: 'engine onnx on wasm: libstdc++ is too old',
    });
    const last = await next?.next(problem);
    expect(last?.identity.name).not.toBe('onnx');
  });

  it('leaves a layer that it has no form of to another engine, not to another provider', async () => {
    const chosen = await selectEngine('auto', engineOptions);
    const next = chosen.ok
      ? await chosen.value.next({ code: 'layer-not-lowered', message: 'no' })
      : undefined;
    expect(next?.identity.name).not.toBe('onnx');
    expect(next).toBeDefined();
  });

  it('leaves nothing to another engine when it was asked for by name, or the mistake is the network’s', async () => {
    const named = await selectEngine('onnx', engineOptions);
    const layer = { code: 'layer-not-lowered', message: 'no' };
    expect(named.ok && (await named.value.next(layer))).toBeUndefined();
    const cpu = await selectEngine({ onnx: { provider: 'cpu' } }, engineOptions);
    expect(cpu.ok && (await cpu.value.next({ code: 'provider-unavailable', message: 'no' }))).toBeUndefined();
    const auto = await selectEngine('auto', engineOptions);
    const mismatch = { code: 'network-mismatch', message: 'no' };
    expect(auto.ok && (await auto.value.next(mismatch))).toBeUndefined();
  });
});

describe('by its files', () => {
  it.each([
    ['Alpine', alpine, 'linux x64 with musl'],
    ['an Intel Mac', intelMac, 'darwin x64'],
  ])('onnxruntime-node has no build for %s, WebAssembly has', (_, machine, where) => {
    const obstacle = {
      reason: `onnxruntime-node 1.30.0 has no build for ${where}`,
      fix: 'use the provider "wasm", which runs everywhere',
    };
    for (const provider of ['cpu', 'webgpu', 'cuda'] as const) {
      expect(obstacleOf(provider, machine), provider).toEqual(obstacle);
    }
    expect(obstacleOf('wasm', machine)).toBeUndefined();
  });

  it.each([
    ['macOS on Apple silicon', appleSilicon],
    ['Windows', windows],
    ['Linux on arm64', armLinux],
  ])('it has one with WebGPU for %s, and none with CUDA', (_, machine) => {
    expect(obstacleOf('cpu', machine)).toBeUndefined();
    expect(obstacleOf('webgpu', machine)).toBeUndefined();
    expect(obstacleOf('cuda', machine)).toEqual({
      reason: 'onnxruntime-node has CUDA for linux x64 alone',
      fix: 'use the provider "webgpu" or "cpu"',
    });
  });
});

describe('a GPU is taken by auto', () => {
  const processor = { milliseconds: 30, loss: 2.3, repeatable: true };
  it.each([
    ['twice as fast, to nearly the same loss', { milliseconds: 15, loss: 2.3001, repeatable: true }, true],
    ['hardly faster', { milliseconds: 25, loss: 2.3, repeatable: true }, false],
    ['fast and wrong', { milliseconds: 5, loss: 2.4, repeatable: true }, false],
    ['fast and other each time', { milliseconds: 5, loss: 2.3, repeatable: false }, false],
    ['without an answer', undefined, false],
  ])('%s: %o → %s', (_, gpu, worth) => expect(isWorthIt(gpu, processor)).toBe(worth));

  it('by what training takes on it', async () => {
    const measured = await measureProvider('cpu', 1);
    expect(measured).toMatchObject({ repeatable: true });
    expect(measured!.milliseconds).toBeGreaterThan(0);
    expect(measured!.loss).toBeCloseTo(2.238, 2);
  });
});
