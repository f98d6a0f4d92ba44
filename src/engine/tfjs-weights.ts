/** Weights and other tensors to arrays and back. Owns neither. */
import type { NamedArray } from '../models/model-artifact.js';
import { tf, type tfLayers } from '../models/tfjs.js';

/** A weight of a tf.layers model. Writing to it applies its constraint, if it has one. */
export type Weight = tfLayers.LayersModel['weights'][number];

/** A tensor that lives on, with the name under which it is stored. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** Copies tensors into arrays, in order. */
export function copyOut(tensors: readonly NamedTensor[]): Promise<readonly NamedArray[]> {
  return Promise.all(
    tensors.map(async ({ name, tensor }): Promise<NamedArray> => {
      const dtype = tensor.dtype;
      if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`${name} has dtype ${dtype}`);
      const values = (await tensor.data()).slice() as Float32Array | Int32Array;
      return { name, shape: tensor.shape.slice(), dtype, values };
    }),
  );
}

/** A new tensor that holds a copy of the array, for the caller to dispose. */
export function tensorOf({ values, shape, dtype }: NamedArray): tf.Tensor {
  return tf.tensor(values.slice(), [...shape], dtype);
}

/** The variable behind a weight, by which tfjs differentiates. */
export function variableOf(weight: Weight): tf.Variable {
  const variable = weight.read();
  if (!(variable instanceof tf.Variable)) throw new Error(`weight ${weight.originalName} is no variable`);
  return variable as tf.Variable;
}

/** Sets a weight to exactly what the array holds. */
export function writeWeight(weight: Weight, array: NamedArray): void {
  const tensor = tensorOf(array);
  variableOf(weight).assign(tensor);
  tensor.dispose();
}
