/**
 * Where @tensorflow/tfjs-node lies, complete by its files. One made by `assay engine install tensorflow` goes before one
 * that npm installed: it was asked for, and its libtensorflow is newer. Reads files; loads nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineIdentity } from '../engine.js';
import { installedPackage, installedVersions } from '../installed-version.js';
import { findInstallation } from './installation.js';

export const packageName = '@tensorflow/tfjs-node';
const tfjsPackages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];

const installFix = 'run assay engine install tensorflow';
const npmFix = `run npm install ${packageName}, which downloads libtensorflow from storage.googleapis.com`;

export interface PackageMissing {
  readonly reason: string;
  readonly fix: string;
}

export interface FoundPackage {
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

/** The package, or why there is none. */
export function findPackage(): FoundPackage | PackageMissing {
  const tfjs = installedVersions(tfjsPackages);
  if (tfjs === undefined) return { reason: 'tfjs is not installed', fix: 'run npm ci' };
  const own = findInstallation(process.env);
  if (own !== undefined) {
    const addon = addonOf(own.packageFolder);
    const fix = installFix;
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
