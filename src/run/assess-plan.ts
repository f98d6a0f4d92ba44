/** Says beforehand what a run would do, stage by stage, and why. Runs nothing. */
import type { ArtifactCache, CacheEntry } from '../cache/artifact-cache.js';
import type { Problem } from '../core/problem.js';
import { explainDifference, reasonsToRun } from '../plan/explain-difference.js';
import { fingerprintOf } from '../plan/fingerprint.js';
import type { Plan } from '../plan/plan.js';
import { describeCheckpoint } from '../stages/train/training-checkpoint.js';
import { stageKey } from './stage-maker.js';

export type StageForecast = { readonly name: string; readonly kind: string } & (
  | { readonly state: 'cached'; readonly fingerprint: string; readonly entry: CacheEntry }
  | {
      readonly state: 'runs';
      readonly fingerprint: string;
      readonly why: readonly string[];
      /** Where it goes on from, when it was interrupted. */
      readonly checkpoint: CheckpointForecast | undefined;
    }
  /** What it needs must run first; if that yields the same output as before, this stage stays cached. */
  | { readonly state: 'waits'; readonly on: readonly string[]; readonly why: readonly string[] }
);

export interface CheckpointForecast {
  readonly step: number;
  /** How far training has come: `in epoch 3`; nothing for a stage of one's own. */
  readonly epoch: string | undefined;
}

export interface Forecast {
  readonly stages: readonly StageForecast[];
  /** Rotten entries found on the way; they were dropped. */
  readonly problems: readonly Problem[];
}

export async function assessPlan(plan: Plan, cache: ArtifactCache): Promise<Forecast> {
  const outputs = new Map<string, string>();
  const stages: StageForecast[] = [];
  const problems: Problem[] = [];
  for (const planned of plan.stages) {
    const { name, descriptor, needs } = planned.stage;
    const kind = descriptor.kind;
    const last = cache.lastUsed(stageKey(plan, name));
    const missing = needs.filter((need) => !outputs.has(need));
    if (missing.length > 0) {
      // Its own settings may have changed too; for the comparison the unknown inputs count as they were.
      const known = Object.fromEntries(
        needs.map((need) => [need, outputs.get(need) ?? last?.record.inputs[need] ?? '']),
      );
      const why = explainDifference(last?.record, planned.record(known), name);
      stages.push({ name, kind, state: 'waits', on: missing, why });
      continue;
    }
    const record = planned.record(Object.fromEntries(needs.map((need) => [need, outputs.get(need)!])));
    const fingerprint = fingerprintOf(record);
    const found = await cache.find(fingerprint);
    if (found.state === 'present') {
      outputs.set(name, found.entry.artifact);
      stages.push({ name, kind, state: 'cached', fingerprint, entry: found.entry });
      continue;
    }
    if (found.state === 'rotten') problems.push(found.problem);
    const why = reasonsToRun(last?.record, record, name);
    const checkpoint = await findCheckpoint(cache, fingerprint, kind);
    stages.push({ name, kind, state: 'runs', fingerprint, why, checkpoint });
  }
  return { stages, problems };
}

async function findCheckpoint(
  cache: ArtifactCache,
  fingerprint: string,
  kind: string,
): Promise<CheckpointForecast | undefined> {
  const found = await cache.checkpoints(fingerprint).latest();
  if (found === undefined) return undefined;
  return { step: found.step, epoch: kind === 'train' ? await describeCheckpoint(found.folder) : undefined };
}

/** `in epoch 3, step 412`. */
export function showCheckpoint({ step, epoch }: CheckpointForecast): string {
  return epoch === undefined ? `step ${step}` : `${epoch}, step ${step}`;
}
