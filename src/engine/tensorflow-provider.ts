/**
 * The engine `tensorflow`: whether @tensorflow/tfjs-node is here, told by its files, and whether it loads, told by
 * loading it. One made by `assay engine install tensorflow` goes before one that npm installed: it was asked for, and its
 * libtensorflow is newer. The light half; `tensorflow-engine.ts` computes.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, EngineAvailability, EngineIdentity, EngineOptions, EngineProvider } from './engine.js';
import { missingEngine } from './engine-problems.js';
import { installedPackage, installedVersions } from './installed-version.js';
import { checkAddon, whyAddonFails } from './tensorflow-install/addon-check.js';
import { findInstallation } from './tensorflow-install/installation.js';
import { trainingNumerics } from './training-numerics.js';

const packageName = '@tensorflow/tfjs-node';
const tfjsPackages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];

const installFix = 'run assay engine install tensorflow';
const npmFix = `run npm install ${packageName}, which downloads libtensorflow from storage.googleapis.com`;
const reinstallFix = 'run assay engine uninstall tensorflow, then assay engine install tensorflow';

interface Obstacle {
  readonly reason: string;
  readonly fix: string;
}

/** The package as it lies somewhere, complete by its files. */
interface Found {
  readonly packageFolder: string;
  readonly addon: string;
  readonly versions: EngineIdentity['versions'];
  /** Where it is, for people. */
  readonly place: string;
  /** What helps when it does not load. */
  readonly fix: string;
}

/** lib/napi-v8/tfjs_binding.node, whichever version of Node-API it was built for. */
function addonOf(packageFolder: string): string | undefined {
  const lib = join(packageFolder, 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((below) => join(lib, below, 'tfjs_binding.node'))
    .find((file) => existsSync(file));
}

/**
 * libtensorflow shares sums out over its threads and picks its instructions by the processor, so both change bits. What
 * the processor can do is not told without native code; the architecture has to stand for it.
 */
function identityOf(versions: EngineIdentity['versions'], { threads }: EngineOptions): EngineIdentity {
  const numerics = { threads, architecture: process.arch, training: trainingNumerics };
  return { name: 'tensorflow', versions, numerics };
}

function find(): Found | Obstacle {
  const tfjs = installedVersions(tfjsPackages);
  if (tfjs === undefined) return { reason: 'tfjs is not installed', fix: 'run npm ci' };
  const own = findInstallation(process.env);
  if (own !== undefined) {
    const addon = addonOf(own.packageFolder);
    const fix = reinstallFix;
    if (addon === undefined) return { reason: `${own.folder} lacks files`, fix };
    const core = tfjs['@tensorflow/tfjs-core'];
    if (own.tfjsNode !== core)
      return { reason: `${own.folder} holds ${packageName} ${own.tfjsNode}, and tfjs here is ${core}`, fix };
    const versions = { ...tfjs, [packageName]: own.tfjsNode, libtensorflow: own.libtensorflow };
    const place = `from ${own.source}, in ${own.folder}`;
    return { packageFolder: own.packageFolder, addon, versions, place, fix };
  }
  const installed = installedPackage(packageName);
  const fix = `${installFix}, or ${npmFix}`;
  if (installed === undefined) return { reason: `${packageName} is not installed`, fix };
  const addon = addonOf(installed.folder);
  if (addon === undefined)
    return { reason: `${packageName} is installed without its native addon`, fix: installFix };
  const versions = { ...tfjs, [packageName]: installed.version };
  return { packageFolder: installed.folder, addon, versions, place: 'installed by npm', fix: installFix };
}

const unloadable = (why: string): string => `${packageName} does not load (${why})`;

export const tensorflowProvider: EngineProvider = {
  name: 'tensorflow',
  identity(options) {
    const found = find();
    return Promise.resolve('addon' in found ? identityOf(found.versions, options) : undefined);
  },
  async obstacle() {
    const found = find();
    if (!('addon' in found)) return found.reason;
    const why = await whyAddonFails(found.packageFolder, found.addon);
    return why === undefined ? undefined : unloadable(why);
  },
  async probe(options): Promise<EngineAvailability> {
    const found = find();
    if (!('addon' in found)) return { available: false, ...found };
    const check = await checkAddon(found.packageFolder);
    if (!check.works) return { available: false, reason: unloadable(check.reason), fix: found.fix };
    const known = found.versions['libtensorflow'] !== undefined;
    const note = known ? found.place : `libtensorflow ${check.libtensorflow}, ${found.place}`;
    return { available: true, identity: identityOf(found.versions, options), note };
  },
  async open(options): Promise<Engine> {
    const found = find();
    if (!('addon' in found)) throw missingEngine('tensorflow', found.reason, found.fix);
    try {
      const { openTensorflowEngine } = await import('./tensorflow-engine.js');
      return await openTensorflowEngine(
        found.packageFolder,
        identityOf(found.versions, options),
        options.threads,
      );
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n', 1);
      throw missingEngine('tensorflow', unloadable(why), found.fix);
    }
  },
};
