/** Small networks and images for the engines' tests: real ones, drawn from seeds. */
import { RandomStream } from '../../src/core/random.js';
import type { LabelledImages } from '../../src/data/image-batch.js';
import type { EngineOptions, TrainingSetup } from '../../src/engine/engine.js';
import type { ModelArtifact } from '../../src/models/model-artifact.js';
import { modelToArtifact } from '../../src/models/tfjs-artifact.js';
import { onCpuBackend, tfLayers } from '../../src/models/tfjs.js';

type Layer = Parameters<tfLayers.Sequential['add']>[0];

export const classes = 3;

/** One thread, so that tests beside one another leave room; what more threads change is tested where it matters. */
export const engineOptions: EngineOptions = { threads: 1, provider: 'auto', verify: true };

/** Images of 6×6: a bright band whose height tells the class, in noise. */
export function bandImages(count: number, seed = 1): LabelledImages {
  const random = new RandomStream(seed, 'bands');
  const pixels = new Uint8Array(count * 36);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = random.integer(classes);
    labels[i] = label;
    for (let p = 0; p < 36; p++) {
      const inBand = Math.floor(p / 12) === label;
      pixels[i * 36 + p] = random.integer(120) + (inBand ? 120 : 0);
    }
  }
  return { count, shape: [6, 6, 1], pixels, labels };
}

export function batchOf(images: LabelledImages, from: number, to: number): LabelledImages {
  return {
    count: to - from,
    shape: images.shape,
    pixels: images.pixels.subarray(from * 36, to * 36),
    labels: images.labels.subarray(from, to),
  };
}

const start = (seed: number) => tfLayers.initializers.glorotUniform({ seed });

function sequential(...layers: readonly Layer[]): tfLayers.LayersModel {
  const model = tfLayers.sequential({ name: 'network' });
  for (const layer of layers) model.add(layer);
  return model;
}

/** The networks of the suite, each with something that could go wrong in training. */
const networks = {
  dense: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.dense({ units: 8, activation: 'relu', kernelInitializer: start(1) }),
      tfLayers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: start(2) }),
    ),
  regularized: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.dense({
        units: classes,
        activation: 'softmax',
        kernelInitializer: start(3),
        kernelRegularizer: tfLayers.regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
      }),
    ),
  convolution: () =>
    sequential(
      tfLayers.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer: start(4),
      }),
      tfLayers.layers.maxPooling2d({ poolSize: 2 }),
      tfLayers.layers.conv2d({ filters: 5, kernelSize: 2, strides: 2, kernelInitializer: start(5) }),
      tfLayers.layers.flatten(),
      tfLayers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: start(6) }),
    ),
  batchNormalization: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.dense({ units: 8, kernelInitializer: start(7) }),
      tfLayers.layers.batchNormalization(),
      tfLayers.layers.activation({ activation: 'relu' }),
      tfLayers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: start(8) }),
    ),
  bareNormalization: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.layerNormalization({ scale: false, center: false }),
      tfLayers.layers.dense({ units: 8, kernelInitializer: start(13) }),
      tfLayers.layers.batchNormalization({ scale: false }),
      tfLayers.layers.batchNormalization({ center: false }),
      tfLayers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: start(14) }),
    ),
  constrained: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.dense({
        units: 8,
        activation: 'relu',
        kernelInitializer: start(15),
        kernelConstraint: tfLayers.constraints.maxNorm({ maxValue: 0.5, axis: 0 }),
      }),
      tfLayers.layers.dense({ units: classes, activation: 'softmax', trainable: false }),
    ),
  withoutGradient: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.dense({ units: 8 }),
      tfLayers.layers.thresholdedReLU(),
      tfLayers.layers.dense({ units: classes, activation: 'softmax' }),
    ),
  dropout: () =>
    sequential(
      tfLayers.layers.flatten({ inputShape: [6, 6, 1] }),
      tfLayers.layers.dense({ units: 8, activation: 'relu', kernelInitializer: start(9) }),
      tfLayers.layers.dropout({ rate: 0.5 }),
      tfLayers.layers.gaussianNoise({ stddev: 0.1 }),
      tfLayers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: start(10) }),
    ),
  residual: () => {
    const input = tfLayers.input({ shape: [6, 6, 1] });
    const flat = tfLayers.layers.flatten().apply(input) as tfLayers.SymbolicTensor;
    const hidden = tfLayers.layers
      .dense({ units: 36, activation: 'tanh', kernelInitializer: start(11) })
      .apply(flat) as tfLayers.SymbolicTensor;
    const sum = tfLayers.layers.add().apply([flat, hidden]) as tfLayers.SymbolicTensor;
    const output = tfLayers.layers
      .dense({
        units: classes,
        activation: 'softmax',
        kernelInitializer: start(12),
        kernelRegularizer: tfLayers.regularizers.l2({ l2: 0.03 }),
      })
      .apply(sum) as tfLayers.SymbolicTensor;
    return tfLayers.model({ inputs: input, outputs: output, name: 'network' });
  },
} satisfies Record<string, () => tfLayers.LayersModel>;

export type NetworkName = keyof typeof networks;
/** Those that tfjs can train. */
export const networkNames = (Object.keys(networks) as NetworkName[]).filter(
  (name) => name !== 'withoutGradient',
);

const artifacts = new Map<NetworkName, ModelArtifact>();

/** The network as an artifact, made once (tf.layers gives each layer a new name); nothing stays behind as tensors. */
export async function artifactOf(name: NetworkName): Promise<ModelArtifact> {
  const made = artifacts.get(name);
  if (made !== undefined) return made;
  const model = await onCpuBackend(networks[name]);
  const artifact = await modelToArtifact(model);
  model.dispose();
  artifacts.set(name, artifact);
  return artifact;
}

export function setupOf(changes: Partial<TrainingSetup> = {}): TrainingSetup {
  return {
    loss: 'categoricalCrossentropy',
    labelSmoothing: 0,
    optimizer: { kind: 'adam', learningRate: 0.01 },
    clipping: {},
    scaling: { scale: 1 / 255, offset: 0 },
    imageShape: [6, 6, 1],
    classes,
    seed: 7,
    ...changes,
  };
}

/** The largest difference, relative to the larger of the two where that exceeds 1. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const scale = Math.max(1, Math.abs(a[i]!), Math.abs(b[i]!));
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!) / scale);
  }
  return largest;
}
