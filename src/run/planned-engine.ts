/**
 * An engine and the plan that was made for it: what a stage yields depends on its engine, so another engine means another
 * plan. Which engine follows on which is `engine/providers.ts`'s to say.
 */
import type { CheckedExperiment } from '../config/checked-experiment.js';
import type { Problem } from '../core/problem.js';
import type { Engine, EngineIdentity } from '../engine/engine.js';
import type { SelectedEngine } from '../engine/providers.js';
import { makePlan, type Plan } from '../plan/plan.js';
import type { ReportRenderer } from '../stages/stage.js';

export interface PlannedEngine {
  readonly identity: EngineIdentity;
  readonly plan: Plan;
  /** @throws {ProblemError} when it does not load after all. */
  open(): Promise<Engine>;
  /** What to go on with after that problem, if anything. */
  next(problem: Problem): Promise<PlannedEngine | undefined>;
}

/** Plans the experiment for an engine, and for those that may follow on it when they do. */
export function planForEngine(
  experiment: CheckedExperiment,
  selected: SelectedEngine,
  reportRenderer: ReportRenderer,
): PlannedEngine {
  return {
    identity: selected.identity,
    plan: makePlan(experiment, selected.identity, reportRenderer),
    open: () => selected.open(),
    async next(problem) {
      const next = await selected.next(problem);
      return next === undefined ? undefined : planForEngine(experiment, next, reportRenderer);
    },
  };
}
