/**
 * Which GPUs `auto` takes: those on which a small network trains clearly faster than on this processor, to the same loss,
 * and to the same bits when it is done again. Measured once and remembered for as long as package, Node, processor and
 * driver stay what they were, so that every process of a machine answers the same; that choice is part of fingerprints.
 * Nothing is measured where no device is in sight.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../core/atomic-write.js';
import { dataHome } from '../data/data-folders.js';
import type { OnnxProviderName } from './engine.js';
import { installedPackage } from './installed-version.js';
import { obstacleOf } from './onnx-runtime/provider-files.js';
import { measureProvider, type Measurement } from './provider-trial.js';

/** How many times as fast as the processor a GPU must be: less is not worth its rounding. */
const worthwhile = 1.5;
/** How far the loss may be from the processor's, relatively. */
const tolerance = 1e-3;

/** The best first. */
const gpus: readonly OnnxProviderName[] = ['cuda', 'webgpu'];
const mostRemembered = 20;

/** @param version of what the engine's graphs are made of: another one is measured anew. */
export async function worthwhileGpus(version: number): Promise<readonly OnnxProviderName[]> {
  const candidates = gpus.filter((gpu) => deviceInSight(gpu) && obstacleOf(gpu) === undefined);
  if (candidates.length === 0) return [];
  const known = remembered();
  const chosen: OnnxProviderName[] = [];
  let processor: Measurement | undefined;
  for (const gpu of candidates) {
    const now = conditions(gpu, version);
    let worth = known.get(now);
    if (worth === undefined) {
      // With all cores, whatever share of them this run has: the choice must not hang on that.
      const threads = availableParallelism();
      processor ??= await measureProvider('cpu', threads);
      worth = isWorthIt(await measureProvider(gpu, threads), processor);
      remember(known.set(now, worth));
    }
    if (worth) chosen.push(gpu);
  }
  return chosen;
}

export function isWorthIt(gpu: Measurement | undefined, processor: Measurement | undefined): boolean {
  if (gpu === undefined || processor === undefined || !gpu.repeatable) return false;
  const apart = Math.abs(gpu.loss - processor.loss);
  return (
    gpu.milliseconds * worthwhile <= processor.milliseconds && apart <= tolerance * Math.abs(processor.loss)
  );
}

/** On Linux by device files; elsewhere there is hardly a machine without one. */
function deviceInSight(gpu: OnnxProviderName): boolean {
  if (process.platform !== 'linux') return gpu === 'webgpu';
  if (existsSync('/dev/nvidia0') || existsSync('/dev/dxg')) return true;
  const devices = existsSync('/dev/dri') ? readdirSync('/dev/dri') : [];
  return gpu === 'webgpu' && devices.some((name) => name.startsWith('renderD'));
}

/** What must not have changed for a measurement to hold. */
function conditions(gpu: OnnxProviderName, version: number): string {
  const driver = '/proc/driver/nvidia/version';
  return [
    gpu,
    version,
    installedPackage('onnxruntime-node')?.version,
    process.versions.node,
    cpus()[0]?.model,
    cpus().length,
    existsSync(driver) ? readFileSync(driver, 'utf8').split('\n', 1)[0] : '',
  ].join('|');
}

function memoryFile(): string {
  return join(dataHome(process.env), 'engines', 'gpus.json');
}

function remembered(): Map<string, boolean> {
  try {
    const known = JSON.parse(readFileSync(memoryFile(), 'utf8')) as Record<string, boolean>;
    return new Map(Object.entries(known).filter(([, worth]) => typeof worth === 'boolean'));
  } catch {
    return new Map();
  }
}

function remember(known: ReadonlyMap<string, boolean>): void {
  try {
    writeFileAtomic(memoryFile(), JSON.stringify(Object.fromEntries([...known].slice(-mostRemembered))));
  } catch {
    // A data folder that can't be written: it is measured again next time.
  }
}
