/** The sentences for an engine that can't be used, here or for this network. */
import type { Problem } from '../core/problem.js';
import { ProblemError } from '../core/problem.js';
import type { EngineName, OnnxProviderName } from './engine.js';

/** Why something can't be used, and how to get it. */
export interface Obstacle {
  readonly reason: string;
  readonly fix: string;
}

export function engineUnavailable(name: EngineName, { reason, fix }: Obstacle): Problem {
  return { code: 'engine-unavailable', message: `the engine "${name}" can't be used here: ${reason}`, fix };
}

/** Of the engine `onnx`, which computes on one of several. */
export function providerUnavailable(provider: OnnxProviderName, { reason, fix }: Obstacle): Problem {
  const message = `the engine "onnx" can't compute on "${provider}" here: ${reason}`;
  return { code: 'provider-unavailable', message, fix };
}

export function missingEngine(name: EngineName, reason: string, fix: string): ProblemError {
  return new ProblemError(engineUnavailable(name, { reason, fix }));
}

/**
 * What an engine throws for a layer that it has no form of, so that `engine: auto` goes on with the next one. Knows the
 * layer's name, from which the line of the user's file can be found.
 */
export class LayerNotLowered extends ProblemError {
  /** Names of the layers inside which it came up, the innermost first; none where only gradients were left. */
  readonly layers: readonly string[];

  constructor(layers: readonly { readonly name: string; readonly type: string }[], kernel: string) {
    const [innermost] = layers;
    const what = innermost === undefined ? 'the gradient' : `layer "${innermost.name}" (${innermost.type})`;
    super({
      code: 'layer-not-lowered',
      message: `expected ${what} to be made of kernels that the engine onnx has, got ${kernel}`,
      fix: 'use the engine "reference" or "tensorflow", or another layer',
    });
    this.name = 'LayerNotLowered';
    this.layers = layers.map(({ name }) => name);
  }
}

/** A network for other images or other classes than there are. Knows the setting of its building that is to blame. */
export class NetworkMismatch extends ProblemError {
  /** Nothing where no setting would mend it. */
  readonly setting: 'inputShape' | 'classes' | undefined;
  /** What the setting should be, as YAML. */
  readonly wanted: string;

  constructor(message: string, fix: string, setting?: 'inputShape' | 'classes', wanted = '') {
    super({ code: 'network-mismatch', message, fix });
    this.name = 'NetworkMismatch';
    this.setting = setting;
    this.wanted = wanted;
  }
}
