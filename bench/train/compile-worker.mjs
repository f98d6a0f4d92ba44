/**
 * How long making graphs takes, all that a run of the reference CNN needs: training of whole and of last batches,
 * validation, prediction. Each kind of work is done at once and then again, twice; what the first time takes longer is
 * tracing, passes and ONNX Runtime's own preparation. Prints one JSON line.
 *   node bench/train/compile-worker.mjs THREADS
 */
import { firstOf, loadMnist, openEngine, prepareTraining } from './open-training.mjs';

const threads = Number(process.argv[2] ?? 1);
const data = await loadMnist();
const { artifact, setup, settings } = await prepareTraining();
// What 54,000 training and 6,000 validation images leave for the last batch, as experiments/mnist-cnn.yaml has them.
const { batchSize, validationBatchSize } = settings;
const last = 54_000 % batchSize;
const validation = firstOf(data.train, validationBatchSize + (6000 % validationBatchSize));
const evaluationBatch = 256;
const test = firstOf(data.test, evaluationBatch + (data.test.count % evaluationBatch));

const engine = await openEngine('onnx', threads);
const took = async (work) => {
  const began = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - began, result };
};
const parts = {};
let session, inference;
async function opened(name, work) {
  const { milliseconds, result } = await took(work);
  parts[name] = milliseconds;
  return result;
}
async function more(name, work) {
  const first = await took(work);
  const again = Math.min((await took(work)).milliseconds, (await took(work)).milliseconds);
  parts[name] = Math.max(0, first.milliseconds - again);
}
session = await opened('planning of the training', () => engine.openTraining(artifact, setup));
await more('a whole batch', () => session.trainStep(firstOf(data.train, batchSize), 0.001));
await more('the last batch', () => session.trainStep(firstOf(data.train, last), 0.001));
const slices = (images, size) => [firstOf(images, size), firstOf(images, images.count - size)];
await more('validation', async () => {
  for (const slice of slices(validation, validationBatchSize))
    await session.evaluate(slice, validationBatchSize);
});
inference = await opened('opening for prediction', () => engine.openInference(artifact));
await more('prediction', async () => {
  for (const slice of slices(test, evaluationBatch))
    await inference.predict(slice, setup.scaling, evaluationBatch);
});
await inference.close();
await session.close();
await engine.close();
const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
const rounded = Object.fromEntries(Object.entries(parts).map(([name, ms]) => [name, Math.round(ms)]));
console.log(JSON.stringify({ compileMilliseconds: Math.round(total), parts: rounded }));
