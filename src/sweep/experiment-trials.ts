/**
 * Trials as experiments: what a point sets over the base experiment, whether the constraints allow it, and which
 * configuration comes of it. The loop's `TrialTemplate`, made of what `config` reads.
 */
import type { CheckedExperiment } from '../config/checked-experiment.js';
import { configurationDigest } from '../config/configuration-digest.js';
import type { CheckedSweep, Constraint } from '../config/checked-sweep.js';
import { settingAt } from '../config/setting-at.js';
import { assignmentsToPoint, pointToAssignments } from '../config/sweep/points.js';
import type { Json, JsonObject } from '../core/json.js';
import { failed, ok, type Problem, type Result } from '../core/problem.js';
import { NetworkCounter, type NetworkCounts } from './network-counts.js';
import type { TrialTemplate } from './trial-template.js';

/** @param check the experiment with these set over it. */
export function experimentTrials(
  { space, constraints }: Pick<CheckedSweep, 'space' | 'constraints'>,
  check: (assignments: JsonObject) => Result<CheckedExperiment>,
): TrialTemplate {
  const counter = new NetworkCounter();
  const needsNetwork = constraints.some((constraint) => constraint.needsNetwork);
  return {
    assign: (point) => pointToAssignments(space, point),
    pointOf: (assignments) => assignmentsToPoint(space, assignments),
    async check(assignments) {
      const checked = check(assignments);
      if (!checked.ok) return checked;
      const experiment = checked.value;
      const counts = needsNetwork ? await counter.count(experiment) : undefined;
      if (counts?.ok === false) return counts;
      const violated = violation(constraints, experiment, counts?.value);
      return violated === undefined ? ok(configurationDigest(experiment)) : failed(violated);
    },
  };
}

function violation(
  constraints: readonly Constraint[],
  experiment: CheckedExperiment,
  counts: NetworkCounts | undefined,
): Problem | undefined {
  const value = (name: string): Json | undefined =>
    name === 'parameters' || name === 'trainableParameters' ? counts?.[name] : settingAt(experiment, name);
  // One that can't be judged, because a setting is not there in this trial, breaks nothing.
  const broken = constraints.find((constraint) => constraint.holds(value) === false);
  if (broken === undefined) return undefined;
  const because =
    broken.needsNetwork && counts !== undefined ? `, got a network of ${counts.parameters} parameters` : '';
  return {
    code: 'constraint-violated',
    message: `expected ${broken.text}${because}`,
    at: broken.at,
  };
}
