/**
 * A way round a fault of tf.layers 4.22: batch normalisation without a factor or an offset (`scale: false`,
 * `center: false`) throws in training, layer normalisation too, for they read the weight that is not there. The live
 * layer gets a constant in its place, 1 or 0, which is what its absence means. Nothing is saved, nothing is trained.
 */
import { tf } from '../../models/tfjs.js';
import { oneTensor, type LiveLayer } from './live-layer.js';

interface NormalizationLayer extends LiveLayer {
  readonly axis: number | readonly number[];
  scale: boolean;
  center: boolean;
  gamma?: Constant | null;
  beta?: Constant | null;
}

/** As much of a weight as the layers look at. */
interface Constant {
  read(): tf.Tensor;
}

/** Constants are made anew at each reading, in the shape that the input asks for: every reading is inside a tidy. */
export function standInForNormalization(layer: LiveLayer): void {
  const className = layer.getClassName();
  if (className !== 'BatchNormalization' && className !== 'LayerNormalization') return;
  const normalization = layer as NormalizationLayer;
  const call = normalization.call.bind(normalization);
  let shape: number[] = [];
  normalization.call = (inputs, options) => {
    const sides = oneTensor(inputs).shape;
    shape = [normalization.axis].flat().map((axis) => sides.at(axis)!);
    return call(inputs, options);
  };
  normalization.gamma ??= { read: () => tf.ones(shape) };
  normalization.beta ??= { read: () => tf.zeros(shape) };
  // Layer normalisation looks here first; batch normalisation gets along either way.
  normalization.scale = true;
  normalization.center = true;
}
