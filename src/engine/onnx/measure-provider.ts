/**
 * A program of its own, started by `../provider-trial.ts`: trains a small convolutional network on one provider of ONNX
 * Runtime, twice from the same start, and prints as a line of JSON how long a step takes, what the loss came to, and
 * whether both times gave the same bits. By that, `auto` decides whether a GPU is worth taking.
 *
 * Usage: node measure-provider.js PROVIDER THREADS
 */
import { sha256 } from '../../core/digest.js';
import { RandomStream } from '../../core/random.js';
import type { LabelledImages } from '../../data/image-batch.js';
import { buildNetwork } from '../../models/build-model.js';
import type { ModelArtifact } from '../../models/model-artifact.js';
import { modelToArtifact } from '../../models/tfjs-artifact.js';
import { isOnnxProviderName, type Engine, type TrainingSetup } from '../engine.js';
import { openOnnxEngine } from './onnx-engine.js';

const batchSize = 128;
const steps = 6;
const classes = 10;
const imageShape = [28, 28, 1] as const;

/** Like the reference network, which is what there is to be fast at. */
const network = {
  layers: [
    { conv2d: { filters: 32, kernelSize: 3, activation: 'relu' } },
    'maxPooling2d',
    { conv2d: { filters: 64, kernelSize: 3, activation: 'relu' } },
    'maxPooling2d',
    'flatten',
    { dense: { units: classes, activation: 'softmax' } },
  ],
};

const setup: TrainingSetup = {
  loss: 'categoricalCrossentropy',
  labelSmoothing: 0,
  optimizer: { kind: 'adam', learningRate: 0.001 },
  clipping: {},
  scaling: { scale: 1 / 255, offset: 0 },
  imageShape,
  classes,
  seed: 1,
};

function noise(): LabelledImages {
  const random = new RandomStream(1, 'measure-provider');
  const pixels = Uint8Array.from({ length: batchSize * 784 }, () => random.integer(256));
  const labels = Int32Array.from({ length: batchSize }, () => random.integer(classes));
  return { count: batchSize, shape: imageShape, pixels, labels };
}

/** The first step brings the graph about and is not counted. */
async function train(engine: Engine, artifact: ModelArtifact) {
  const images = noise();
  const session = await engine.openTraining(artifact, setup);
  await session.trainStep(images, 0.001);
  const milliseconds: number[] = [];
  let loss = NaN;
  for (let step = 0; step < steps; step++) {
    const began = performance.now();
    ({ lossSum: loss } = await session.trainStep(images, 0.001));
    milliseconds.push(performance.now() - began);
  }
  const bits = (await session.weights()).map(({ values }) => sha256(new Uint8Array(values.buffer)));
  await session.close();
  return { milliseconds: milliseconds.sort((a, b) => a - b)[steps >> 1]!, loss: loss / batchSize, bits };
}

async function measure(provider: string, threads: number) {
  if (!isOnnxProviderName(provider)) throw new Error(`there is no provider "${provider}"`);
  const locate = () => undefined;
  const model = await buildNetwork(network, { inputShape: imageShape, classes, seed: 1, locate });
  const artifact = await modelToArtifact(model);
  const identity = { name: 'onnx', versions: {}, numerics: {} } as const;
  const engine = await openOnnxEngine(identity, { provider, threads, verify: false });
  const first = await train(engine, artifact);
  const second = await train(engine, artifact);
  return {
    milliseconds: Math.min(first.milliseconds, second.milliseconds),
    loss: first.loss,
    repeatable: first.bits.join() === second.bits.join(),
  };
}

const [, , provider = '', threads = '1'] = process.argv;
let answer: object;
try {
  answer = { measured: await measure(provider, Number(threads)) };
} catch (error) {
  answer = { reason: (error as Error).message };
}
// Not at the natural end: a driver that crashes while it is unloaded has worked nevertheless.
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit());
