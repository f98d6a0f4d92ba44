/**
 * What a run has come to so far: each stage's entry and outcome. Whatever is read from it is in the order of the plan,
 * however the stages ended. Decides nothing.
 */
import type { CacheEntry } from '../cache/artifact-cache.js';
import type { Metrics } from '../core/events.js';
import type { Plan, PlannedStage } from '../plan/plan.js';
import type { RunFacts } from '../stages/stage.js';
import type { StageOutcome } from './run-outcome.js';

export class RunLedger {
  readonly #outcomes = new Map<string, StageOutcome>();
  readonly #entries = new Map<string, CacheEntry>();
  /** Absolute path of the report, when there is one. */
  report: string | undefined;

  keep({ stage }: PlannedStage, entry: CacheEntry, status: 'ran' | 'cached', seconds: number): void {
    const { name, descriptor } = stage;
    const { fingerprint, artifact, summary } = entry;
    this.#entries.set(name, entry);
    const kind = descriptor.kind;
    this.#outcomes.set(name, { name, kind, status, fingerprint, artifact, seconds, summary });
  }

  /** Of a stage that is done. */
  entry(stage: string): CacheEntry {
    return this.#entries.get(stage)!;
  }

  /** Digests of what a stage needs, by the name of the stage that made it. */
  inputDigests({ stage }: PlannedStage): Record<string, string> {
    return Object.fromEntries(stage.needs.map((name) => [name, this.entry(name).artifact]));
  }

  outcomes(plan: Plan): readonly StageOutcome[] {
    return plan.stages.flatMap(({ stage }) => this.#outcomes.get(stage.name) ?? []);
  }

  /** Stages before this one in the plan, as far as they are done. */
  stageFacts(plan: Plan, before: PlannedStage): RunFacts['stages'] {
    const earlier = new Set(plan.stages.slice(0, plan.stages.indexOf(before)).map(({ stage }) => stage.name));
    return this.outcomes(plan)
      .filter(({ name }) => earlier.has(name))
      .map(({ name, kind, status, seconds, fingerprint }) => ({ name, kind, status, seconds, fingerprint }));
  }

  /** Of all stages together; of two that tell the same metric, the later in the plan. */
  finalMetrics(plan: Plan): Metrics {
    const metrics: Record<string, number> = {};
    for (const { summary } of this.outcomes(plan)) Object.assign(metrics, summary.metrics);
    return metrics;
  }
}
