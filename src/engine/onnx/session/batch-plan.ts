/**
 * In how large parts a batch goes through the graph. What a part computes on the way should stay in the processor's
 * caches; parts are added up exactly as the whole would be, but for rounding. Networks in which images of a batch meet
 * (batch normalisation, layers of the user's own) go through whole. The choice depends on the network alone, never on the
 * machine, for it changes the last bits of the sums.
 */
import type { tfLayers } from '../../../models/tfjs.js';
import { liveLayers } from '../../layer-stand-ins/live-layer.js';
import type { DrawSpec } from '../../layer-stand-ins/draws.js';
import { type Graph, sizeOf } from '../graph/graph.js';

/** Bytes of values that a part may make on its way. */
const budget = 24 << 20;
const sizes = [128, 64, 32, 16] as const;

/** Classes of layers that treat each image by itself: those of tf.layers but batch normalisation. */
const apart: ReadonlySet<string> = new Set([
  'Activation', 'Add', 'AlphaDropout', 'Average', 'AveragePooling1D', 'AveragePooling2D', 'Bidirectional',
  'Concatenate', 'Conv1D', 'Conv2D', 'Conv2DTranspose', 'Cropping2D', 'Dense', 'DepthwiseConv2D', 'Dot', 'Dropout',
  'ELU', 'Embedding', 'Flatten', 'Functional', 'GRU', 'GRUCell', 'GaussianDropout', 'GaussianNoise',
  'GlobalAveragePooling1D', 'GlobalAveragePooling2D', 'GlobalMaxPooling1D', 'GlobalMaxPooling2D', 'InputLayer', 'LSTM',
  'LSTMCell', 'LayerNormalization', 'LeakyReLU', 'Masking', 'MaxPooling1D', 'MaxPooling2D', 'Maximum', 'Minimum',
  'Model', 'Multiply', 'PReLU', 'Permute', 'RNN', 'ReLU', 'RepeatVector', 'Rescaling', 'Reshape', 'SeparableConv2D',
  'Sequential', 'SimpleRNN', 'SimpleRNNCell', 'Softmax', 'SpatialDropout1D', 'SpatialDropout2D', 'StackedRNNCells',
  'ThresholdedReLU', 'TimeDistributed', 'UpSampling2D', 'ZeroPadding2D',
]); // prettier-ignore

export interface Footprint {
  /** Bytes of values that one more image makes. */
  readonly perImage: number;
  readonly weights: number;
}

export function footprintOf(ofOne: Graph, ofTwo: Graph, weights: number): Footprint {
  const bytes = ({ nodes }: Graph): number =>
    4 *
    nodes.reduce((sum, { outputs }) => sum + outputs.reduce((part, { shape }) => part + sizeOf(shape), 0), 0);
  return { perImage: bytes(ofTwo) - bytes(ofOne), weights: 4 * weights };
}

/** Images in a part, or undefined for batches that go through whole. */
export function partSize(
  model: tfLayers.LayersModel,
  draws: readonly DrawSpec[],
  { perImage, weights }: Footprint,
): number | undefined {
  const imagesMeet = [...liveLayers(model)].some((layer) => !apart.has(layer.getClassName()));
  // Draws of two images: one that has no side for them is shared by the batch.
  if (imagesMeet || draws.some(({ shape }) => shape[0] !== 2)) return undefined;
  const size = sizes.find((images) => images * perImage <= budget) ?? sizes.at(-1)!;
  // Each part adds up all gradients once more.
  return weights * 4 > size * perImage ? undefined : size;
}
