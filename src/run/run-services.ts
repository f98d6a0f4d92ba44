/** What a run is handed by those above it: the cache, the renderer, who listens, who may stop it. Types only. */
import type { ArtifactCache } from '../cache/artifact-cache.js';
import type { EpochRecord, EventListener } from '../core/events.js';
import type { EpochVerdict, ReportRenderer } from '../stages/stage.js';

export interface RunServices {
  readonly cache: ArtifactCache;
  readonly reportRenderer: ReportRenderer;
  readonly signal: AbortSignal;
  readonly listen: EventListener;
  /** Puts a finished report where users look for it and returns that path. */
  publishReport(artifactFolder: string): string;
  /** The command line that makes this run again. */
  readonly command: string;
  /**
   * Asked after each epoch but the last, with its checkpoint saved and its event emitted. `pause` and `stop` end the run
   * as `paused` or `pruned`; executed again, it goes on from that checkpoint. Absent: runs go on to their end.
   * @param resumed the epoch was trained before: it is the last one of the checkpoint that training goes on from.
   */
  readonly afterEpoch?: (stage: string, record: EpochRecord, resumed: boolean) => Promise<EpochVerdict>;
}
