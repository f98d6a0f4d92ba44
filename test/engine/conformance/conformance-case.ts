/** One row of the conformance suite: a small network, and what is unusual about training it. */
import type { JsonObject } from '../../../src/core/json.js';
import { RandomStream } from '../../../src/core/random.js';
import type { LabelledImages, TrainingImages } from '../../../src/data/image-batch.js';
import type { TrainingSetup } from '../../../src/engine/engine.js';
import { buildNetwork } from '../../../src/models/build-model.js';
import type { ModelArtifact } from '../../../src/models/model-artifact.js';
import type { LayerEntry } from '../../../src/models/network.js';
import { withSeededMathRandom } from '../../../src/models/seeded-math-random.js';
import { modelToArtifact } from '../../../src/models/tfjs-artifact.js';
import { onCpuBackend, type tfLayers } from '../../../src/models/tfjs.js';

export const imageShape = [5, 6, 2] as const;
export const classes = 3;

export interface ConformanceCase {
  readonly name: string;
  /** The layers as a network file has them, or a live model made by code. */
  readonly network: readonly LayerEntry[] | (() => tfLayers.LayersModel);
  readonly changes?: Partial<TrainingSetup>;
  /** Whether it is trained on images that have weights of their own. */
  readonly sampleWeights?: boolean;
  /** Training steps to compare: 1, the first one's loss and gradients, or all 20. */
  readonly steps: 1 | 20;
}

/** Compared for its first step alone. */
export const row = (
  name: string,
  network: ConformanceCase['network'],
  rest: Partial<ConformanceCase> = {},
) => ({
  steps: 1 as const,
  ...rest,
  name,
  network,
});
/** Compared for 20 steps. */
export const training = (
  name: string,
  network: ConformanceCase['network'],
  rest: Partial<ConformanceCase> = {},
): ConformanceCase => row(name, network, { steps: 20, ...rest });

/** What the layer under test stands on, with weights of its own: an image 5×6×2, a sequence 5×4, or a row of 6. */
export const onImage: readonly LayerEntry[] = [
  { conv2d: { filters: 2, kernelSize: 2, padding: 'same', activation: 'tanh', name: 'base' } },
];
export const onSequence: readonly LayerEntry[] = [
  { reshape: { targetShape: [5, 12] } },
  { dense: { units: 4, activation: 'tanh', name: 'base' } },
];
export const onRow: readonly LayerEntry[] = [
  'flatten',
  { dense: { units: 6, activation: 'tanh', name: 'base' } },
];

const softmax: LayerEntry = { dense: { units: classes, activation: 'softmax' } };
export const fromImage: readonly LayerEntry[] = ['flatten', softmax];
export const fromRow: readonly LayerEntry[] = [softmax];

/** A layer on a base, and what comes after it until there are classes. */
export const around = (
  base: readonly LayerEntry[],
  type: string,
  settings: object,
  end: readonly LayerEntry[] = fromImage,
): readonly LayerEntry[] => [...base, { [type]: settings as JsonObject }, ...end];

/**
 * The network with weights that hide nothing: where layers start from zeros and ones, small random numbers instead, the
 * same each time.
 */
export async function artifactOf({ name, network }: ConformanceCase): Promise<ModelArtifact> {
  const request = { inputShape: imageShape, classes, seed: 7, locate: () => undefined };
  const model =
    typeof network === 'function'
      ? await onCpuBackend(() => withSeededMathRandom(7, network))
      : await buildNetwork({ layers: network }, request);
  const artifact = await modelToArtifact(model);
  model.dispose();
  artifact.weights.forEach((weight, place) => {
    const random = new RandomStream(1, name, place);
    const values = weight.values as Float32Array;
    if (/(bias|beta|moving_mean|alpha)$/.test(weight.name)) random.fillNormal(values, 0, 0.2);
    if (/(gamma|moving_variance)$/.test(weight.name))
      values.forEach((_, i) => (values[i] = random.uniform(0.6, 1.4)));
  });
  return artifact;
}

/** 21 images of noise, with labels and, for cases that want them, weights from 0 to 3: batches of 8, 8 and 5. */
export const images: LabelledImages = (() => {
  const random = new RandomStream(2, 'conformance');
  const count = 21;
  return {
    count,
    shape: imageShape,
    pixels: Uint8Array.from({ length: count * 60 }, () => random.integer(256)),
    labels: Int32Array.from({ length: count }, () => random.integer(classes)),
  };
})();

const imageWeights: Float32Array = (() => {
  const random = new RandomStream(2, 'conformance weights');
  return Float32Array.from({ length: images.count }, (_, i) => (i % 4 === 1 ? 0 : random.uniform(0, 3)));
})();

/** The batch of a step: 8, 8, 5, and from the first again. */
export function batchOf(
  step: number,
  { sampleWeights = false }: Partial<ConformanceCase> = {},
): TrainingImages {
  const from = (step % 3) * 8;
  const to = Math.min(images.count, from + 8);
  const pixels = images.pixels.subarray(from * 60, to * 60);
  const batch = { count: to - from, shape: imageShape, pixels, labels: images.labels.subarray(from, to) };
  return sampleWeights ? { ...batch, weights: imageWeights.subarray(from, to) } : batch;
}

export const setupOf = ({ changes }: ConformanceCase): TrainingSetup => ({
  loss: 'categoricalCrossentropy',
  labelSmoothing: 0,
  optimizer: { kind: 'adam', learningRate: 0.01 },
  clipping: {},
  scaling: { scale: 1 / 128, offset: -1 },
  imageShape,
  classes,
  seed: 7,
  ...changes,
});
