/**
 * Graphs that yield other bits have another version, or a cached network would pass for one that was trained by them. What
 * ONNX Runtime is given to compute for some networks stands here as digests: who changes it raises `graph` in
 * `onnx-provider.ts`, unless no number can come out differently, and writes the new digests down.
 */
import { expect, it } from 'vitest';
import { sha256 } from '../../../src/core/digest.js';
import type { TrainingSetup } from '../../../src/engine/engine.js';
import { onnxProvider } from '../../../src/engine/onnx-provider.js';
import { writeOnnx } from '../../../src/engine/onnx/emit/onnx-writer.js';
import { optimize } from '../../../src/engine/onnx/passes/optimize.js';
import type { StepKind } from '../../../src/engine/onnx/trace/trace-network.js';
import { modelToArtifact } from '../../../src/models/tfjs-artifact.js';
import { useCpuBackend } from '../../../src/models/tfjs.js';
import { build, preset } from '../../models/support.js';
import { artifactOf, engineOptions } from '../support.js';
import { tracedStep } from './traced-step.js';

const mnist: Partial<TrainingSetup> = { imageShape: [28, 28, 1], classes: 10 };
const adam: Partial<TrainingSetup> = { optimizer: { kind: 'adam', learningRate: 0.001 } };

async function digestOf(
  network: Parameters<typeof tracedStep>[0],
  options: Partial<TrainingSetup> & { count: number; kind: StepKind },
): Promise<string> {
  return sha256(writeOnnx(optimize(await tracedStep(network, options)))).slice(0, 16);
}

it('the version of the graphs belongs to what they compute', async () => {
  await useCpuBackend();
  const ofPreset = async (name: string) => modelToArtifact(await build(preset(name)));
  const [small, mini] = [await ofPreset('cnn-small'), await ofPreset('resnet-mini')];
  const found = {
    part: await digestOf(small, { ...mnist, ...adam, count: 16, kind: 'accumulate' }),
    last: await digestOf(small, { ...mnist, ...adam, count: 9, kind: 'finish' }),
    whole: await digestOf(mini, { ...mnist, count: 6, kind: 'whole' }),
    strided: await digestOf(await artifactOf('convolution'), { count: 5, kind: 'whole' }),
    dense: await digestOf(await artifactOf('dense'), { ...adam, count: 5, kind: 'whole' }),
  };
  const { numerics } = (await onnxProvider.identity({ ...engineOptions, provider: 'cpu' }))!;
  expect({ version: numerics['graph'], ...found }).toEqual({
    version: 2,
    part: '88075f55c6d2ef63',
    last: 'ad32f54afb2814b9',
    whole: '8bebcf5ff1a3315d',
    strided: '1744b2725b9a43b0',
    dense: '46c36922ffc24ab2',
  });
});
