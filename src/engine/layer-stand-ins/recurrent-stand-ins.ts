/**
 * Dropout inside recurrent layers, with random numbers from a source of ours. tfjs has a way in for that, a cell's
 * `dropoutFunc`. Masks are drawn once for all steps of a sequence and kept; tfjs drops them when the layer runs again, a
 * bare `rnn` never. Here they go as soon as the layer has run: the gradient holds on to what it needs.
 */
import { tf } from '../../models/tfjs.js';
import type { DrawSource } from './draws.js';
import type { LiveLayer } from './live-layer.js';

interface RecurrentCell extends LiveLayer {
  /** @param ones what tfjs multiplies by the mask, in the mask's shape. */
  dropoutFunc?: (ones: tf.Tensor, rate: number) => tf.Tensor;
  dropoutMask?: tf.Tensor | tf.Tensor[] | null;
  recurrentDropoutMask?: tf.Tensor | tf.Tensor[] | null;
  readonly cells?: readonly RecurrentCell[];
}

interface RecurrentLayer extends LiveLayer {
  readonly cell: RecurrentCell;
}

export function standInForRecurrence(layer: LiveLayer, draws: DrawSource): void {
  if (!('cell' in layer)) return;
  const { cell } = layer as RecurrentLayer;
  const cells = cell.cells ?? [cell];
  for (const one of cells) {
    one.dropoutFunc = (ones, rate) => draws.draw({ kind: 'keep', shape: ones.shape, probability: 1 - rate });
  }
  const call = layer.call.bind(layer);
  layer.call = (inputs, options) => {
    cells.forEach(forgetMasks);
    const outputs = call(inputs, options);
    cells.forEach(forgetMasks);
    return outputs;
  };
}

function forgetMasks(cell: RecurrentCell): void {
  for (const name of ['dropoutMask', 'recurrentDropoutMask'] as const) {
    const mask = cell[name];
    if (mask === undefined || mask === null) continue;
    tf.dispose(mask);
    cell[name] = null;
  }
}
