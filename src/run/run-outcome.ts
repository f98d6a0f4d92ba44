/** How a run ended, as data. */
import type { Metrics, RunStatus, StageSummary } from '../core/events.js';
import type { Problem } from '../core/problem.js';

export interface StageOutcome {
  readonly name: string;
  readonly kind: string;
  readonly status: 'ran' | 'cached';
  readonly fingerprint: string;
  readonly artifact: string;
  readonly seconds: number;
  readonly summary: StageSummary;
}

export interface RunOutcome {
  readonly id: string;
  /** The engine that computed, in the end. */
  readonly engine: string;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly seconds: number;
  readonly stages: readonly StageOutcome[];
  readonly metrics: Metrics;
  /** Why it failed; empty otherwise. */
  readonly problems: readonly Problem[];
  /** The first stage of the plan that failed. */
  readonly failed?: { readonly stage: string; readonly kind: string } | undefined;
  /** Absolute path of the report, when there is one. */
  readonly report?: string | undefined;
}

/** The reason with which a run's signal is aborted by Ctrl-C or SIGTERM. */
export class Interruption extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interruption';
  }
}
