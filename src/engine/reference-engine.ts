/**
 * The engine `reference`: tfjs's plain JavaScript backend, with matrix products of our own (`cpu-kernels/`) in place of
 * its naive ones. Everything else is tfjs's.
 */
import { useCpuBackend } from '../models/tfjs.js';
import { registerCpuKernels } from './cpu-kernels/register-cpu-kernels.js';
import type { Engine, EngineIdentity } from './engine.js';
import { TfjsEngine } from './tfjs-engine.js';

export async function openReferenceEngine(identity: EngineIdentity): Promise<Engine> {
  await useCpuBackend();
  registerCpuKernels();
  return new TfjsEngine(identity, 'cpu');
}
