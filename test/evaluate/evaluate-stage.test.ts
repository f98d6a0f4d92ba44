import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StageEvent } from '../../src/core/events.js';
import { canonicalJson } from '../../src/core/json.js';
import { ProblemError, type Problem } from '../../src/core/problem.js';
import { RandomStream } from '../../src/core/random.js';
import type { LabelledImages } from '../../src/data/image-batch.js';
import { countClasses } from '../../src/data/labelled-images.js';
import { readNpyOf } from '../../src/data/npy.js';
import { writePreparedData } from '../../src/data/prepared-data.js';
import type { Engine } from '../../src/engine/engine.js';
import { referenceProvider } from '../../src/engine/reference-provider.js';
import { engineOptions } from '../engine/support.js';
import type { ModelArtifact } from '../../src/models/model-artifact.js';
import { writeModelFolder } from '../../src/models/tfjs-artifact.js';
import { evaluateStage } from '../../src/stages/evaluate.js';
import type { EvaluateSettings } from '../../src/stages/evaluate.schema.js';
import type { StageContext } from '../../src/stages/stage.js';

const classes = ['zero', 'one', 'two'];
const defaults: EvaluateSettings = {
  split: 'test',
  topK: [2, 3],
  calibrationBins: 15,
  mistakes: 24,
  batchSize: 256,
};

let engine: Engine;
let folder: string;

beforeAll(async () => {
  engine = await referenceProvider.open(engineOptions);
});
afterAll(() => engine.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-evaluate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Images of 1 × 3 pixels, of which the network below takes the brightest for the class. */
function images(count: number, wrongEvery: number): LabelledImages {
  const random = new RandomStream(3, 'evaluate-test', count);
  const pixels = Uint8Array.from({ length: count * 3 }, () => random.integer(256));
  const labels = Int32Array.from({ length: count }, (_, i) => {
    const row = Array.from(pixels.subarray(i * 3, i * 3 + 3));
    const brightest = row.indexOf(Math.max(...row));
    return i % wrongEvery === wrongEvery - 1 ? (brightest + 1) % 3 : brightest;
  });
  return { count, shape: [1, 3, 1], pixels, labels };
}

/** Flatten, then one dense layer with these weights. */
function network(weights: number[], units = 3, activation = 'softmax'): ModelArtifact {
  const config = {
    name: 'judge',
    layers: [
      { class_name: 'Flatten', config: { name: 'flatten', batch_input_shape: [null, 1, 3, 1] } },
      { class_name: 'Dense', config: { name: 'output', units, activation } },
    ],
  };
  return {
    topology: { class_name: 'Sequential', config },
    weights: [
      { name: 'output/kernel', shape: [3, units], dtype: 'float32', values: Float32Array.from(weights) },
      { name: 'output/bias', shape: [units], dtype: 'float32', values: new Float32Array(units) },
    ],
  };
}
const identity = [4, 0, 0, 0, 4, 0, 0, 0, 4];

async function prepare(test: LabelledImages, model: ModelArtifact): Promise<void> {
  const none: LabelledImages = {
    count: 0,
    shape: [1, 3, 1],
    pixels: new Uint8Array(),
    labels: new Int32Array(),
  };
  const validation = images(7, 2);
  mkdirSync(join(folder, 'data'));
  writePreparedData(join(folder, 'data'), {
    ...{ train: none, validation, test },
    preparation: {
      classes,
      imageShape: [1, 3, 1],
      counts: { train: 0, validation: validation.count, test: test.count },
      classCounts: {
        train: [0, 0, 0],
        validation: countClasses(validation.labels, 3),
        test: countClasses(test.labels, 3),
      },
      scaling: { kind: 'unit', scale: 1 / 255, offset: 0 },
      augmentation: null,
    },
  });
  await writeModelFolder(join(folder, 'model'), model);
}

async function evaluate(settings: Partial<EvaluateSettings> = {}, signal = new AbortController().signal) {
  const output = join(folder, 'output');
  mkdirSync(output);
  const events: StageEvent[] = [];
  const input = (name: string) => ({ stage: name, folder: join(folder, name), digest: '', summary: {} });
  const context: Partial<StageContext<EvaluateSettings>> = {
    settings: { ...defaults, ...settings },
    inputs: {
      data: { ...input('data'), type: 'prepared-data' },
      model: { ...input('model'), type: 'trained-model' },
    },
    output,
    signal,
    engine: () => Promise.resolve(engine),
    emit: (event) => void events.push(event),
    locate: (path) => ({
      ...{ file: 'x.yaml', line: 1, column: 1, length: 1 },
      lineText: path.join('.'),
    }),
  };
  const stage = await evaluateStage.load();
  const summary = await stage.execute(context as never);
  return { summary, output, events };
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0]!;
}

const json = (output: string, name: string): unknown => JSON.parse(readFileSync(join(output, name), 'utf8'));

describe('evaluate', () => {
  it('writes what docs/artifacts.md says, all from one set of predictions', async () => {
    const test = images(40, 8);
    await prepare(test, network(identity));
    const { summary, output } = await evaluate({ mistakes: 3 });

    expect(summary.note).toBe('accuracy 0.8750 on 40 test images');
    expect(summary.metrics).toMatchObject({ accuracy: 0.875, microF1: 0.875 });
    expect(Object.keys(summary.metrics!)).toContain('top2Accuracy');
    expect(Object.keys(summary.metrics!)).not.toContain('top3Accuracy');
    expect(readdirSync(output).sort()).toEqual([
      'confusion-matrix.npy',
      'labels.npy',
      'metrics.json',
      'mistakes-images.npy',
      'mistakes.json',
      'predictions.npy',
      'probabilities.npy',
    ]);

    const metrics = json(output, 'metrics.json') as Record<string, unknown>;
    expect(metrics).toMatchObject({ split: 'test', count: 40, classes, metrics: summary.metrics });
    expect(metrics.perClass).toHaveLength(3);
    expect((metrics.perClass as Record<string, unknown>[])[1]).toMatchObject({
      class: 'one',
      support: countClasses(test.labels, 3)[1],
    });
    expect((metrics.calibration as { bins: unknown[] }).bins).toHaveLength(15);
    expect(readFileSync(join(output, 'metrics.json'), 'utf8')).toBe(`${canonicalJson(metrics)}\n`);

    const labels = readNpyOf(join(output, 'labels.npy'), 'int32', 1).values;
    const predictions = readNpyOf(join(output, 'predictions.npy'), 'int32', 1).values;
    const probabilities = readNpyOf(join(output, 'probabilities.npy'), 'float32', 2);
    const confusion = readNpyOf(join(output, 'confusion-matrix.npy'), 'int32', 2);
    expect([...labels]).toEqual([...test.labels]);
    expect(probabilities.shape).toEqual([40, 3]);
    expect(confusion.shape).toEqual([3, 3]);
    const counted = new Array<number>(9).fill(0);
    labels.forEach((label, i) => counted[label * 3 + predictions[i]!]!++);
    expect([...confusion.values]).toEqual(counted);
    predictions.forEach((predicted, i) => {
      const row = [...probabilities.values.subarray(i * 3, i * 3 + 3)];
      expect(row[predicted]).toBe(Math.max(...row));
      // The network's arithmetic, done by hand.
      const exponentials = [0, 1, 2].map((c) => Math.exp((4 * test.pixels[i * 3 + c]!) / 255));
      const sum = exponentials.reduce((total, value) => total + value, 0);
      row.forEach((probability, c) => expect(probability).toBeCloseTo(exponentials[c]! / sum, 5));
    });

    const { mistakes } = json(output, 'mistakes.json') as { mistakes: Record<string, number>[] };
    expect(mistakes).toHaveLength(3);
    const wrong = [...labels.keys()].filter((i) => labels[i] !== predictions[i]);
    const confidence = (i: number): number => probabilities.values[i * 3 + predictions[i]!]!;
    wrong.sort((a, b) => confidence(b) - confidence(a));
    expect(mistakes).toEqual(
      wrong.slice(0, 3).map((index) => ({
        index,
        label: labels[index],
        predicted: predictions[index],
        confidence: confidence(index),
        labelProbability: probabilities.values[index * 3 + labels[index]!],
      })),
    );
    const shown = readNpyOf(join(output, 'mistakes-images.npy'), 'uint8', 4);
    expect(shown.shape).toEqual([3, 1, 3, 1]);
    expect([...shown.values]).toEqual(
      wrong.slice(0, 3).flatMap((i) => [...test.pixels.subarray(i * 3, i * 3 + 3)]),
    );
  });

  it('gives the same bytes again, whatever the size of a batch, and says how far it is', async () => {
    await prepare(images(40, 8), network(identity));
    const first = await evaluate();
    const bytes = (output: string) =>
      readdirSync(output).map((name) => readFileSync(join(output, name)).toString('base64'));
    const before = bytes(first.output);
    rmSync(first.output, { recursive: true });
    const second = await evaluate({ batchSize: 16 });
    expect(bytes(second.output)).toEqual(before);
    expect(second.events).toEqual(
      [16, 32, 40].map((done) => ({ type: 'progress', done, total: 40, unit: 'images' })),
    );
  });

  it('judges the split that it is told', async () => {
    await prepare(images(40, 8), network(identity));
    const { summary } = await evaluate({ split: 'validation' });
    expect(summary.note).toBe('accuracy 0.5714 on 7 validation images');
  });

  it('of a network without a mistake keeps no images, as arrays of none', async () => {
    await prepare(images(10, 11), network(identity));
    const { output } = await evaluate();
    expect(json(output, 'mistakes.json')).toEqual({ mistakes: [] });
    expect(readNpyOf(join(output, 'mistakes-images.npy'), 'uint8', 4).shape).toEqual([0, 1, 3, 1]);
  });

  it('of a class without an image has no ROC AUC for it, as null', async () => {
    const test = images(10, 11);
    test.labels.forEach((label, i) => (test.labels[i] = label === 2 ? 1 : label));
    await prepare(test, network(identity));
    const { output } = await evaluate();
    const { perClass } = json(output, 'metrics.json') as { perClass: { rocAuc: number | null }[] };
    expect(perClass.map(({ rocAuc }) => rocAuc === null)).toEqual([false, false, true]);
  });

  it('stops between batches when it is told to', async () => {
    await prepare(images(40, 8), network(identity));
    const abort = new AbortController();
    abort.abort(new Error('interrupted by the user'));
    await expect(evaluate({}, abort.signal)).rejects.toThrow('interrupted by the user');
  });
});

describe('evaluate refuses', () => {
  it('a split without images', async () => {
    await prepare(images(40, 8), network(identity));
    expect(await problemOf(evaluate({ split: 'train' }))).toEqual({
      code: 'empty-split',
      message: 'expected the train split to hold images to evaluate on, got none',
      at: { file: 'x.yaml', line: 1, column: 1, length: 1, lineText: 'split' },
      fix: 'choose another split, or let preprocess make this one larger',
    });
  });

  it('a network whose weights are no numbers any more', async () => {
    await prepare(images(40, 8), network([NaN, 0, 0, 0, 4, 0, 0, 0, 4]));
    expect(await problemOf(evaluate())).toEqual({
      code: 'output-not-finite',
      message: "expected the network's output for test image 0 to be finite numbers, got [NaN, NaN, NaN]",
      fix: 'training diverged: lower its learning rate or clip its gradients',
    });
  });

  it('a network whose output is no probabilities', async () => {
    const test: LabelledImages = { ...images(1, 2), pixels: Uint8Array.of(255, 51, 0) };
    await prepare(test, network([1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 'linear'));
    expect(await problemOf(evaluate())).toEqual({
      code: 'output-not-probabilities',
      message:
        "expected the network's output for test image 0 to be probabilities that add up to 1, got [1, 0.2, 0]",
      fix: 'end the network with the activation softmax',
    });
  });

  it('a network that knows another number of classes', async () => {
    await prepare(images(5, 6), network([1, 0, 0, 0, 1, 0], 2));
    expect(await problemOf(evaluate())).toEqual({
      code: 'wrong-output-size',
      message: "expected the network's output to be 3 numbers an image, one for each class, got 2",
      fix: 'end the network with a dense layer of as many units as there are classes',
    });
  });
});

describe('the descriptor', () => {
  it('makes the engine part of the fingerprint, and the seed not', () => {
    expect(evaluateStage.dependsOnEngine).toBe(true);
    expect(evaluateStage.dependsOnSeed({})).toBe(false);
  });
});
