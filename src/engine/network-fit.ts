/** Whether a network takes the images that there are and tells their classes apart. Shapes only; knows no tfjs. */
import type { ImageShape } from '../data/image-batch.js';
import { NetworkMismatch } from './engine-problems.js';

/** A tensor's shape with the batch first; `null` is any size. */
type SymbolicShape = readonly (number | null)[];

/** Inputs and outputs of a network; a live tfjs model is one. */
interface NetworkShapes {
  readonly inputs: readonly { readonly shape: SymbolicShape }[];
  readonly outputs: readonly { readonly shape: SymbolicShape }[];
}

/** @throws {ProblemError} `network-mismatch` for a network of other than one input that takes such images. */
export function checkInputFits({ inputs }: NetworkShapes, imageShape: ImageShape): void {
  const [input] = inputs;
  if (inputs.length !== 1 || input === undefined) {
    throw new NetworkMismatch(
      `expected the network to have one input, got ${inputs.length}`,
      'give it a single input',
    );
  }
  const taken = input.shape.slice(1);
  const fits = taken.length === 3 && taken.every((size, i) => size === null || size === imageShape[i]);
  if (!fits) {
    const wanted = `[${imageShape.join(', ')}]`;
    throw new NetworkMismatch(
      `expected the network to take images of ${imageShape.join('×')}, got one that takes ${show(taken)}`,
      `set the network's inputShape to ${wanted}`,
      'inputShape',
      wanted,
    );
  }
}

/** @throws {ProblemError} `network-mismatch` for a network of other than one output with one number a class. */
export function checkOutputFits({ outputs }: NetworkShapes, classes: number): void {
  const [output] = outputs;
  if (outputs.length !== 1 || output === undefined) {
    throw new NetworkMismatch(
      `expected the network to have one output, got ${outputs.length}`,
      'give it a single output',
    );
  }
  const given = output.shape.slice(1);
  if (given.length !== 1 || given[0] !== classes) {
    throw new NetworkMismatch(
      `expected the network to give ${classes} numbers an image, one for each class, got one that gives ${show(given)}`,
      `end it with a dense layer of ${classes} units`,
      'classes',
      String(classes),
    );
  }
}

const show = (shape: SymbolicShape): string =>
  shape.length === 0 ? 'nothing' : shape.map((size) => size ?? '?').join('×');
