/** The sentences for an engine that can't be used, here or for this network. */
import type { Problem } from '../core/problem.js';
import { ProblemError } from '../core/problem.js';
import type { EngineName } from './engine.js';

export function engineUnavailable(name: EngineName, reason: string, fix: string): Problem {
  return { code: 'engine-unavailable', message: `the engine "${name}" can't be used here: ${reason}`, fix };
}

export function missingEngine(name: EngineName, reason: string, fix: string): ProblemError {
  return new ProblemError(engineUnavailable(name, reason, fix));
}

/**
 * What an engine throws for a layer that it can't train, so that `engine: auto` goes on with the next one. Knows the
 * layer's name, from which the line of the user's file can be found.
 */
export class LayerNotLowered extends ProblemError {
  readonly layer: string | undefined;

  /**
   * @param layer the layer's name in the network, where it is known.
   * @param kernel the operation of tfjs that the engine has no form of.
   * @param why what about it, where the kernel by itself is known: `with the strides 2 and the dilation 2`.
   */
  constructor(layer: string | undefined, kernel: string, why?: string) {
    const what = layer === undefined ? 'this network' : `the layer "${layer}"`;
    super({
      code: 'layer-not-lowered',
      message: `the engine "onnx" can't compute ${what}: it has no form of the kernel ${kernel}${why === undefined ? '' : ` ${why}`}`,
      fix: 'let engine: auto go on with another engine, or name one that can: engine: reference',
    });
    this.name = 'LayerNotLowered';
    this.layer = layer;
  }
}
