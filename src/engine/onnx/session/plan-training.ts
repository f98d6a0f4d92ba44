/** Finds out, by tracing, what training needs to know of a network before its first step. Runs and compiles nothing. */
import type { TrainingSetup } from '../../engine.js';
import { sizeOf } from '../graph/graph.js';
import { removeDeadNodes } from '../passes/remove-dead-nodes.js';
import { shareCommonSubexpressions } from '../passes/share-common-subexpressions.js';
import { isConstrained } from '../trace/optimizer-step.js';
import { traceReached, type TracedNetwork, traceStep } from '../trace/trace-network.js';
import { groupWeights } from '../trace/weight-groups.js';
import { footprintOf, partSize } from './batch-plan.js';
import type { OpenedNetwork } from './open-network.js';

export interface TrainingPlan {
  readonly network: TracedNetwork;
  /** Images that go through the graph at once; undefined: the whole batch. */
  readonly part: number | undefined;
}

/** @throws {ProblemError} `layer-not-lowered`, `network-not-trainable`. */
export function planTraining(opened: OpenedNetwork, setup: TrainingSetup): TrainingPlan {
  const { model, draws } = opened;
  const bare: TracedNetwork = {
    model,
    draws,
    imageShape: setup.imageShape,
    scaling: setup.scaling,
    groups: [],
  };
  const reached = opened.trace(() => traceReached(bare, setup));
  const trainable = [...reached].map((place) => {
    const weight = model.weights[place]!;
    return { place, shape: weight.shape as number[], constrained: isConstrained(weight) };
  });
  const network = { ...bare, groups: groupWeights(trainable) };
  const [ofOne, ofTwo] = [1, 2].map((images) =>
    opened.trace(() => traceStep(network, setup, images, 'gradients')),
  );
  const clean = ({ graph }: NonNullable<typeof ofOne>) => removeDeadNodes(shareCommonSubexpressions(graph));
  const elements = trainable.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const footprint = footprintOf(clean(ofOne!), clean(ofTwo!), elements);
  return { network, part: partSize(model, ofTwo!.draws, footprint) };
}
