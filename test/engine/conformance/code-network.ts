/** How rows make networks by code: layers put on symbolic tensors, between the image and the classes. */
import { tfLayers } from '../../../src/models/tfjs.js';
import { classes, imageShape } from './conformance-case.js';

const { layers } = tfLayers;
export type Tensor = tfLayers.SymbolicTensor;
export type Layer = tfLayers.layers.Layer;

export const on = (layer: Layer, ...inputs: Tensor[]): Tensor =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Tensor;

export const conv = (filters: number, rest: object = {}): Layer =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', ...rest });
export const dense = (units: number, rest: object = {}): Layer =>
  layers.dense({ units, activation: 'tanh', ...rest });

/** From the image to whatever comes before the classes. */
export const graph = (body: (image: Tensor) => Tensor) => (): tfLayers.LayersModel => {
  const image = tfLayers.input({ shape: [...imageShape], name: 'image' });
  let end = body(image);
  if (end.shape.length > 2) end = on(layers.flatten(), end);
  const outputs = on(layers.dense({ units: classes, activation: 'softmax' }), end);
  return tfLayers.model({ inputs: image, outputs, name: 'network' });
};
export const chain = (...made: (() => Layer)[]) =>
  graph((image) => made.reduce((x, make) => on(make(), x), image));
