/**
 * Trains the reference CNN with one of Assay's engines, as ../shared/peers/keras_mnist.py does with Keras: 512 images to
 * build the graphs, then one epoch that is timed, then all test images; prints one JSON line of the same form.
 *   node bench/train/fit-worker.mjs --engine onnx --threads 2 --batch 128 --images 12800 [--barrier]
 * With --barrier it says when it is ready to be timed, and waits for a line on standard input.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { firstOf, loadMnist, openEngine, prepareTraining, trainEpoch } from './open-training.mjs';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'onnx' },
    threads: { type: 'string', default: '1' },
    batch: { type: 'string', default: '128' },
    images: { type: 'string', default: '12800' },
    'warm-up': { type: 'string', default: '512' },
    test: { type: 'string', default: '10000' },
    barrier: { type: 'boolean', default: false },
  },
});
const [threads, batch, images, warmUp, test] = ['threads', 'batch', 'images', 'warm-up', 'test'].map((name) =>
  Number(options[name]),
);

const data = await loadMnist();
const { artifact, setup, settings } = await prepareTraining();
const engine = await openEngine(options.engine, threads);
const session = await engine.openTraining(artifact, setup);
await trainEpoch(session, settings, firstOf(data.train, warmUp), batch);
if (options.barrier) {
  console.log(JSON.stringify({ ready: true }));
  await once(process.stdin, 'data');
  process.stdin.destroy();
}
const train = firstOf(data.train, images);
const began = performance.now();
await trainEpoch(session, settings, train, batch);
const seconds = (performance.now() - began) / 1000;
const { correct, count } = await session.evaluate(firstOf(data.test, test), 256);
await session.close();
await engine.close();
const { name, versions } = engine.identity;
const packages = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
console.log(
  JSON.stringify({
    peer: `assay ${name} (${packages.join(', ')})`,
    threads,
    images_per_s: Math.round(train.count / seconds),
    fit_s: Number(seconds.toFixed(3)),
    test_accuracy: Number((correct / count).toFixed(4)),
    whole_process_s: Number((performance.now() / 1000).toFixed(2)),
  }),
);
