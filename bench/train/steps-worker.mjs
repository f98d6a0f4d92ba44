/**
 * Steps a second of one network on the engine onnx, at several batch sizes in turn; prints one JSON line.
 *   node bench/train/steps-worker.mjs NETWORK THREADS ROUNDS SECONDS BATCH...
 */
import { createBatchSource } from '../../dist/data/batches.js';
import { firstOf, loadMnist, openEngine, prepareTraining } from './open-training.mjs';
import { median } from './statistics.mjs';

const [network, ...numbers] = process.argv.slice(2);
const [threads, rounds, seconds, ...batchSizes] = numbers.map(Number);
const { train } = await loadMnist();
const images = firstOf(train, 12_800);
const { artifact, setup } = await prepareTraining(network);
const engine = await openEngine('onnx', threads);

async function open(batchSize) {
  const session = await engine.openTraining(artifact, setup);
  const batches = createBatchSource(images, { batchSize, seed: 7, augmentation: null });
  const whole = Math.floor(images.count / batchSize);
  let next = 0;
  const steps = async (count) => {
    const began = performance.now();
    for (let i = 0; i < count; i++, next++) {
      const batch = await batches.batch(Math.floor(next / whole), next % whole);
      await session.trainStep(batch, 0.001);
    }
    return (performance.now() - began) / 1000;
  };
  await steps(2);
  const count = Math.max(1, Math.round((2 * seconds) / (await steps(2))));
  const close = async () => {
    await batches.close();
    await session.close();
  };
  return { batchSize, steps, count, rates: [], close };
}
const runs = [];
for (const batchSize of batchSizes) runs.push(await open(batchSize));
for (let round = 0; round < rounds; round++)
  for (const run of runs) run.rates.push(run.count / (await run.steps(run.count)));
for (const { close } of runs) await close();
await engine.close();
const results = runs.map(({ batchSize, rates }) => ({
  batchSize,
  stepsPerSecond: Number(median(rates).toPrecision(4)),
  rounds: rates.map((rate) => Number(rate.toPrecision(4))),
}));
console.log(JSON.stringify({ network, threads, results }));
