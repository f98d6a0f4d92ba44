/**
 * An engine and the plan that was made for it: what a stage yields depends on its engine, so another engine means another
 * plan. Types only; which engine follows on which is `engine/providers.ts`'s to say.
 */
import type { Problem } from '../core/problem.js';
import type { Engine, EngineIdentity } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';

export interface PlannedEngine {
  readonly identity: EngineIdentity;
  readonly plan: Plan;
  /** @throws {ProblemError} when it does not load after all. */
  open(): Promise<Engine>;
  /** What to go on with after that problem, if anything. */
  next(problem: Problem): Promise<PlannedEngine | undefined>;
}
