/**
 * Dropout and noise as tf.layers computes them (tfjs-layers 4.22, `core.ts` and `noise.ts`), formula by formula, with
 * random numbers from a source of ours. A layer's own `seed`, which in tfjs means the same mask in every step, is not
 * looked at.
 */
import { tf } from '../../models/tfjs.js';
import type { DrawSource } from './draws.js';
import { oneTensor, type LiveLayer } from './live-layer.js';

interface NoiseLayer extends LiveLayer {
  readonly rate: number;
  readonly stddev: number;
  getNoiseShape(input: tf.Tensor): (number | null)[] | null | undefined;
  _getNoiseShape(input: tf.Tensor): number[];
}

/** What a layer does to its input in training. */
type Noise = (layer: NoiseLayer, input: tf.Tensor, draws: DrawSource) => tf.Tensor;

/** A rate of 0 drops nothing; tf.layers takes 1 for that, too. */
const ifDropping =
  (noise: Noise): Noise =>
  (layer, input, draws) =>
    layer.rate > 0 && layer.rate < 1 ? noise(layer, input, draws) : input;

const dropout = ifDropping((layer, input, draws) => {
  const noiseShape = layer.getNoiseShape(input) ?? input.shape;
  const shape = noiseShape.map((side, axis) => side ?? input.shape[axis]!);
  return tf.mul(input, draws.draw({ kind: 'keep', shape, probability: 1 - layer.rate }));
});

/** Keeps mean and variance of what selu puts out: dropped values become its lowest, then all are scaled back. */
const alphaDropout = ifDropping((layer, input, draws) => {
  const { rate } = layer;
  const alphaP = -1.6732632423543772 * 1.0507009873554805;
  const drawn = draws.draw({ kind: 'keep', shape: layer._getNoiseShape(input), probability: 1 - rate });
  const kept = tf.cast(tf.greater(drawn, 0), 'float32');
  const a = ((1 - rate) * (1 + rate * alphaP ** 2)) ** -0.5;
  const b = -a * alphaP * rate;
  const x = tf.add(tf.mul(input, kept), tf.mul(tf.add(kept, -1), alphaP));
  return tf.add(tf.mul(x, a), b);
});

const noises: Readonly<Record<string, Noise>> = {
  Dropout: dropout,
  SpatialDropout1D: dropout,
  AlphaDropout: alphaDropout,
  GaussianDropout: ifDropping(({ rate }, input, draws) => {
    const standardDeviation = Math.sqrt(rate / (1 - rate));
    return tf.mul(input, draws.draw({ kind: 'normal', shape: input.shape, mean: 1, standardDeviation }));
  }),
  GaussianNoise: ({ stddev }, input, draws) =>
    tf.add(draws.draw({ kind: 'normal', shape: input.shape, mean: 0, standardDeviation: stddev }), input),
};

export function standInForNoise(layer: LiveLayer, draws: DrawSource): void {
  const noise = noises[layer.getClassName()];
  if (noise === undefined) return;
  layer.call = (inputs, options) =>
    tf.tidy(() => {
      layer.invokeCallHook(inputs, options);
      const input = oneTensor(inputs);
      return options.training === true ? noise(layer as NoiseLayer, input, draws) : input;
    });
}
