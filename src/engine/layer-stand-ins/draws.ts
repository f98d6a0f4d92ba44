/**
 * What layers draw at random while a network trains: which numbers, and from which stream. Every engine draws the same,
 * whether it computes with tensors or feeds them to a graph. Owns neither tensors nor the order in which layers ask.
 */
import { RandomStream } from '../../core/random.js';
import type { tf } from '../../models/tfjs.js';

/** Float32 elements that are 1 / probability with that probability, and else 0: what is kept is made larger by it. */
export interface KeepDraw {
  readonly kind: 'keep';
  readonly shape: readonly number[];
  readonly probability: number;
}

export interface NormalDraw {
  readonly kind: 'normal';
  readonly shape: readonly number[];
  readonly mean: number;
  readonly standardDeviation: number;
}

export type DrawSpec = KeepDraw | NormalDraw;

/** Where the layers of a live model get their random tensors from. */
export interface DrawSource {
  /** A tensor of the shape, for the caller to tidy. */
  draw(spec: DrawSpec): tf.Tensor;
}

/** @param ordinal how many draws came before this one in the step, in the order in which the layers ask. */
export function drawStream(seed: number, step: number, ordinal: number): RandomStream {
  return new RandomStream(seed, 'draw', step, ordinal);
}

/** Writes 1 for what is kept and 0 for the rest, one byte for each element of the shape. */
export function fillKeepMask({ probability }: KeepDraw, stream: RandomStream, into: Uint8Array): void {
  stream.fillChosen(into, probability);
}

export function fillNormal(
  { mean, standardDeviation }: NormalDraw,
  stream: RandomStream,
  into: Float32Array,
): void {
  stream.fillNormal(into, mean, standardDeviation);
}
