/**
 * What every measuring process begins with: the network of an experiment, real MNIST, an engine, and a training session as
 * the stage `train` opens it. Measures nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkExperiment } from '../../dist/config/check-experiment.js';
import { createBatchSource } from '../../dist/data/batches.js';
import { downloadFolder } from '../../dist/data/data-folders.js';
import { pick } from '../../dist/data/labelled-images.js';
import { mnist } from '../../dist/data/mnist.js';
import { selectEngine } from '../../dist/engine/providers.js';
import { buildNetwork } from '../../dist/models/build-model.js';
import { modelToArtifact } from '../../dist/models/tfjs-artifact.js';
import { TrainingRun } from '../../dist/stages/train/training-run.js';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const sharedDatasets = join(repository, '..', 'shared', 'datasets');
const nothing = () => undefined;

/** Where data sets lie: the user's own folder, or the one beside this repository; else nothing. */
export function datasetsFolder(environment = process.env) {
  const own = environment.ASSAY_DATASETS;
  if (own !== undefined && own.trim() !== '') return own;
  return existsSync(join(sharedDatasets, 'mnist')) ? sharedDatasets : undefined;
}

/** Where MNIST's four packed files lie once it has been loaded. */
export function mnistFolder() {
  const root = datasetsFolder();
  return root === undefined ? downloadFolder(process.env, 'mnist') : join(root, 'mnist');
}

export async function loadMnist() {
  process.env.ASSAY_DATASETS ??= datasetsFolder() ?? '';
  const { signal } = new globalThis.AbortController();
  return mnist().load({ seed: 1, signal, onProgress: nothing, onWarning: nothing });
}

/** The first images. */
export const firstOf = (images, count) =>
  pick(
    images,
    Uint32Array.from({ length: Math.min(count, images.count) }, (_, i) => i),
  );

function valueOf(result) {
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

/** The settings of `bench/train/reference-cnn.yaml`'s stages, with another network where one is named. */
async function settingsOf(network) {
  const set = network === undefined ? [] : [`build.network=${network}`];
  const experiment = valueOf(
    await checkExperiment({
      file: join(repository, 'bench/train/reference-cnn.yaml'),
      projectRoot: repository,
      set,
      loadCustomStage: () => {
        throw new Error('the benchmark has no stage of its own');
      },
    }),
  );
  return Object.fromEntries(experiment.stages.map(({ name, settings }) => [name, settings]));
}

/** The network with its initial weights, and what training it needs beside. @param network a preset, a path, or nothing. */
export async function prepareTraining(network) {
  const { build, train } = await settingsOf(network);
  const seed = 7;
  const model = await buildNetwork(build.network, {
    inputShape: build.inputShape,
    classes: build.classes,
    seed,
    locate: nothing,
  });
  const artifact = await modelToArtifact(model);
  model.dispose();
  const setup = {
    loss: train.loss,
    labelSmoothing: train.labelSmoothing,
    optimizer: train.optimizer,
    clipping: {},
    scaling: { scale: 1 / 255, offset: 0 },
    imageShape: build.inputShape,
    classes: build.classes,
    seed,
  };
  return { artifact, setup, settings: train };
}

/** On the processor, whatever else is here: the peers compute there too. */
export async function openEngine(name, threads) {
  const request = name === 'onnx' ? { onnx: { provider: 'cpu' } } : name;
  const selected = valueOf(await selectEngine(request, { threads, verify: false }));
  if (selected.note !== undefined) process.stderr.write(`${selected.note}\n`);
  return selected.open();
}

/** One epoch through the loop that `assay run` trains with: shuffled, nothing validated, nothing saved. */
export async function trainEpoch(session, settings, images, batchSize) {
  const batches = createBatchSource(images, { batchSize, seed: 7, augmentation: null });
  const context = {
    settings: { ...settings, epochs: 1, batchSize },
    signal: new globalThis.AbortController().signal,
    checkpoints: { save: () => Promise.resolve() },
    emit: nothing,
    afterEpoch: () => Promise.resolve(),
    locate: nothing,
  };
  const none = { count: 0, shape: images.shape, pixels: new Uint8Array(0), labels: new Int32Array(0) };
  const watch = { metric: 'train.loss', minDelta: 0 };
  const run = new TrainingRun(context, { session, batches, validation: none, schedule: () => 1, watch });
  await run.finish();
  await batches.close();
}
