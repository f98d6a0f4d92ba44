/**
 * The engine `tensorflow`: whether @tensorflow/tfjs-node is here, told by its files, and whether it loads, told by
 * loading it. The light half; `tensorflow-engine.ts` computes.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, EngineAvailability, EngineIdentity, EngineOptions, EngineProvider } from './engine.js';
import { missingEngine } from './engine-problems.js';
import { installedPackage, installedVersions } from './installed-version.js';
import { trainingNumerics } from './training-numerics.js';

const packageName = '@tensorflow/tfjs-node';
const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', packageName];

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
const firstNodeWithout = 23;

const loadFix = `run npm rebuild ${packageName}, or use the engine "reference"`;
const withoutTfjs = { reason: 'tfjs is not installed', fix: 'run npm ci' };
const installFix = `run npm install ${packageName}; it downloads libtensorflow from storage.googleapis.com`;

/** Why it can't be used, as far as files tell. */
function obstacle(): { readonly reason: string; readonly fix: string } | undefined {
  const found = installedPackage(packageName);
  if (found === undefined) return { reason: `${packageName} is not installed`, fix: installFix };
  if (Number(process.versions.node.split('.')[0]) >= firstNodeWithout) {
    return {
      reason: `${packageName} ${found.version} does not run on Node ${process.versions.node}`,
      fix: `use Node 22, or the engine "reference"`,
    };
  }
  if (!holdsFile(join(found.folder, 'lib'), 'tfjs_binding.node')) {
    return {
      reason: `${packageName} is installed without its native addon`,
      fix: `run npm rebuild ${packageName}`,
    };
  }
  return undefined;
}

/** Whether a folder directly below `folder` holds a file of that name (lib/napi-v8/tfjs_binding.node). */
function holdsFile(folder: string, name: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((below) => existsSync(join(folder, below, name)));
}

/**
 * libtensorflow shares sums out over all cores and picks its instructions by the processor, so both change bits. What
 * the processor can do is not told without native code; the architecture has to stand for it.
 */
function identity({ threads }: EngineOptions): EngineIdentity | undefined {
  if (obstacle() !== undefined) return undefined;
  const versions = installedVersions(packages);
  if (versions === undefined) return undefined;
  return {
    name: 'tensorflow',
    versions,
    numerics: { threads, architecture: process.arch, training: trainingNumerics },
  };
}

/** @throws {Error} whose message is the reason, when it does not load. */
async function load(found: EngineIdentity): Promise<Engine> {
  try {
    const { openTensorflowEngine } = await import('./tensorflow-engine.js');
    return await openTensorflowEngine(found);
  } catch (error) {
    const [why] = (error as Error).message.split('\n', 1);
    throw new Error(`${packageName} does not load (${why})`, { cause: error });
  }
}

export const tensorflowProvider: EngineProvider = {
  name: 'tensorflow',
  identity: (options) => Promise.resolve(identity(options)),
  async probe(options): Promise<EngineAvailability> {
    const found = identity(options);
    if (found === undefined) return { available: false, ...(obstacle() ?? withoutTfjs) };
    try {
      const engine = await load(found);
      await engine.close();
      return { available: true, identity: found };
    } catch (error) {
      return { available: false, reason: (error as Error).message, fix: loadFix };
    }
  },
  async open(options) {
    const found = identity(options);
    if (found === undefined) {
      const { reason, fix } = obstacle() ?? withoutTfjs;
      throw missingEngine('tensorflow', reason, fix);
    }
    try {
      return await load(found);
    } catch (error) {
      throw missingEngine('tensorflow', (error as Error).message, loadFix);
    }
  },
};
