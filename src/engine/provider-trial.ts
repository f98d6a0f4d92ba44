/**
 * Finds out whether a provider of ONNX Runtime really opens here, in a process of its own, and says what stands in the
 * way so that people understand it. What files tell is `onnx-runtime/provider-files.ts`'s. This file must lie as deep
 * under the package's root as the bundle's chunks, since it names another by URL.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OnnxProviderName } from './engine.js';
import type { Obstacle } from './engine-problems.js';
import { cudaFix } from './onnx-runtime/provider-files.js';

/** Beside this file as it is built; tests run from sources, which Node can't. */
const program = ['../engine/onnx-runtime/try-provider.js', '../../dist/engine/onnx-runtime/try-provider.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path))!;
const mostMilliseconds = 60_000;

/** Why the provider does not work, or nothing. */
export async function tryProvider(provider: OnnxProviderName): Promise<Obstacle | undefined> {
  const reason = await reasonAgainst(provider);
  return reason === undefined ? undefined : explain(provider, reason);
}

function reasonAgainst(provider: OnnxProviderName): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, provider], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: mostMilliseconds,
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      const line = output.split('\n').find((text) => text.startsWith('{"reason":'));
      if (line !== undefined) {
        resolve((JSON.parse(line) as { reason: string | null }).reason ?? undefined);
      } else {
        resolve(`the process that tried it ended with ${signal ?? `exit code ${String(code)}`}`);
      }
    });
  });
}

/** ONNX Runtime names C++ files and status codes; what it means by them is not much. */
function explain(provider: OnnxProviderName, reason: string): Obstacle {
  const said = reason.split('\n', 1)[0]!.trim();
  if (provider === 'webgpu' && /adapter/i.test(reason)) {
    return {
      reason: 'no graphics processor with a driver for Vulkan, Metal or Direct3D 12 was found',
      fix: 'install the driver of the graphics processor (on Linux with libvulkan.so.1), or use the provider "cpu"',
    };
  }
  if (provider === 'cuda' && /Failed to load|cuda|cudnn|cublas/i.test(reason)) {
    return {
      reason: `CUDA does not open (${said})`,
      fix: `install the NVIDIA driver, CUDA 12 and cuDNN 9, or use the provider "cpu"; if its libraries are damaged, ${cudaFix}`,
    };
  }
  return { reason: said, fix: 'use another provider of ONNX Runtime, or the engine "reference"' };
}
