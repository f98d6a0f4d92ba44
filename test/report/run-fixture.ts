/**
 * A finished run as the report stage meets it: real artifact folders with plausible content, written by the code that
 * writes them in a run where there is such code. Nothing is trained; the numbers are drawn from a seed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { canonicalJson, type JsonObject } from '../../src/core/json.js';
import { RandomStream } from '../../src/core/random.js';
import { writeNpy } from '../../src/data/npy.js';
import { classificationReport } from '../../src/metrics/classification-report.js';
import { worstMistakes } from '../../src/metrics/mistakes.js';
import type { InputArtifact, RunFacts } from '../../src/stages/stage.js';

export interface FixtureOptions {
  /** Names of the classes; the digits by default. */
  readonly classes?: readonly string[];
  readonly epochs?: number;
  readonly testImages?: number;
  /** Put into every text that comes from users. */
  readonly hostile?: string;
}

export interface RunFixture {
  readonly inputs: readonly InputArtifact[];
  readonly run: RunFacts;
}

const side = 28;
const pixels = side * side;
const digits = '0123456789'.split('');

interface Images {
  readonly images: Uint8Array;
  readonly labels: Int32Array;
}

/** MNIST's test images where a copy is, else bars at an angle that tells the class. */
function someImages(count: number, classes: number): Images {
  const folder = fileURLToPath(new URL('../../../shared/datasets/mnist/', import.meta.url));
  if (classes === 10 && existsSync(folder)) {
    const read = (name: string) => gunzipSync(readFileSync(join(folder, `t10k-${name}-ubyte.gz`)));
    return {
      images: new Uint8Array(read('images-idx3').subarray(16, 16 + count * pixels)),
      labels: Int32Array.from(read('labels-idx1').subarray(8, 8 + count)),
    };
  }
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const images = new Uint8Array(count * pixels);
  for (let i = 0; i < count; i++) {
    const angle = (Math.PI * labels[i]!) / classes + (i % 7) / 40;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const distance = Math.abs((x - 13.5) * Math.sin(angle) - (y - 13.5) * Math.cos(angle));
        images[i * pixels + y * side + x] = Math.max(0, 255 - distance * 90);
      }
  }
  return { images, labels };
}

/** Which class's mean image is nearest, and which second: what a weak classifier would say. */
function nearestMeans({ images, labels }: Images, classes: number): { first: number; second: number }[] {
  const means = Array.from({ length: classes }, () => new Float64Array(pixels));
  const counts = new Float64Array(classes);
  labels.forEach((label, i) => {
    counts[label]! += 1;
    for (let p = 0; p < pixels; p++) means[label]![p]! += images[i * pixels + p]!;
  });
  return Array.from(labels, (_, i) => {
    const ranked = means
      .map((mean, c) => {
        let sum = 0;
        for (let p = 0; p < pixels; p += 2)
          sum += (mean[p]! / (counts[c]! || 1) - images[i * pixels + p]!) ** 2;
        return { c, sum };
      })
      .sort((a, b) => a.sum - b.sum);
    return { first: ranked[0]!.c, second: ranked[1]?.c ?? ranked[0]!.c };
  });
}

/** Probabilities of a good classifier: wrong about one in ten of the images that a weak one gets wrong. */
function drawProbabilities(set: Images, classes: number, random: RandomStream): Float32Array {
  const values = new Float32Array(set.labels.length * classes);
  nearestMeans(set, classes).forEach(({ first, second }, i) => {
    const label = set.labels[i]!;
    const other = first === label ? second : first;
    const hard = first !== label;
    const wrong = hard && random.float() < 0.1 && other !== label;
    const confidence = hard ? random.uniform(0.4, 1) ** 0.25 : 1 - random.float() ** 30 * 0.5;
    const [said, rest] = wrong ? [other, label] : [label, other];
    const left = 1 - confidence;
    for (let c = 0; c < classes; c++) values[i * classes + c] = (left * 0.2) / classes;
    values[i * classes + rest]! += left * 0.8;
    values[i * classes + said]! += confidence;
    const total = values.subarray(i * classes, (i + 1) * classes).reduce((sum, value) => sum + value, 0);
    for (let c = 0; c < classes; c++) values[i * classes + c]! /= total;
  });
  return values;
}

function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), `${canonicalJson(value)}\n`);
}

function writeEvaluation(folder: string, classes: readonly string[], set: Images, random: RandomStream) {
  const n = classes.length;
  const scores = { values: drawProbabilities(set, n, random), classes: n };
  const report = classificationReport(set.labels, scores, { topK: [2, 3], calibrationBins: 15 });
  const mistakes = worstMistakes(set.labels, report.predictions, scores, 24);
  const shown = new Uint8Array(mistakes.length * pixels);
  mistakes.forEach(({ index }, i) => {
    shown.set(set.images.subarray(index * pixels, (index + 1) * pixels), i * pixels);
  });
  writeJson(folder, 'metrics.json', {
    split: 'test',
    count: set.labels.length,
    classes,
    metrics: report.metrics,
    perClass: report.perClass.map((entry, c) => ({
      class: classes[c],
      ...entry,
      rocAuc: entry.rocAuc ?? null,
    })),
    calibration: { bins: report.calibration },
  });
  writeNpy(join(folder, 'confusion-matrix.npy'), [n, n], report.confusion.counts);
  writeJson(folder, 'mistakes.json', { mistakes });
  writeNpy(join(folder, 'mistakes-images.npy'), [mistakes.length, side, side, 1], shown);
  return report.metrics;
}

function drawEpochs(count: number, random: RandomStream) {
  return Array.from({ length: count }, (_, i) => {
    const fall = Math.exp(-i / 2.6);
    return {
      epoch: i + 1,
      step: (i + 1) * 422,
      metrics: {
        'train.loss': 0.018 + 0.26 * fall + random.uniform(0, 0.004),
        'train.accuracy': 0.996 - 0.075 * fall - random.uniform(0, 0.001),
        'validation.loss': 0.036 + 0.085 * fall + random.uniform(0, 0.004) + Math.max(0, i - 7) * 0.0012,
        'validation.accuracy': 0.9895 - 0.024 * fall - random.uniform(0, 0.001),
        learningRate: 0.0005 * (1 + Math.cos((Math.PI * i) / Math.max(1, count - 1))) + 1e-5,
      },
    };
  });
}

function bestOf(epochs: ReturnType<typeof drawEpochs>): number {
  return epochs.reduce((best, epoch) =>
    epoch.metrics['validation.loss'] < best.metrics['validation.loss'] ? epoch : best,
  ).epoch;
}

const layers: readonly (readonly [
  name: string,
  type: string,
  shape: readonly number[],
  parameters: number,
])[] = [
  ['input', 'input', [28, 28, 1], 0],
  ['conv2d_1', 'conv2d', [26, 26, 32], 320],
  ['maxPooling2d_1', 'maxPooling2d', [13, 13, 32], 0],
  ['conv2d_2', 'conv2d', [11, 11, 64], 18_496],
  ['maxPooling2d_2', 'maxPooling2d', [5, 5, 64], 0],
  ['flatten', 'flatten', [1600], 0],
  ['dropout', 'dropout', [1600], 0],
  ['dense', 'dense', [10], 16_010],
];

function runFacts(text: (plain: string) => string): RunFacts {
  const config: JsonObject = {
    name: text('mnist-cnn'),
    seed: 7,
    engine: 'auto',
    params: { classes: 10 },
    stages: {
      acquire: {
        uses: 'acquire',
        needs: [],
        with: { dataset: text('mnist'), synthetic: { train: 10_000, test: 2_000 } },
      },
      preprocess: {
        uses: 'preprocess',
        needs: ['acquire'],
        with: { scaling: 'unit', validation: 0.1, limit: {}, augmentation: { shift: 2, rotate: 8 } },
      },
      build: {
        uses: 'build',
        needs: [],
        with: {
          inputShape: [28, 28, 1],
          classes: 10,
          network: {
            name: 'cnn-small',
            layers: layers
              .slice(1)
              .map(([, type, , parameters]) => ({ type, ...(parameters > 0 ? { units: 32 } : {}) })),
          },
        },
      },
      train: {
        uses: 'train',
        needs: ['preprocess', 'build'],
        with: {
          epochs: 12,
          batchSize: 128,
          optimizer: { kind: 'adam', learningRate: 0.002, epsilon: 1e-7 },
          schedule: { kind: 'cosine', warmUp: 0 },
        },
      },
      evaluate: { uses: 'evaluate', needs: ['preprocess', 'train'], with: { split: 'test', topK: [2, 3] } },
      report: { uses: 'report', needs: ['preprocess', 'build', 'train', 'evaluate'], with: { mistakes: 24 } },
    },
  };
  const stage = (name: string, status: 'ran' | 'cached', seconds: number) => ({
    name,
    kind: name,
    status,
    seconds,
    fingerprint: `${name.length}f3a9c01d77e4b52`.repeat(4).slice(0, 64),
  });
  return {
    id: text('mnist-cnn') === 'mnist-cnn' ? 'mnist-cnn-20261123-094105-3f9a' : text('run'),
    experiment: text('mnist-cnn'),
    file: text('experiments/mnist-cnn.yaml'),
    seed: 7,
    engine: text('reference'),
    config,
    differences: [
      { path: 'train.optimizer.learningRate', before: 0.001, now: 0.002 },
      { path: 'train.schedule', before: undefined, now: { kind: 'cosine', warmUp: 0 } },
      { path: 'preprocess.augmentation', before: undefined, now: { shift: 2, rotate: 8 } },
      { path: 'acquire.dataset', before: text('synthetic-digits'), now: text('mnist') },
    ],
    parent: text('pipelines/image-classification.yaml'),
    git: { commit: '8b7df1433ab2c0f59e1de0c6a1d7e2f90b5c4a31', dirty: true },
    versions: { assay: '0.1.0', node: '20.20.0', '@tensorflow/tfjs-core': text('4.22.0') },
    machine: {
      host: text('workbench'),
      platform: 'linux',
      architecture: 'x64',
      processor: text('AMD EPYC 7B13'),
      cores: 4,
      memoryBytes: 16_000_000_000,
    },
    stages: [
      stage('acquire', 'cached', 0),
      stage('preprocess', 'ran', 2.4),
      stage('build', 'cached', 0),
      stage('train', 'ran', 192.3),
      stage('evaluate', 'ran', 4.1),
    ],
    command: text('npx assay run experiments/mnist-cnn.yaml --set train.optimizer.learningRate=0.002'),
  };
}

/** Writes the artifacts of a run below `folder`, which must be empty. */
export function makeRunFixture(folder: string, options: FixtureOptions = {}): RunFixture {
  const { epochs = 12, testImages = 4000, hostile } = options;
  const text = (plain: string): string => hostile ?? plain;
  const classes = (options.classes ?? digits).map(text);
  const random = new RandomStream(7, 'report fixture');
  const set = someImages(testImages, classes.length);
  const artifact = (stage: string, type: InputArtifact['type'], summary: InputArtifact['summary'] = {}) => {
    const made = { stage, type, folder: join(folder, stage), digest: stage, summary };
    mkdirSync(made.folder, { recursive: true });
    return made;
  };

  const data = artifact('preprocess', 'prepared-data');
  const trainCounts = classes.map(() => 5400 + random.integer(900));
  const train = trainCounts.reduce((sum, count) => sum + count, 0);
  writeJson(data.folder, 'preparation.json', {
    classes,
    imageShape: [side, side, 1],
    counts: { train, validation: 6000, test: testImages },
    classCounts: { train: trainCounts, validation: classes.map(() => 600), test: classes.map(() => 1000) },
    scaling: { kind: text('unit'), scale: 1 / 255, offset: 0 },
    augmentation: { shift: 2, rotate: 8, elastic: { alpha: 34, sigma: 4 } },
  });

  const model = artifact('build', 'model');
  const parameters = layers.reduce((sum, [, , , count]) => sum + count, 0);
  writeJson(model.folder, 'summary.json', {
    name: text('cnn-small'),
    inputShape: [side, side, 1],
    classes: classes.length,
    layers: layers.map(([name, type, outputShape, count], i) => ({
      name: text(name),
      type,
      outputShape,
      parameters: count,
      inputs: i === 0 ? [] : [text(layers[i - 1]![0])],
    })),
    parameters,
    trainableParameters: parameters,
  });

  const history = drawEpochs(epochs, random);
  const training = artifact('train', 'trained-model', {
    epochs: history,
    epochSeconds: history.map(() => random.uniform(15.2, 16.4)),
  });
  writeJson(training.folder, 'history.json', {
    epochs: history,
    bestEpoch: bestOf(history),
    stoppedEarly: false,
  });

  const evaluation = artifact('evaluate', 'evaluation');
  writeEvaluation(evaluation.folder, classes, set, random);
  return { inputs: [data, model, training, evaluation], run: runFacts(text) };
}
