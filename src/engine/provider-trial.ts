/**
 * Finds out whether a provider of ONNX Runtime really opens here and how fast it trains, each in a process of its own, for
 * drivers of GPUs crash, hang and print. Says what stands in the way so that people understand it. What files tell is
 * `onnx-runtime/provider-files.ts`'s. This file must lie as deep under the package's root as the bundle's chunks, since it
 * names others by URL.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OnnxProviderName } from './engine.js';
import type { Obstacle } from './engine-problems.js';
import { cudaFix } from './onnx-runtime/provider-files.js';

const mostMilliseconds = 30_000;

/** Why the provider does not work, or nothing. */
export async function tryProvider(provider: OnnxProviderName): Promise<Obstacle | undefined> {
  const answer = await ask<object>('onnx-runtime/try-provider.js', [provider]);
  return 'reason' in answer ? explain(provider, answer.reason) : undefined;
}

/** What a step of training took, and whether it can be relied on. */
export interface Measurement {
  readonly milliseconds: number;
  /** The mean loss of the last step: all providers should come to the same. */
  readonly loss: number;
  /** Whether training twice gave the same bits. */
  readonly repeatable: boolean;
}

/** Trains a small network on the provider; nothing when it does not work, or not within half a minute. */
export async function measureProvider(
  provider: OnnxProviderName,
  threads: number,
): Promise<Measurement | undefined> {
  const answer = await ask<{ measured: Measurement }>('onnx/measure-provider.js', [
    provider,
    String(threads),
  ]);
  return 'reason' in answer ? undefined : answer.measured;
}

/** The program's last line, which is JSON; its end without one is a reason too. */
function ask<Answer>(program: string, args: readonly string[]): Promise<Answer | { reason: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--no-warnings', find(program), ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: mostMilliseconds,
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', (error) => resolve({ reason: error.message }));
    child.on('close', (code, signal) => {
      const [line = ''] = said.trimEnd().split('\n').slice(-1);
      if (line.startsWith('{')) resolve(JSON.parse(line) as Answer);
      else resolve({ reason: `the process that tried it ended with ${signal ?? `exit code ${code}`}` });
    });
  });
}

/** Beside this file as it is built; tests run from sources, which Node can't. */
function find(program: string): string {
  return [`../engine/${program}`, `../../dist/engine/${program}`]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path))!;
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
