/**
 * The engine that a run computes on: opened when a stage first asks for it, replaced by the next one when it can't go
 * on, closed at the end. Which engine follows on which is `engine/providers.ts`'s to say.
 */
import { ProblemError, type Problem } from '../core/problem.js';
import type { Engine } from '../engine/engine.js';
import { nameOf } from '../engine/providers.js';
import type { Plan } from '../plan/plan.js';
import type { PlannedEngine } from './planned-engine.js';

export class EngineInUse {
  #planned: PlannedEngine;
  #engine: Promise<Engine> | undefined;

  constructor(planned: PlannedEngine) {
    this.#planned = planned;
  }

  get plan(): Plan {
    return this.#planned.plan;
  }

  get identity() {
    return this.#planned.identity;
  }

  open(): Promise<Engine> {
    return (this.#engine ??= this.#planned.open());
  }

  /** Goes on with the next engine where the error is one that another engine would not have; why, for people. */
  async change(error: unknown): Promise<Problem | undefined> {
    if (!(error instanceof ProblemError)) return undefined;
    const [problem] = error.problems as readonly [Problem];
    const next = await this.#planned.next(problem);
    if (next === undefined) return undefined;
    await this.close();
    this.#planned = next;
    const message = `${problem.message}; going on with ${nameOf(next.identity)}`;
    return { ...problem, message, fix: undefined };
  }

  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    try {
      await (await engine)?.close();
    } catch {
      // Why it could not be opened was told by the stage that asked for it.
    }
  }
}
