/** Finds the line of the user's file on which a layer stands that an engine could not compute. Knows no engine. */
import { ProblemError, type Problem } from '../core/problem.js';
import { LayerNotLowered } from '../engine/engine-problems.js';
import { planNetwork } from '../models/network-plan.js';
import type { Network } from '../models/network.js';
import type { CheckedStage } from '../config/checked-experiment.js';
import type { Plan } from '../plan/plan.js';

/** The same error, with the layer's place where one of the stages that this one rests on built it from a file. */
export function withLayerPlace(error: unknown, plan: Plan, stage: CheckedStage): unknown {
  if (!(error instanceof LayerNotLowered)) return error;
  const [problem] = error.problems as readonly [Problem];
  for (const builder of restsOn(stage, plan)) {
    if (builder.descriptor.kind !== 'build') continue;
    const network = builder.settings['network'] as unknown as Network;
    const layers = planNetwork(network, (path) => builder.locate(path));
    const layer = layers.find(({ name }) => error.layers.includes(name));
    if (layer !== undefined) return new ProblemError({ ...problem, at: builder.locate(layer.path) });
  }
  return error;
}

/** The stages that a stage needs, directly or through others. */
function restsOn({ needs }: CheckedStage, plan: Plan): readonly CheckedStage[] {
  const direct = plan.stages.map(({ stage }) => stage).filter(({ name }) => needs.includes(name));
  return [...direct, ...direct.flatMap((stage) => restsOn(stage, plan))];
}
