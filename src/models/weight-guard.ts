/**
 * Watches a tfjs layer make its weights: each is drawn from a stream of random numbers of its own, and none is made that
 * would not fit. tf.layers has no such hook, so the layer's own `addWeight` is wrapped, on that one object.
 */
import { RandomStream } from '../core/random.js';
import { withSeededMathRandom } from './seeded-math-random.js';
import type { tfLayers } from './tfjs.js';

/** Weights of one network, all layers together: 200 MB as float32, and thrice that while training. */
export const mostParameters = 50_000_000;

/** Thrown before a weight is made that would carry the network over the limit. */
export class TooManyParameters extends Error {
  readonly layerParameters: number;
  constructor(layerParameters: number) {
    super(`more than ${mostParameters} parameters`);
    this.name = 'TooManyParameters';
    this.layerParameters = layerParameters;
  }
}

/** Counts the parameters of a network while its layers are built. */
export interface ParameterCount {
  total: number;
}

interface Watched {
  addWeight(name: string, shape: number[], ...rest: unknown[]): unknown;
}

/** The layers that recurrent layers and wrappers hold inside. */
const innerLayers = ['cell', 'layer', 'forwardLayer', 'backwardLayer'] as const;

/**
 * Makes `layer` draw each weight from the stream (seed, layer name, weight name), whatever the initializer: those of
 * tfjs draw from Math.random, or a generator seeded by it, when they are given no seed. Initial weights so depend
 * neither on other layers nor on one another, and the two halves of a bidirectional layer differ.
 */
export function guardWeights(
  layer: tfLayers.layers.Layer,
  seed: number,
  names: readonly string[],
  count: ParameterCount,
): void {
  const watched = layer as unknown as Watched &
    Partial<Record<(typeof innerLayers)[number], tfLayers.layers.Layer>>;
  const addWeight = watched.addWeight.bind(layer);
  watched.addWeight = (name, shape, ...rest) => {
    const parameters = shape.reduce((product, side) => product * side, 1);
    if (count.total + parameters > mostParameters) throw new TooManyParameters(parameters);
    count.total += parameters;
    const weightSeed = new RandomStream(seed, 'initial weights', ...names, name).uint32();
    return withSeededMathRandom(weightSeed, () => addWeight(name, shape, ...rest));
  };
  for (const part of innerLayers) {
    const inner = watched[part];
    if (inner !== undefined) guardWeights(inner, seed, [...names, part], count);
  }
}
