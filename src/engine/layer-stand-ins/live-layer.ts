/** The layers of a live tf.layers model, inner ones too, as what they are when they run: objects that can be changed. */
import type { tf, tfLayers } from '../../models/tfjs.js';

/** A layer's inside, where tf.layers leaves a way in and its types don't. */
export interface LiveLayer {
  call(inputs: tf.Tensor | tf.Tensor[], options: { readonly training?: boolean }): tf.Tensor | tf.Tensor[];
  invokeCallHook(inputs: tf.Tensor | tf.Tensor[], options: object): void;
  getClassName(): string;
}

/** What models, wrappers and recurrent layers hold inside. */
interface Holder {
  readonly layers?: readonly Holder[];
  readonly layer?: Holder;
  readonly forwardLayer?: Holder;
  readonly backwardLayer?: Holder;
  readonly cell?: Holder;
  readonly cells?: readonly Holder[];
}

/** Each layer and cell once, however often it is used, an outer one before what it holds. */
export function liveLayers(model: tfLayers.LayersModel): ReadonlySet<LiveLayer> {
  const found = new Set<Holder>();
  const visit = (holder: Holder | undefined): void => {
    if (holder === undefined || found.has(holder)) return;
    found.add(holder);
    holder.layers?.forEach(visit);
    visit(holder.layer);
    visit(holder.forwardLayer);
    visit(holder.backwardLayer);
    visit(holder.cell);
    holder.cells?.forEach(visit);
  };
  visit(model as unknown as Holder);
  return found as ReadonlySet<object> as ReadonlySet<LiveLayer>;
}

/** tf.layers hands a layer its input alone or as an array of one. */
export function oneTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}
