/**
 * Finds the line of the user's file that says what an engine could not compute: a layer, or the setting of a network that
 * does not fit the data. Knows no engine.
 */
import { ProblemError, type Problem } from '../core/problem.js';
import { LayerNotLowered, NetworkMismatch } from '../engine/engine-problems.js';
import { planNetwork } from '../models/network-plan.js';
import type { Network } from '../models/network.js';
import type { CheckedStage } from '../config/checked-experiment.js';
import type { Plan } from '../plan/plan.js';

/** The same error, with its place where one of the stages that this one rests on built the network from files. */
export function withNetworkPlace(error: unknown, plan: Plan, stage: CheckedStage): unknown {
  if (error instanceof NetworkMismatch) return withSettingPlace(error, plan, stage);
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

function withSettingPlace(error: NetworkMismatch, plan: Plan, stage: CheckedStage): unknown {
  const [problem] = error.problems as readonly [Problem];
  const { setting, wanted } = error;
  const builder = restsOn(stage, plan).find(({ descriptor }) => descriptor.kind === 'build');
  if (setting === undefined || builder === undefined) return error;
  const origin = builder.originOf([setting]);
  return new ProblemError({
    ...problem,
    at: builder.locate([setting]),
    ...(origin === undefined ? {} : { related: [{ message: 'its value comes from here', at: origin }] }),
    fix: `${origin === undefined ? `set "${builder.name}.${setting}"` : 'set that'} to ${wanted}, which is what the data has`,
  });
}

/** The stages that a stage needs, directly or through others. */
function restsOn({ needs }: CheckedStage, plan: Plan): readonly CheckedStage[] {
  const direct = plan.stages.map(({ stage }) => stage).filter(({ name }) => needs.includes(name));
  return [...direct, ...direct.flatMap((stage) => restsOn(stage, plan))];
}
