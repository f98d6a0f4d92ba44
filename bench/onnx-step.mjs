/**
 * Images a second that training takes on the engine onnx, step after step as the train stage does, batches put together
 * included: real MNIST where the archives lie in --data, else noise.
 *   node bench/onnx-step.mjs --network cnn-small --batch 128 --threads 1 --images 12800 --data ../shared/datasets/mnist
 * `best` is the speed of the fastest tenth of the steps, `perProcessorSecond` counts the process's own time, which others
 * on the machine disturb less.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { createBatchSource } from '../dist/data/batches.js';
import { openOnnxEngine } from '../dist/engine/onnx/onnx-engine.js';
import { buildNetwork } from '../dist/models/build-model.js';
import { modelToArtifact } from '../dist/models/tfjs-artifact.js';

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'cnn-small' },
    batch: { type: 'string', default: '128' },
    threads: { type: 'string', default: '1' },
    images: { type: 'string', default: '12800' },
    data: { type: 'string', default: '../shared/datasets/mnist' },
  },
});
const [batchSize, threads, count] = [options.batch, options.threads, options.images].map(Number);
const classes = 10;
const imageShape = [28, 28, 1];

function readImages() {
  const pixels = new Uint8Array(new SharedArrayBuffer(count * 784));
  const labels = new Int32Array(count);
  const open = (name, header) => gunzipSync(readFileSync(join(options.data, name))).subarray(header);
  if (existsSync(join(options.data, 'train-images-idx3-ubyte.gz'))) {
    pixels.set(open('train-images-idx3-ubyte.gz', 16).subarray(0, count * 784));
    labels.set(open('train-labels-idx1-ubyte.gz', 8).subarray(0, count));
  } else {
    pixels.forEach((_, i) => (pixels[i] = (i * 2654435761) >>> 24));
    labels.forEach((_, i) => (labels[i] = i % classes));
  }
  return { count, shape: imageShape, pixels, labels };
}

/** References to parameters replaced, as the config layer does. */
function readNetwork(name) {
  const file = existsSync(name) ? name : new URL(`../pipelines/networks/${name}.yaml`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const known = { classes, ...parse(text).parameters };
  return parse(text.replaceAll(/\$\{(?:parameters\.)?(\w+)\}/g, (_, key) => String(known[key])));
}

const request = { inputShape: imageShape, classes, seed: 7, locate: () => undefined };
const model = await buildNetwork(readNetwork(options.network), request);
const artifact = await modelToArtifact(model);
model.dispose();
const settings = { provider: 'cpu', threads, verify: false };
const engine = await openOnnxEngine({ name: 'onnx', versions: {}, numerics: {} }, settings);
const session = await engine.openTraining(artifact, {
  loss: 'categoricalCrossentropy',
  labelSmoothing: 0,
  optimizer: { kind: 'adam', learningRate: 0.001 },
  clipping: {},
  scaling: { scale: 1 / 255, offset: 0 },
  imageShape,
  classes,
  seed: 7,
});
const batches = createBatchSource(readImages(), { batchSize, seed: 1, augmentation: null });
const began = performance.now();
for (const at of [0, batches.stepsPerEpoch - 1]) await session.trainStep(await batches.batch(0, at), 0);
const firstStepsMs = Math.round(performance.now() - began);

const times = [];
let lossSum = 0;
const processorBefore = process.cpuUsage();
const start = performance.now();
for (let step = 0; step < batches.stepsPerEpoch; step++) {
  const at = performance.now();
  lossSum += (await session.trainStep(await batches.batch(0, step), 0.001)).lossSum;
  times.push(performance.now() - at);
}
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(processorBefore);
times.sort((a, b) => a - b);
const digest = createHash('md5');
for (const { values } of await session.weights()) digest.update(new Uint8Array(values.buffer));
console.log(
  JSON.stringify({
    network: options.network,
    batchSize,
    threads,
    imagesPerSecond: Math.round(count / seconds),
    best: Math.round((1000 * batchSize) / times[Math.floor(times.length / 10)]),
    perProcessorSecond: Math.round((1e6 * count) / (user + system)),
    loss: Number((lossSum / count).toFixed(5)),
    firstStepsMs,
    weights: digest.digest('hex').slice(0, 8),
  }),
);
await batches.close();
await session.close();
await engine.close();
