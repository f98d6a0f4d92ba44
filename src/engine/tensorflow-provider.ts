/**
 * The engine `tensorflow`: whether @tensorflow/tfjs-node is here, told by its files, and whether it loads, told by
 * loading it. The light half; `tensorflow-engine.ts` computes.
 */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { EngineAvailability, EngineIdentity, EngineProvider } from './engine.js';
import { missingEngine } from './engine-problems.js';
import { installedPackage, installedVersions } from './installed-version.js';

const packageName = '@tensorflow/tfjs-node';
const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', packageName];

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
const firstNodeWithout = 23;

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
function identity(): EngineIdentity | undefined {
  if (obstacle() !== undefined) return undefined;
  const versions = installedVersions(packages);
  if (versions === undefined) return undefined;
  return {
    name: 'tensorflow',
    versions,
    numerics: { threads: availableParallelism(), architecture: process.arch },
  };
}

async function open() {
  const found = identity();
  if (found === undefined) {
    const { reason, fix } = obstacle() ?? { reason: 'tfjs is not installed', fix: 'run npm ci' };
    throw missingEngine('tensorflow', reason, fix);
  }
  try {
    const { openTensorflowEngine } = await import('./tensorflow-engine.js');
    return await openTensorflowEngine(found);
  } catch (error) {
    const reason = `${packageName} does not load (${(error as Error).message.split('\n', 1)[0]})`;
    throw missingEngine(
      'tensorflow',
      reason,
      'run npm rebuild @tensorflow/tfjs-node, or use the engine "reference"',
    );
  }
}

export const tensorflowProvider: EngineProvider = {
  name: 'tensorflow',
  identity,
  async probe(): Promise<EngineAvailability> {
    const missing = obstacle();
    if (missing !== undefined) return { available: false, ...missing };
    try {
      const engine = await open();
      await engine.close();
      return { available: true, identity: engine.identity };
    } catch (error) {
      return { available: false, reason: (error as Error).message, fix: 'use the engine "reference"' };
    }
  },
  open,
};
