/**
 * How many parameters the network of an experiment has, for constraints that name them: builds it, in this process, as
 * the stage `build` would. Networks that were asked about are remembered by their settings.
 */
import type { CheckedExperiment } from '../config/checked-experiment.js';
import { canonicalJson } from '../core/json.js';
import { failed, ok, ProblemError, type Result } from '../core/problem.js';
import type { BuildSettings } from '../stages/build.schema.js';

export interface NetworkCounts {
  readonly parameters: number;
  readonly trainableParameters: number;
}

/** Counts by network: much smaller than what else a trial costs, so none is ever dropped. */
export class NetworkCounter {
  readonly #known = new Map<string, Result<NetworkCounts>>();

  /** Problems: why the network can't be built. Nothing for an experiment that builds none. */
  async count(experiment: CheckedExperiment): Promise<Result<NetworkCounts> | undefined> {
    const stage = experiment.stages.find(({ descriptor }) => descriptor.kind === 'build');
    if (stage === undefined) return undefined;
    const key = canonicalJson(stage.settings);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { network, classes, inputShape } = stage.settings as unknown as BuildSettings;
    // tfjs is loaded by the first constraint that needs it, and by no sweep without one.
    const { buildNetwork } = await import('../models/build-model.js');
    let counts: Result<NetworkCounts>;
    try {
      const locate = stage.locate.bind(stage);
      const shape = inputShape as [number, number, number];
      const model = await buildNetwork(network, { inputShape: shape, classes, seed: 0, locate });
      const sum = (weights: readonly { readonly shape: readonly (number | null)[] }[]): number =>
        weights.reduce(
          (total, weight) => total + (weight.shape as number[]).reduce((product, side) => product * side, 1),
          0,
        );
      counts = ok({ parameters: sum(model.weights), trainableParameters: sum(model.trainableWeights) });
      model.dispose();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      counts = failed(...error.problems);
    }
    this.#known.set(key, counts);
    return counts;
  }
}
