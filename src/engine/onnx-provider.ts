/**
 * The engine `onnx`: which providers of ONNX Runtime can be used here, told by files, and whether they open, told by
 * opening them. The light half; `onnx/onnx-engine.ts` computes.
 */
import type {
  EngineAvailability,
  EngineIdentity,
  EngineOptions,
  EngineProvider,
  OnnxProviderName,
} from './engine.js';
import { ProblemError } from '../core/problem.js';
import { providerUnavailable, type Obstacle } from './engine-problems.js';
import { worthwhileGpus } from './gpu-choice.js';
import { installedVersions } from './installed-version.js';
import { trainingNumerics } from './training-numerics.js';
import { obstacleOf, packageOf } from './onnx-runtime/provider-files.js';
import { tryProvider } from './provider-trial.js';

const tfjsPackages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
const withoutTfjs: Obstacle = { reason: 'tfjs is not installed', fix: 'run npm ci' };

/** Raised by hand when a change to `onnx/` changes the bits that its graphs yield. */
const graph = 2;

/** Without being told: a GPU that is worth it, else the processor: natively where there is a build, else in WebAssembly. */
async function waysOfAuto(): Promise<readonly OnnxProviderName[]> {
  return [...(await worthwhileGpus(graph)), 'cpu', 'wasm'];
}

async function providerOf({ provider }: EngineOptions): Promise<OnnxProviderName> {
  if (provider !== 'auto') return provider;
  return (await waysOfAuto()).find((way) => obstacleOf(way) === undefined) ?? 'cpu';
}

/**
 * Sums are shared out over threads, and which instructions compute them is the processor's matter, which is not told
 * without native code; the architecture has to stand for it.
 */
function identityOn(provider: OnnxProviderName, { threads }: EngineOptions): EngineIdentity | undefined {
  if (obstacleOf(provider) !== undefined) return undefined;
  const versions = installedVersions([packageOf(provider), ...tfjsPackages]);
  if (versions === undefined) return undefined;
  const numerics = { provider, threads, architecture: process.arch, graph, training: trainingNumerics };
  return { name: 'onnx', versions, numerics };
}

export const onnxProvider: EngineProvider = {
  name: 'onnx',
  identity: async (options) => identityOn(await providerOf(options), options),
  async ways(options) {
    if (options.provider !== 'auto') return [options];
    return (await waysOfAuto()).map((provider) => ({ ...options, provider }));
  },
  async probe(options): Promise<EngineAvailability> {
    const provider = await providerOf(options);
    const found = identityOn(provider, options);
    if (found === undefined) return { available: false, ...(obstacleOf(provider) ?? withoutTfjs) };
    const obstacle = await tryProvider(provider);
    return obstacle === undefined ? { available: true, identity: found } : { available: false, ...obstacle };
  },
  async open(options) {
    const provider = await providerOf(options);
    const found = identityOn(provider, options);
    const refuse = (obstacle: Obstacle) => new ProblemError(providerUnavailable(provider, obstacle));
    if (found === undefined) throw refuse(obstacleOf(provider) ?? withoutTfjs);
    // A GPU's driver may bring the process down, so another one goes first.
    const isGpu = provider === 'webgpu' || provider === 'cuda';
    const obstacle = isGpu ? await tryProvider(provider) : undefined;
    if (obstacle !== undefined) throw refuse(obstacle);
    const { threads, verify } = options;
    try {
      const { openOnnxEngine } = await import('./onnx/onnx-engine.js');
      return await openOnnxEngine(found, { provider, threads, verify });
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n', 1);
      throw refuse({ reason: `${packageOf(provider)} does not load (${why})`, fix: 'run assay doctor' });
    }
  },
};
