/**
 * The engine `reference`: tfjs on its plain JavaScript backend, in this thread. Slow and certain. The light half;
 * `reference-engine.ts` computes.
 */
import type { EngineAvailability, EngineIdentity, EngineProvider } from './engine.js';
import { installedVersions } from './installed-version.js';
import { missingEngine } from './engine-problems.js';
import { trainingNumerics } from './training-numerics.js';

const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'];
const fix = 'run npm ci';

/** Raised by hand when a change to `cpu-kernels/` changes the bits that they yield. */
const kernels = 2;

/**
 * One thread, so the number of cores changes nothing. V8 is named with its major and minor version: the language leaves
 * the last bits of Math.exp, tanh and their like to it, and they did change between versions.
 */
function identity(): EngineIdentity | undefined {
  const versions = installedVersions(packages);
  if (versions === undefined) return undefined;
  const v8 = process.versions.v8.split('.').slice(0, 2).join('.');
  return { name: 'reference', versions, numerics: { v8, kernels, training: trainingNumerics } };
}

export const referenceProvider: EngineProvider = {
  name: 'reference',
  identity: () => Promise.resolve(identity()),
  async probe(options): Promise<EngineAvailability> {
    const found = identity();
    if (found === undefined)
      return { available: false, reason: `${packages.join(', ')}: not all installed`, fix };
    try {
      const engine = await this.open(options);
      await engine.close();
      return { available: true, identity: found };
    } catch (error) {
      return { available: false, reason: (error as Error).message, fix };
    }
  },
  async open() {
    const found = identity();
    if (found === undefined) throw missingEngine('reference', 'tfjs is not installed', fix);
    const { openReferenceEngine } = await import('./reference-engine.js');
    return openReferenceEngine(found);
  },
};
