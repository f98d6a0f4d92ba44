/**
 * What `evaluate` does: predicts a split with the trained network, judges the predictions, writes the artifact
 * `evaluation`. The metrics themselves are `src/metrics/`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageSummary } from '../core/events.js';
import { formatCount } from '../core/format-units.js';
import { canonicalJson } from '../core/json.js';
import { expected, ProblemError, showValue } from '../core/problem.js';
import type { LabelledImages } from '../data/image-batch.js';
import { imageBytes, pick } from '../data/labelled-images.js';
import { writeNpy } from '../data/npy.js';
import { loadKeptData } from '../data/kept-data.js';
import type { Preparation } from '../data/prepared-data.js';
import { classificationReport, type ClassificationReport } from '../metrics/classification-report.js';
import { findBrokenRow, type ClassScores } from '../metrics/class-scores.js';
import { worstMistakes } from '../metrics/mistakes.js';
import { readModelFolder } from '../models/tfjs-artifact.js';
import type { EvaluateSettings } from './evaluate.schema.js';
import type { StageContext, StageImplementation } from './stage.js';

type Context = StageContext<EvaluateSettings>;

export const evaluateImplementation: StageImplementation<EvaluateSettings> = { execute: evaluate };

async function evaluate(context: Context): Promise<StageSummary> {
  const { split } = context.settings;
  const loaded = await loadKeptData(context.inputs.data!, [split]);
  const images = loaded[split];
  if (images.count === 0) {
    throw new ProblemError({
      code: 'empty-split',
      message: `expected the ${split} split to hold images to evaluate on, got none`,
      at: context.locate(['split']),
      fix: 'choose another split, or let preprocess make this one larger',
    });
  }
  const scores = await predict(context, images, loaded.preparation);
  refuseBrokenScores(scores, split);
  const report = classificationReport(images.labels, scores, context.settings);
  writeEvaluation(context, images, loaded.preparation.classes, scores, report);
  return {
    metrics: report.metrics,
    note: `accuracy ${report.metrics.accuracy!.toFixed(4)} on ${formatCount(images.count)} ${split} images`,
  };
}

/** Batch by batch, so that Ctrl-C and the progress display need not wait for all of it. */
async function predict(
  context: Context,
  images: LabelledImages,
  preparation: Preparation,
): Promise<ClassScores> {
  const { batchSize } = context.settings;
  const classes = preparation.classes.length;
  const size = imageBytes(images.shape);
  const values = new Float32Array(images.count * classes);
  const model = await readModelFolder(context.inputs.model!.folder);
  const session = await (await context.engine()).openInference(model);
  try {
    for (let from = 0; from < images.count; from += batchSize) {
      context.signal.throwIfAborted();
      const to = Math.min(images.count, from + batchSize);
      const batch = {
        count: to - from,
        shape: images.shape,
        pixels: images.pixels.subarray(from * size, to * size),
        labels: images.labels.subarray(from, to),
      };
      const predicted = await session.predict(batch, preparation.scaling, batchSize);
      if (predicted.length !== batch.count * classes) {
        throw new ProblemError({
          code: 'wrong-output-size',
          message: expected(
            "the network's output",
            `${classes} numbers an image, one for each class`,
            predicted.length / batch.count,
          ),
          fix: 'end the network with a dense layer of as many units as there are classes',
        });
      }
      values.set(predicted, from * classes);
      context.emit({ type: 'progress', done: to, total: images.count, unit: 'images' });
    }
  } finally {
    await session.close();
  }
  return { values, classes };
}

function refuseBrokenScores(scores: ClassScores, split: string): void {
  const broken = findBrokenRow(scores);
  if (broken === undefined) return;
  const what = `the network's output for ${split} image ${broken.image}`;
  // JSON has no NaN: numbers are shown one by one.
  const shown = broken.scores.slice(0, 4).map((score) => showValue(Number(score.toPrecision(4))));
  const got = `[${shown.join(', ')}${broken.scores.length > shown.length ? ', …' : ''}]`;
  throw broken.fault === 'not-finite'
    ? new ProblemError({
        code: 'output-not-finite',
        message: `expected ${what} to be finite numbers, got ${got}`,
        fix: 'training diverged: lower its learning rate or clip its gradients',
      })
    : new ProblemError({
        code: 'output-not-probabilities',
        message: `expected ${what} to be probabilities that add up to 1, got ${got}`,
        fix: 'end the network with the activation softmax',
      });
}

function writeEvaluation(
  { output, settings }: Context,
  images: LabelledImages,
  classes: readonly string[],
  scores: ClassScores,
  report: ClassificationReport,
): void {
  const mistakes = worstMistakes(images.labels, report.predictions, scores, settings.mistakes);
  const shown = pick(
    images,
    Uint32Array.from(mistakes, ({ index }) => index),
  );
  const writeJson = (name: string, value: unknown): void =>
    writeFileSync(join(output, name), `${canonicalJson(value)}\n`);

  writeJson('metrics.json', {
    split: settings.split,
    count: images.count,
    classes,
    metrics: report.metrics,
    perClass: report.perClass.map((entry, c) => ({
      class: classes[c],
      ...entry,
      rocAuc: entry.rocAuc ?? null,
    })),
    calibration: { bins: report.calibration },
  });
  writeNpy(join(output, 'confusion-matrix.npy'), [classes.length, classes.length], report.confusion.counts);
  writeNpy(join(output, 'probabilities.npy'), [images.count, classes.length], scores.values);
  writeNpy(join(output, 'labels.npy'), [images.count], images.labels);
  writeNpy(join(output, 'predictions.npy'), [images.count], report.predictions);
  writeJson('mistakes.json', { mistakes });
  writeNpy(join(output, 'mistakes-images.npy'), [shown.count, ...shown.shape], shown.pixels);
}
