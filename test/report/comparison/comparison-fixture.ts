/**
 * A comparison of as many runs as are asked for, drawn from a seed: a sweep over up to twenty parameters whose outcome
 * depends on some of them, with trials pruned and failed, confusion and images for the best. Nothing is trained.
 */
import type { Json, JsonObject } from '../../../src/core/json.js';
import { RandomStream } from '../../../src/core/random.js';
import { DigitArtist, digitSize } from '../../../src/data/synthetic/digit-artist.js';
import type {
  Comparison,
  ComparedRun,
  Curve,
  RunDetails,
} from '../../../src/report/comparison/compared-run.js';

export interface ComparisonFixtureOptions {
  readonly runs?: number;
  /** At most 20. */
  readonly parameters?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** Put into names, labels, values, reasons and classes of some runs. */
  readonly hostile?: string;
  /** Runs of several experiments instead of the trials of a sweep. */
  readonly withoutSweep?: boolean;
  readonly testImages?: number;
}

type Draw = (random: RandomStream) => Json;
const logUniform =
  (low: number, high: number): Draw =>
  (random) =>
    low * (high / low) ** random.float();
const uniform =
  (low: number, high: number): Draw =>
  (random) =>
    random.uniform(low, high);
const among =
  (...values: Json[]): Draw =>
  (random) =>
    values[random.integer(values.length)]!;

const space: readonly (readonly [string, Draw])[] = [
  ['train.optimizer.learningRate', logUniform(1e-4, 0.1)],
  ['train.optimizer.kind', among('adam', 'adamw', 'sgd', 'rmsprop')],
  ['train.batchSize', among(16, 32, 64, 128, 256)],
  ['build.network', among('mlp', 'small-cnn', 'deep-cnn', 'residual')],
  ['build.dropout', uniform(0, 0.6)],
  ['train.optimizer.weightDecay', logUniform(1e-6, 1e-2)],
  ['build.filters', among(8, 16, 32, 64)],
  ['build.activation', among('relu', 'gelu', 'swish')],
  ['preprocess.augmentation.rotation', uniform(0, 20)],
  ['preprocess.augmentation.shift', uniform(0, 3)],
  ['train.labelSmoothing', uniform(0, 0.2)],
  ['train.warmupEpochs', among(0, 1, 2, 3, 5)],
  ['train.schedule', among('constant', 'cosine', 'step')],
  ['train.clipNorm', logUniform(0.1, 10)],
  ['build.batchNorm', among(true, false)],
  ['build.kernel', among(3, 5)],
  ['build.units', among(64, 128, 256, 512)],
  ['train.averageDecay', uniform(0.9, 0.9999)],
  ['preprocess.augmentation.elastic', uniform(0, 1)],
  ['train.optimizer.momentum', uniform(0.8, 0.99)],
];

const classes = '0123456789'.split('');

function nest(flat: Readonly<Record<string, Json>>): JsonObject {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
    at[keys.at(-1)!] = value;
  }
  return root as JsonObject;
}

function networkName(settings: Readonly<Record<string, Json>>): string {
  const name = settings['build.network'];
  return typeof name === 'string' ? name : 'small-cnn';
}

/** How good a configuration is: its accuracy after all epochs. */
function skill(settings: Readonly<Record<string, Json>>, random: RandomStream): number {
  const rate = Math.log10(settings['train.optimizer.learningRate'] as number);
  const network = { mlp: 0.962, 'small-cnn': 0.981, 'deep-cnn': 0.9885, residual: 0.99 }[
    networkName(settings) as 'mlp'
  ];
  const dropout = (settings['build.dropout'] as number | undefined) ?? 0.2;
  const kind = settings['train.optimizer.kind'] === 'sgd' ? -1.7 : -2.7;
  const loss = 0.006 * (rate - kind) ** 2 + 0.02 * (dropout - 0.22) ** 2 + random.float() * 0.004;
  return Math.max(0.11, Math.min(0.9962, network - loss * (1 + Math.max(0, rate + 2))));
}

function networkOf(settings: Readonly<Record<string, Json>>) {
  return layersOf(
    networkName(settings),
    (settings['build.filters'] as number | undefined) ?? 16,
    (settings['build.units'] as number | undefined) ?? 128,
  );
}

function curvesOf(
  accuracy: number,
  epochs: number,
  shown: number,
  pace: number,
  random: RandomStream,
): Curve[] {
  const list = Array.from({ length: shown }, (_, i) => i + 1);
  const steps = list.map((epoch) => epoch * 750);
  const seconds = list.map((epoch) => epoch * pace * random.uniform(0.97, 1.03));
  const speed = random.uniform(1.5, 5);
  const learn = (epoch: number) => 1 - Math.exp((-epoch * speed) / Math.sqrt(epochs) / 1.6);
  const noise = () => (random.float() - 0.5) * 0.004;
  const curve = (key: string, values: number[]): Curve => ({ key, epochs: list, steps, seconds, values });
  const validation = list.map((epoch) => Math.min(0.9985, 0.1 + (accuracy - 0.1) * learn(epoch) + noise()));
  const train = list.map((epoch, i) => Math.min(0.9999, validation[i]! + 0.012 * (epoch / epochs) + noise()));
  const lossOf = (value: number) => -Math.log(Math.max(0.02, value)) * 3.1 + 0.012;
  const overfit = accuracy > 0.97 ? 0.02 : 0.05;
  return [
    curve('train.accuracy', train),
    curve('train.loss', train.map(lossOf)),
    curve('validation.accuracy', validation),
    curve(
      'validation.loss',
      validation.map((v, i) => lossOf(v) + overfit * (i / epochs) ** 2),
    ),
  ];
}

function layersOf(network: string, filters: number, units: number) {
  const layer = (
    name: string,
    type: string,
    outputShape: number[],
    parameters: number,
    inputs: string[],
  ) => ({
    name,
    type,
    outputShape,
    parameters,
    inputs,
  });
  if (network === 'mlp')
    return [
      layer('input', 'input', [28, 28, 1], 0, []),
      layer('flatten', 'flatten', [784], 0, ['input']),
      layer('hidden', 'dense', [units], 785 * units, ['flatten']),
      layer('output', 'dense', [10], (units + 1) * 10, ['hidden']),
    ];
  const first = [
    layer('input', 'input', [28, 28, 1], 0, []),
    layer('conv1', 'conv2d', [28, 28, filters], 10 * filters, ['input']),
    layer('pool1', 'maxPooling2d', [14, 14, filters], 0, ['conv1']),
  ];
  if (network === 'residual')
    return [
      ...first,
      layer('conv2a', 'conv2d', [14, 14, filters], 9 * filters * filters, ['pool1']),
      layer('conv2b', 'conv2d', [14, 14, filters], 9 * filters * filters, ['conv2a']),
      layer('sum2', 'add', [14, 14, filters], 0, ['pool1', 'conv2b']),
      layer('conv3a', 'conv2d', [14, 14, filters], 9 * filters * filters, ['sum2']),
      layer('sum3', 'add', [14, 14, filters], 0, ['sum2', 'conv3a']),
      layer('average', 'globalAveragePooling2d', [filters], 0, ['sum3']),
      layer('output', 'dense', [10], (filters + 1) * 10, ['average']),
    ];
  return [
    ...first,
    layer('conv2', 'conv2d', [14, 14, filters * 2], 18 * filters * filters, ['pool1']),
    layer('pool2', 'maxPooling2d', [7, 7, filters * 2], 0, ['conv2']),
    layer('flatten', 'flatten', [98 * filters], 0, ['pool2']),
    layer('dense', 'dense', [units], 98 * filters * units, ['flatten']),
    layer('dropout', 'dropout', [units], 0, ['dense']),
    layer('output', 'dense', [10], (units + 1) * 10, ['dropout']),
  ];
}

/** What digit is taken for which, when one is. */
const lookalikes = [6, 7, 3, 5, 9, 3, 0, 9, 3, 4];

function evaluationOf(
  accuracy: number,
  labels: readonly number[],
  hardness: readonly number[],
  seed: number,
): NonNullable<RunDetails['evaluation']> {
  const random = new RandomStream(seed, 'predictions');
  const order = hardness
    .map((hard, i) => [hard + random.uniform(0, 0.25), i] as const)
    .sort((a, b) => b[0] - a[0]);
  const wrong = new Set(order.slice(0, Math.round((1 - accuracy) * labels.length)).map(([, i]) => i));
  const predicted = labels.map((label, i) =>
    wrong.has(i)
      ? random.float() < 0.75
        ? lookalikes[label]!
        : (label + 1 + random.integer(8)) % 10
      : label,
  );
  const confusion = new Array<number>(100).fill(0);
  labels.forEach((label, i) => (confusion[label * 10 + predicted[i]!]! += 1));
  const perClass = classes.map((name, c) => {
    const hit = confusion[c * 10 + c]!;
    const support = classes.reduce((sum, _, k) => sum + confusion[c * 10 + k]!, 0);
    const said = classes.reduce((sum, _, k) => sum + confusion[k * 10 + c]!, 0);
    const [precision, recall] = [said === 0 ? 0 : hit / said, support === 0 ? 0 : hit / support];
    return {
      name,
      precision,
      recall,
      f1: hit === 0 ? 0 : (2 * precision * recall) / (precision + recall),
      support,
    };
  });
  return { split: 'test', classes, confusion, perClass, predicted, data: 'c0ffee' };
}

/** How many of the best have details, as the real thing reads them. */
const detailed = 12;
const day = Date.UTC(2026, 10, 24, 21, 0);

export function makeComparison({
  runs: count = 100,
  parameters = 20,
  epochs = 50,
  seed = 7,
  hostile,
  withoutSweep = false,
  testImages = 2000,
}: ComparisonFixtureOptions = {}): Comparison {
  const used = space.slice(0, parameters);
  const labels = Array.from({ length: testImages }, (_, i) => i % 10);
  const difficulty = new RandomStream(seed, 'hardness');
  const hardness = labels.map(() => difficulty.float());
  const free = [0, 0, 0, 0];
  const spans: { trial: number; worker: number; from: number; to: number }[] = [];
  const runs = Array.from({ length: count }, (_, number): ComparedRun => {
    const random = new RandomStream(seed, 'run', number);
    const nasty = hostile !== undefined && number % 5 === 1;
    const assignments: Record<string, Json> = Object.fromEntries(
      used.map(([path, draw]) => [path, draw(random)]),
    );
    if (nasty && 'build.activation' in assignments) assignments['build.activation'] = hostile;
    const constant = {
      'train.epochs': epochs,
      'train.loss': 'crossEntropy',
      'preprocess.validationShare': 0.1,
    };
    const settings: Record<string, Json> = { ...constant, ...assignments };
    const accuracy = skill(settings, random);
    const fate = random.float();
    const failed = fate < 0.03;
    const pruned = !failed && epochs > 4 && accuracy < 0.972 && fate < 0.55;
    const shown = failed
      ? Math.min(epochs, random.integer(3))
      : pruned
        ? 3 + random.integer(Math.ceil(epochs / 3))
        : epochs;
    const parameterCount = networkOf(settings).reduce((sum, layer) => sum + layer.parameters, 0);
    const pace =
      0.8 + parameterCount / 150_000 + 20 / ((settings['train.batchSize'] as number | undefined) ?? 64);
    const curves = shown === 0 ? [] : curvesOf(accuracy, epochs, shown, pace, random);
    const final = curves.find(({ key }) => key === 'validation.accuracy')?.values.at(-1) ?? null;
    const finalLoss = curves.find(({ key }) => key === 'validation.loss')?.values.at(-1) ?? null;
    const done = !failed && !pruned;
    const test = done
      ? Math.round((accuracy + (random.float() - 0.5) * 0.003) * testImages) / testImages
      : null;
    const worker = free.indexOf(Math.min(...free));
    const seconds = shown * pace + 6 + random.float() * 4;
    const from = day + free[worker]! * 1000;
    free[worker]! += seconds + 2;
    spans.push({ trial: number, worker: worker + 1, from, to: from + seconds * 1000 });
    const id = `${nasty ? `${hostile} ` : ''}digits-20261124-2100${String(number).padStart(4, '0')}`;
    const reason = failed
      ? `expected the loss to be finite, got NaN in epoch ${shown + 1}${nasty ? hostile : ''}`
      : pruned
        ? `worse than half of the trials at epoch ${shown}`
        : undefined;
    const evaluation = test === null ? undefined : evaluationOf(test, labels, hardness, number);
    const right = evaluation?.predicted.filter((value, i) => value === labels[i]).length ?? 0;
    return {
      id,
      experiment: withoutSweep ? ['digits', 'digits-wide', 'digits-deep'][number % 3]! : 'digits',
      file: 'experiments/digits.yaml',
      status: failed ? 'failed' : pruned ? 'pruned' : 'done',
      seed: 7 + (withoutSweep ? number : 0),
      engine: 'tensorflow',
      started: from,
      seconds,
      trainSeconds: shown === 0 ? null : shown * pace,
      evaluateSeconds: done ? 0.4 + parameterCount / 400_000 + random.float() * 0.1 : null,
      metrics: {
        ...(evaluation === undefined ? {} : { accuracy: right / testImages, loss: (finalLoss ?? 0) * 1.05 }),
        'validation.accuracy': final,
        'validation.loss': finalLoss,
        parameters: parameterCount,
        epochs: shown,
      },
      settings,
      config: { name: 'digits', seed: 7, ...nest(settings), classes: ['0', '1', '2'] },
      curves,
      trial: withoutSweep
        ? undefined
        : {
            sweep: hostile ?? 'digits overnight',
            number,
            state: failed ? 'failed' : pruned ? 'pruned' : 'done',
            labels: Object.fromEntries(
              Object.entries(assignments).map(([path, value]) => [
                path,
                typeof value === 'string' ? value : JSON.stringify(value),
              ]),
            ),
            assignments,
            values: final === null ? undefined : [final],
          },
      report: done ? `../${id.replaceAll(/[^\w-]/g, '_')}/report.html` : undefined,
      reason,
      command: `npx assay run experiments/digits.yaml ${Object.entries(assignments)
        .map(([path, value]) => `--set ${path}=${JSON.stringify(value)}`)
        .join(' ')}`,
      details: evaluation as unknown as RunDetails | undefined,
    };
  });
  runs.sort((a, b) => (b.metrics['validation.accuracy'] ?? -1) - (a.metrics['validation.accuracy'] ?? -1));
  let kept = 0;
  const withDetails = runs.map((run): ComparedRun => {
    const evaluation = run.details as unknown as RunDetails['evaluation'];
    if (evaluation === undefined || kept++ >= detailed) return { ...run, details: undefined };
    const network = networkName(run.settings);
    return {
      ...run,
      details: { model: { name: hostile ?? network, layers: networkOf(run.settings) }, evaluation },
    };
  });
  const shownImages = hardness
    .map((hard, index) => [hard, index] as const)
    .sort((a, b) => b[0] - a[0])
    .slice(0, 120)
    .map(([, index]) => index)
    .sort((a, b) => a - b);
  const artist = new DigitArtist();
  return {
    title: hostile ?? (withoutSweep ? 'Digits, three networks' : 'digits overnight'),
    objective: { metric: 'validation.accuracy', goal: 'maximize' },
    runs: withDetails,
    sweep: withoutSweep
      ? undefined
      : {
          name: hostile ?? 'digits overnight',
          objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
          sampler: 'tpe',
          scheduler: 'median',
          status: 'done',
          seconds: Math.max(...free),
          domains: {},
          spans,
        },
    images: {
      data: 'c0ffee',
      shape: [digitSize, digitSize, 1],
      labels,
      images: shownImages.map((index) => {
        const pixels = new Uint8Array(digitSize * digitSize);
        artist.draw(labels[index]!, new RandomStream(seed, 'image', index), pixels, 0);
        return { index, pixels };
      }),
    },
    made: Date.UTC(2026, 10, 25, 7, 30),
  };
}
