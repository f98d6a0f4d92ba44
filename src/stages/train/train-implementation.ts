/**
 * What `train` does: puts data, network, engine and loop together, goes on from the newest checkpoint if there is one,
 * and writes the artifact `trained-model`.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochRecord, StageSummary } from '../../core/events.js';
import { canonicalJson } from '../../core/json.js';
import { ProblemError } from '../../core/problem.js';
import { createBatchSource } from '../../data/batches.js';
import { loadKeptData } from '../../data/kept-data.js';
import { readModelFolder, writeModelFolder } from '../../models/tfjs-artifact.js';
import type { StageImplementation } from '../stage.js';
import type { TrainSettings } from '../train.schema.js';
import { createSchedule } from './schedules/create-schedule.js';
import { writeOnnxModel } from './onnx-model.js';
import type { TrainContext } from './train-context.js';
import { readCheckpoint } from './training-checkpoint.js';
import type { TrainingProgress } from './training-progress.js';
import { TrainingRun } from './training-run.js';
import { trainingSetup, watchOf } from './training-setup.js';

export const trainImplementation: StageImplementation<TrainSettings> = { execute: train };

async function train(context: TrainContext): Promise<StageSummary> {
  const { settings, seed, inputs } = context;
  const data = await loadKeptData(inputs['data']!, ['train', 'validation'], 'train');
  if (data.train.count === 0) {
    throw new ProblemError({
      code: 'no-training-images',
      message: 'expected the train split to hold images to learn from, got none',
      fix: 'let preprocess keep some (validation, limit.train)',
    });
  }
  const setup = trainingSetup(context, data.preparation);
  const watch = watchOf(context, data.validation.count > 0);
  const { augmentation } = data.preparation;
  const batches = createBatchSource(data.train, { batchSize: settings.batchSize, seed, augmentation });
  const { stepsPerEpoch } = batches;
  const length = { stepsPerEpoch, totalSteps: settings.epochs * stepsPerEpoch };
  const schedule = createSchedule(settings.schedule, length);

  const network = await readModelFolder(inputs['model']!.folder);
  const engine = await context.engine();
  const session = await engine.openTraining(network, setup, (verification) =>
    context.emit({ type: 'engine-verified', verification }),
  );
  try {
    const run = new TrainingRun(context, { session, batches, validation: data.validation, schedule, watch });
    await resumeFromCheckpoint(context, run);
    const { progress, best } = await run.finish();
    const weights = best ?? (await session.weights());
    const trained = { topology: network.topology, weights };
    await writeModelFolder(context.output, trained);
    await writeOnnxModel(context, trained);
    const history = {
      epochs: progress.epochs,
      bestEpoch: progress.watch.bestEpoch,
      stoppedEarly: progress.watch.stopped && progress.epochs.length < settings.epochs,
    };
    await writeFile(join(context.output, 'history.json'), `${canonicalJson(history)}\n`);
    return summarize(progress, best !== undefined);
  } finally {
    try {
      await batches.close();
    } finally {
      await session.close();
    }
  }
}

async function resumeFromCheckpoint(context: TrainContext, run: TrainingRun): Promise<void> {
  const found = await context.checkpoints.latest();
  const checkpoint = found === undefined ? undefined : await readCheckpoint(found.folder);
  if (checkpoint === undefined) return;
  await run.resume(checkpoint);
  const { epochs } = checkpoint.progress;
  context.emit({ type: 'resumed', epoch: epochs.length, step: checkpoint.state.step, records: epochs });
}

/** The metrics are those of the epoch whose weights were kept. */
function summarize({ epochs, epochSeconds, watch }: TrainingProgress, restored: boolean): StageSummary {
  const kept: EpochRecord = epochs[(restored ? watch.bestEpoch : epochs.length) - 1]!;
  const accuracy = kept.metrics['validation.accuracy'];
  const ending = accuracy === undefined ? '' : `, validation accuracy ${accuracy.toFixed(4)}`;
  const count = `${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`;
  return {
    metrics: { ...kept.metrics, epochs: epochs.length, bestEpoch: watch.bestEpoch },
    epochs,
    epochSeconds,
    note: `${count}, ${kept.step} steps${restored ? ` to the best (epoch ${kept.epoch})` : ''}${ending}`,
  };
}
