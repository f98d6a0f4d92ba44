/**
 * Whether a provider of ONNX Runtime can be used here, as far as files tell: which package it comes with, whether that
 * has a build for this platform, whether CUDA's libraries lie beside it. Loads no native code and takes about a
 * millisecond; whether a GPU really opens is told by trying it (`provider-trial.ts`).
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OnnxProviderName } from '../engine.js';
import type { Obstacle } from '../engine-problems.js';
import { installedPackage } from '../installed-version.js';

const nativePackage = 'onnxruntime-node';
const wasmPackage = 'onnxruntime-web';

/** What of the machine the answer depends on; tests ask for other machines than theirs. */
export interface Platform {
  readonly platform: string;
  readonly architecture: string;
  /** The C library that Node was built for is musl (Alpine), for which onnxruntime-node has no build. */
  readonly musl: boolean;
}

/** What onnxruntime-node's install script downloads is left out: not needed for the processor, and refused by many networks. */
const nativeInstallFix = `run ONNXRUNTIME_NODE_INSTALL=skip npm install ${nativePackage}`;
export const cudaFix = `run ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild ${nativePackage} --foreground-scripts; it downloads CUDA libraries from api.nuget.org`;
const cudaLibraries = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

function thisPlatform(): Platform {
  return { platform: process.platform, architecture: process.arch, musl: isMusl() };
}

export function packageOf(provider: OnnxProviderName): string {
  return provider === 'wasm' ? wasmPackage : nativePackage;
}

/** Why the provider can't be used, or nothing. */
export function obstacleOf(
  provider: OnnxProviderName,
  machine: Platform = thisPlatform(),
): Obstacle | undefined {
  if (provider === 'wasm') {
    if (installedPackage(wasmPackage) !== undefined) return undefined;
    return { reason: `${wasmPackage} is not installed`, fix: 'run npm ci' };
  }
  const { platform, architecture, musl } = machine;
  const found = installedPackage(nativePackage);
  if (found === undefined) return { reason: `${nativePackage} is not installed`, fix: nativeInstallFix };
  const folder = join(found.folder, 'bin', 'napi-v6', platform, architecture);
  if (musl || !isThere(join(folder, 'onnxruntime_binding.node'))) {
    const where = `${platform} ${architecture}${musl ? ' with musl' : ''}`;
    return {
      reason: `${nativePackage} ${found.version} has no build for ${where}`,
      fix: 'use the provider "wasm", which runs everywhere',
    };
  }
  return provider === 'cuda' ? cudaObstacle(folder, machine) : undefined;
}

function cudaObstacle(folder: string, { platform, architecture }: Platform): Obstacle | undefined {
  if (platform !== 'linux' || architecture !== 'x64') {
    return {
      reason: `${nativePackage} has CUDA for linux x64 alone`,
      fix: 'use the provider "webgpu" or "cpu"',
    };
  }
  const missing = cudaLibraries.find((library) => !isThere(join(folder, library)));
  return missing === undefined
    ? undefined
    : { reason: `${missing} does not lie beside ${nativePackage}`, fix: cudaFix };
}

/** There and not empty: an empty file stands where a download was switched off (`scripts/without-cuda.mjs`). */
function isThere(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Node's own program names the loader of its C library in its first bytes. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const beginning = Buffer.alloc(4096);
  const file = openSync(process.execPath, 'r');
  try {
    readSync(file, beginning, 0, beginning.length, 0);
  } finally {
    closeSync(file);
  }
  return beginning.includes('/ld-musl-');
}
