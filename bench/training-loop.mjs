/**
 * What a training step costs beside the network: the loop, its batch, its events and their record in SQLite, with a
 * session that computes nothing. Processor time a step; the fastest of several rounds.
 *   node bench/training-loop.mjs
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBatchSource } from '../dist/data/batches.js';
import { TrainingRun } from '../dist/stages/train/training-run.js';
import { openTracking } from '../dist/tracking/tracking.js';

const images = { count: 20_000, shape: [28, 28, 1] };
images.pixels = new Uint8Array(new SharedArrayBuffer(images.count * 784));
images.labels = new Int32Array(images.count);
const none = { count: 0, shape: images.shape, pixels: new Uint8Array(0), labels: new Int32Array(0) };
const session = {
  trainStep: ({ count }) => Promise.resolve({ lossSum: 0.25 * count, correct: count, count }),
  state: () => Promise.resolve({ step: 0, arrays: [] }),
};
const rounds = 5;

function contextOf(epochs, listen) {
  return {
    settings: { epochs, optimizer: { learningRate: 0.01 } },
    signal: new globalThis.AbortController().signal,
    checkpoints: { save: () => Promise.resolve() },
    emit: (event) => listen({ type: 'stage-event', stage: 'train', event, runId: 'bench', time: Date.now() }),
    afterEpoch: () => Promise.resolve(),
    locate: () => undefined,
  };
}

const run = (folder) => ({
  id: 'bench',
  experiment: 'bench',
  file: 'bench.yaml',
  seed: 1,
  engine: 'reference',
  config: {},
  versions: {},
  machine: { folder },
  pid: process.pid,
  stages: [{ name: 'train', kind: 'train', needs: [] }],
});

/** Microseconds a step: processor time and wall time. */
async function measure({ batchSize, augmentation, recorded }) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const tracking = openTracking(folder).value;
  const recorder = tracking.recorder({ onProblem: console.error });
  recorder.listen({ type: 'run-started', run: run(folder), runId: 'bench', time: Date.now() });
  const batches = createBatchSource(images, { batchSize, seed: 1, augmentation });
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const context = contextOf(1, recorded ? recorder.listen : () => undefined);
    const parts = { session, batches, validation: none, schedule: () => 1 };
    const training = new TrainingRun(context, { ...parts, watch: { metric: 'train.loss', minDelta: 0 } });
    const before = process.cpuUsage();
    const began = performance.now();
    await training.finish();
    const wall = 1000 * (performance.now() - began);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) times.push([(user + system) / batches.stepsPerEpoch, wall / batches.stepsPerEpoch]);
  }
  await batches.close();
  recorder.close();
  tracking.close();
  rmSync(folder, { recursive: true });
  const least = (which) => Number(Math.min(...times.map((pair) => pair[which])).toFixed(1));
  return { processorMicroseconds: least(0), wallMicroseconds: least(1) };
}

const results = [];
const elastic = { shift: 2, elastic: { alpha: 34, sigma: 4 } };
for (const batchSize of [1, 128]) {
  for (const augmentation of [null, elastic]) {
    for (const recorded of [false, true]) {
      const what = { batchSize, distorted: augmentation !== null, recorded };
      results.push({ ...what, ...(await measure({ batchSize, augmentation, recorded })) });
    }
  }
}
console.log(JSON.stringify({ rounds, results }, null, 2));
