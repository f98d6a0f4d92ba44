/**
 * What making batches costs training: the same network's steps with batches as they are, distorted by an affine map and
 * elastically on the thread that trains, and the same made ahead by a thread; in turn, the median of the rounds
 * and the fastest one, which says more on a machine that has other things to do.
 *   node bench/batches.mjs [ENGINE] [NETWORK] [BATCH] [THREADS]      onnx cnn 128 <all cores>
 * Networks: mlp (784 → 128 → 10), cnn (conv 32, conv 64, dropout, dense 10).
 */
import { availableParallelism } from 'node:os';
import { InProcessBatchSource } from '../dist/data/in-process-batch-source.js';
import { PrefetchingBatchSource } from '../dist/data/prefetching-batch-source.js';
import { syntheticDigits } from '../dist/data/synthetic-digits.js';
import { selectEngine } from '../dist/engine/providers.js';
import { buildNetwork } from '../dist/models/build-model.js';
import { modelToArtifact } from '../dist/models/tfjs-artifact.js';

const defaults = ['onnx', 'cnn', '128', String(availableParallelism())];
const [engineName, network, batchText, threadText] = defaults.map((value, i) => process.argv[2 + i] ?? value);
const [batchSize, threads] = [Number(batchText), Number(threadText)];
const rounds = 40;
const seconds = 0.2;

const softmax = { dense: { units: 10, activation: 'softmax' } };
const conv = (filters) => ({ conv2d: { filters, kernelSize: 3, activation: 'relu' } });
const networks = {
  mlp: ['flatten', { dense: { units: 128, activation: 'relu' } }, softmax],
  cnn: [conv(32), 'maxPooling2d', conv(64), 'maxPooling2d', 'flatten', { dropout: { rate: 0.5 } }, softmax],
};
const request = { inputShape: [28, 28, 1], classes: 10, seed: 1, locate: () => undefined };
const model = await buildNetwork({ layers: networks[network] }, request);
const artifact = await modelToArtifact(model);
model.dispose();

const share = { threads, provider: 'auto', verify: false };
const selected = await selectEngine(engineName, share);
if (!selected.ok) throw new Error(selected.problems[0].message);
const engine = await selected.value.open();
const session = await engine.openTraining(artifact, {
  loss: 'categoricalCrossentropy',
  labelSmoothing: 0,
  optimizer: { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  clipping: {},
  scaling: { scale: 1 / 255, offset: 0 },
  imageShape: [28, 28, 1],
  classes: 10,
  seed: 1,
});

const nothing = () => undefined;
const { train } = await syntheticDigits({ train: 20_000, test: 1 }).load({
  seed: 1,
  signal: new globalThis.AbortController().signal,
  onProgress: nothing,
  onWarning: nothing,
});
const distortion = { shift: 2, rotate: 10, zoom: 0.1, elastic: { alpha: 34, sigma: 4 } };
const open = (Strategy, augmentation) => ({
  source: new Strategy(train, { batchSize, seed: 1, augmentation }),
  next: 0,
  milliseconds: [],
});
const ways = {
  'as they are': open(InProcessBatchSource, null),
  'distorted in process': open(InProcessBatchSource, distortion),
  'distorted ahead': open(PrefetchingBatchSource, distortion),
};

async function steps(way, count) {
  const { source } = way;
  const began = performance.now();
  for (let i = 0; i < count; i++, way.next++) {
    const { stepsPerEpoch } = source;
    const batch = await source.batch(Math.floor(way.next / stepsPerEpoch), way.next % stepsPerEpoch);
    await session.trainStep(batch, 0.001);
  }
  return (performance.now() - began) / count;
}
const perStep = await steps(ways['as they are'], 5).then(() => steps(ways['as they are'], 10));
const count = Math.max(10, Math.round((1000 * seconds) / perStep));
for (let round = 0; round < rounds; round++) {
  for (const way of Object.values(ways)) {
    // Steps without measure: what was made ahead while others had their turn is no gain.
    await steps(way, 5);
    way.milliseconds.push(await steps(way, count));
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const base = median(ways['as they are'].milliseconds);
const results = Object.entries(ways).map(([batches, { milliseconds }]) => {
  const [time, least] = [median(milliseconds), Math.min(...milliseconds)];
  return {
    batches,
    millisecondsPerStep: Number(time.toFixed(3)),
    imagesPerSecond: Math.round((1000 * batchSize) / time),
    timesTheStep: Number((time / base).toFixed(3)),
    fastestMillisecondsPerStep: Number(least.toFixed(3)),
  };
});
const what = {
  engine: selected.value.identity.name,
  network,
  batchSize,
  threads,
  cores: availableParallelism(),
};
console.log(JSON.stringify({ ...what, rounds, steps: count, results }, null, 2));
for (const { source } of Object.values(ways)) await source.close();
await session.close();
await engine.close();
