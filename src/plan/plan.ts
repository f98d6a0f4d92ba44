/**
 * From a checked experiment to a plan: for each stage, in order, the fingerprint record that its inputs will complete.
 * Looks at no cache and runs nothing. The runner accepts a plan and nothing less.
 */
import type { CheckedExperiment, CheckedStage } from '../config/checked-experiment.js';
import type { Json } from '../core/json.js';
import type { EngineIdentity } from '../engine/engine.js';
import type { ReportRenderer } from '../stages/stage.js';
import type { FingerprintRecord } from './fingerprint.js';

declare const planned: unique symbol;

export interface PlannedStage {
  readonly stage: CheckedStage;
  /** The record under these inputs (needed stage → digest of its output). */
  record(inputs: Readonly<Record<string, string>>): FingerprintRecord;
}

export interface Plan {
  readonly [planned]: true;
  readonly experiment: CheckedExperiment;
  readonly engine: EngineIdentity;
  readonly stages: readonly PlannedStage[];
}

function engineFacts(engine: EngineIdentity) {
  return { name: engine.name, versions: engine.versions, numerics: engine.numerics };
}

function planStage(
  stage: CheckedStage,
  experiment: CheckedExperiment,
  engine: EngineIdentity,
  reportRenderer: ReportRenderer,
): PlannedStage {
  const { descriptor, settings } = stage;
  const identity: Json | undefined = descriptor.identity?.({
    settings,
    projectRoot: experiment.projectRoot,
    reportRenderer,
  });
  return {
    stage,
    record: (inputs) => ({
      record: 1,
      kind: descriptor.kind,
      version: descriptor.version,
      ...(identity === undefined ? {} : { identity }),
      settings,
      ...(descriptor.dependsOnSeed(settings) ? { seed: experiment.seed } : {}),
      ...(descriptor.dependsOnEngine ? { engine: engineFacts(engine) } : {}),
      inputs,
      ...(descriptor.dependsOnExperiment === true ? { experiment: experiment.config } : {}),
    }),
  };
}

/** Plans a checked experiment for an engine. Pure but for the digests of code and templates that some kinds add. */
export function makePlan(
  experiment: CheckedExperiment,
  engine: EngineIdentity,
  reportRenderer: ReportRenderer,
): Plan {
  const stages = experiment.stages.map((stage) => planStage(stage, experiment, engine, reportRenderer));
  return { experiment, engine, stages } as unknown as Plan;
}
