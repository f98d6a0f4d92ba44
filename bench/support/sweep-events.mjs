/** Made-up events of a sweep whose trials are like those of a convolutional network: six stages, about forty settings. */

export const began = Date.UTC(2026, 10, 23, 21);

/** About forty leaves, as a resolved experiment has them. */
function configOf(number) {
  const conv = (filters) => ({ conv2d: { filters, kernel: 3, activation: 'relu', padding: 'same' } });
  return {
    name: 'architectures',
    seed: 7,
    engine: 'auto',
    params: { classes: 10 },
    stages: {
      acquire: { uses: 'acquire', needs: [], with: { dataset: 'mnist' } },
      preprocess: {
        uses: 'preprocess',
        needs: ['acquire'],
        with: { validation: 0.1, scale: 255, augmentation: { shift: 2, rotate: 10, zoom: 0.1 } },
      },
      build: {
        uses: 'build',
        needs: [],
        with: {
          classes: 10,
          network: {
            layers: [
              conv(8 + (number % 32)),
              { maxPool: { size: 2 } },
              conv(16 + (number % 64)),
              { maxPool: { size: 2 } },
              'flatten',
              { dense: { units: 64 + (number % 7), activation: 'relu' } },
              { dropout: { rate: 0.25 } },
              { dense: { units: 10, activation: 'softmax' } },
            ],
          },
        },
      },
      train: {
        uses: 'train',
        needs: ['preprocess', 'build'],
        with: {
          epochs: 10,
          batchSize: 64,
          optimizer: { kind: 'adam', learningRate: 0.001 + number * 1e-7, beta1: 0.9, beta2: 0.999 },
          schedule: { kind: 'cosine', warmup: 0.1 },
        },
      },
      evaluate: { uses: 'evaluate', needs: ['preprocess', 'train'], with: { batchSize: 256 } },
      report: { uses: 'report', needs: ['evaluate'], with: { worst: 24 } },
    },
  };
}

const stageNames = ['acquire', 'preprocess', 'build', 'train', 'evaluate', 'report'];

export function sweepHeader(trials, scheduler = 'asha') {
  return {
    name: 'architectures',
    experiment: 'architectures',
    file: 'experiments/architectures.yaml',
    seed: 7,
    objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
    sampler: 'tpe',
    scheduler,
    trials,
    epochs: 10,
    workers: 4,
    threads: 1,
    settings: { budget: {}, retries: 1 },
    pid: process.pid,
  };
}

function trialHeader(number) {
  return {
    number,
    run: runOf(number),
    draw: number,
    rejected: { infeasible: 0, repeated: 0 },
    assignments: {
      'build.network.layers.0.conv2d.filters': 8 + (number % 32),
      'build.network.layers.2.conv2d.filters': 16 + (number % 64),
      'build.network.layers.5.dense.units': 64 + (number % 7),
      'train.optimizer.learningRate': 0.001 + number * 1e-7,
      'train.optimizer.kind': 'adam',
    },
    labels: { filters: String(8 + (number % 32)), learningRate: String(0.001 + number * 1e-7) },
    configuration: number.toString(16).padStart(64, '0'),
  };
}

function runOf(number) {
  return `architectures-20261123-${String(number).padStart(6, '0')}-3f9a`;
}

function runHeader(number) {
  return {
    id: runOf(number),
    experiment: 'architectures',
    file: 'experiments/architectures.yaml',
    seed: 7,
    engine: 'onnx',
    config: configOf(number),
    git: { commit: '3c13701651ff8da5dd05c9b5398de7a2a27d5af2', dirty: false },
    versions: {
      assay: '0.1.0',
      node: process.version.slice(1),
      'onnxruntime-node': '1.30.0',
      tfjs: '4.22.0',
    },
    machine: { platform: 'linux', cpu: 'some processor', cores: 4, memory: 8e9, threads: 1 },
    pid: process.pid,
    stages: stageNames.map((name, index) => ({
      name,
      kind: name,
      needs: index === 0 ? [] : [stageNames[index - 1]],
    })),
  };
}

const metricsAt = (epoch, number) => ({
  'train.loss': 1 / (epoch + (number % 10)),
  'train.accuracy': 1 - 0.1 / epoch,
  'validation.loss': 1.1 / (epoch + (number % 10)),
  'validation.accuracy': 1 - 0.12 / epoch - (number % 997) * 1e-6,
});

/** Beginning of a trial and of its run, up to the beginning of its training. Three stages come from the cache. */
export function beginning(number, time) {
  const run = (body) => ({
    type: 'trial-run-event',
    trial: number,
    event: { ...body, runId: runOf(number), time },
  });
  return [
    { type: 'trial-proposed', trial: trialHeader(number) },
    { type: 'trial-started', trial: number, attempt: 1, worker: 1 + (number % 4) },
    run({ type: 'run-started', run: runHeader(number) }),
    ...stageNames.slice(0, 3).map((stage) =>
      run({
        type: 'stage-cached',
        stage,
        fingerprint: `${stage}-${stage === 'build' ? number : 0}`.padEnd(64, '0'),
        artifact: `${stage}-${stage === 'build' ? number : 0}`.padEnd(64, 'a'),
        madeBy: runOf(0),
        summary: { note: '60,000 train, 10,000 test images' },
      }),
    ),
    run({ type: 'stage-started', stage: 'train', fingerprint: `train-${number}`.padEnd(64, '0'), why: [] }),
  ];
}

export function step(number, epoch, index, time) {
  const metrics = {
    loss: 1 / (1 + index),
    accuracy: 1 - 1 / (2 + index),
    learningRate: 0.001,
    gradientNorm: 0.5,
  };
  const event = { type: 'step-ended', epoch, step: index, metrics };
  const runEvent = { type: 'stage-event', stage: 'train', event, runId: runOf(number), time };
  return { type: 'trial-run-event', trial: number, event: runEvent };
}

export function epochEnd(number, epoch, index, time) {
  const record = { epoch, step: index, metrics: metricsAt(epoch, number) };
  const event = { type: 'epoch-ended', record, epochs: 10, seconds: 1 };
  const runEvent = { type: 'stage-event', stage: 'train', event, runId: runOf(number), time };
  return [
    { type: 'trial-run-event', trial: number, event: runEvent },
    { type: 'trial-reported', trial: number, epoch, value: record.metrics['validation.accuracy'] },
  ];
}

/** From the end of training to the end of the trial. */
export function ending(number, epochs, stepsPerEpoch, time) {
  const run = (body) => ({
    type: 'trial-run-event',
    trial: number,
    event: { ...body, runId: runOf(number), time },
  });
  const records = Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    step: (index + 1) * stepsPerEpoch,
    metrics: metricsAt(index + 1, number),
  }));
  const made = (stage, summary) =>
    run({
      type: 'stage-ended',
      stage,
      fingerprint: `${stage}-${number}`.padEnd(64, '0'),
      artifact: `${stage}-${number}`.padEnd(64, 'a'),
      seconds: 1,
      bytes: 100_000 + number,
      summary,
    });
  const value = records.at(-1)?.metrics['validation.accuracy'] ?? 0;
  const metrics = { accuracy: value, macroF1: value, loss: 1 - value, 'validation.accuracy': value };
  return [
    made('train', { epochs: records, epochSeconds: records.map(() => 1) }),
    run({
      type: 'stage-started',
      stage: 'evaluate',
      fingerprint: `evaluate-${number}`.padEnd(64, '0'),
      why: [],
    }),
    made('evaluate', { metrics }),
    run({ type: 'stage-started', stage: 'report', fingerprint: `report-${number}`.padEnd(64, '0'), why: [] }),
    made('report', { note: 'report.html' }),
    run({ type: 'run-ended', status: 'done', seconds: 1, metrics }),
    { type: 'trial-ended', trial: number, state: 'done', values: [value], epochs, seconds: 1 },
  ];
}

/** Makes events into those of one sweep. */
export const ofSweep = (body, time) => ({ ...body, sweep: 'architectures', time });
