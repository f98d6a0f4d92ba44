/**
 * A way round a fault of tf.layers 4.22: batch normalisation without a factor or an offset (`scale: false`,
 * `center: false`) throws in training, layer normalisation too, for they read the weight that is not there. The live
 * layer gets a constant in its place, 1 or 0, which is what its absence means. Nothing is saved, nothing is trained.
 */
import { tf, type tfLayers } from '../models/tfjs.js';

interface NormalizationLayer {
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

/** Changes the layers of a live model. Constants are made anew at each reading: every reading is inside a tidy. */
export function putNormalizationStandIns(model: tfLayers.LayersModel): void {
  for (const layer of model.layers) {
    const className = layer.getClassName();
    if (className !== 'BatchNormalization' && className !== 'LayerNormalization') continue;
    const normalization = layer as unknown as NormalizationLayer;
    const shape = parameterShape(normalization.axis, layer.outputShape as readonly (number | null)[]);
    normalization.gamma ??= { read: () => tf.ones(shape) };
    normalization.beta ??= { read: () => tf.zeros(shape) };
    // Layer normalisation looks here first; batch normalisation gets along either way.
    normalization.scale = true;
    normalization.center = true;
  }
}

function parameterShape(axis: NormalizationLayer['axis'], outputShape: readonly (number | null)[]): number[] {
  const axes = typeof axis === 'number' ? [axis] : axis;
  return axes.map((at) => outputShape.at(at) ?? 1);
}
