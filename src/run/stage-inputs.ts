/** Opens what a stage needs for reading, each file verified, and gives it the names (roles) that the stage knows. */
import type { ArtifactCache, CacheEntry } from '../cache/artifact-cache.js';
import type { CheckedStage } from '../config/checked-experiment.js';
import type { Problem } from '../core/problem.js';
import type { InputArtifact } from '../stages/stage.js';

export type OpenedInputs =
  | {
      readonly ok: true;
      readonly all: readonly InputArtifact[];
      readonly byRole: Readonly<Record<string, InputArtifact>>;
    }
  /** An input turned out rotten and was dropped: its stage must be done anew. */
  | { readonly ok: false; readonly stage: string; readonly problem: Problem };

export interface NeededStage {
  readonly stage: CheckedStage;
  readonly entry: CacheEntry;
}

export async function openInputs(
  cache: ArtifactCache,
  stage: CheckedStage,
  needed: ReadonlyMap<string, NeededStage>,
): Promise<OpenedInputs> {
  const all: InputArtifact[] = [];
  for (const name of stage.needs) {
    const { stage: maker, entry } = needed.get(name)!;
    const opened = await cache.open(entry);
    if (!opened.ok) return { ok: false, stage: name, problem: opened.problem };
    all.push({
      stage: name,
      type: maker.descriptor.produces,
      folder: opened.folder,
      digest: entry.artifact,
      summary: entry.summary,
    });
  }
  const byRole = Object.fromEntries(
    Object.entries(stage.roles).map(([role, name]) => [role, all.find((input) => input.stage === name)!]),
  );
  return { ok: true, all, byRole };
}
