/**
 * Changes live layers where tf.layers 4.22 doesn't do what training needs: random numbers come from a stream of ours, in
 * recurrent layers too, normalisation works without factor or offset, dilated convolutions have gradients. One kind of
 * layer per file beside this one. What is saved stays as it is.
 */
import type { tfLayers } from '../../models/tfjs.js';
import type { DrawSource } from './draws.js';
import { standInForDilation } from './dilation-stand-ins.js';
import { liveLayers, type LiveLayer } from './live-layer.js';
import { standInForNoise } from './noise-stand-ins.js';
import { standInForNormalization } from './normalization-stand-ins.js';
import { standInForRecurrence } from './recurrent-stand-ins.js';

const standIns: readonly ((layer: LiveLayer, draws: DrawSource) => void)[] = [
  standInForNoise,
  standInForNormalization,
  standInForDilation,
  standInForRecurrence,
];

/** @param model live, and only to be trained with from now on; its layers ask `draws` in the order in which they run. */
export function putLayerStandIns(model: tfLayers.LayersModel, draws: DrawSource): void {
  for (const layer of liveLayers(model)) for (const standIn of standIns) standIn(layer, draws);
}
