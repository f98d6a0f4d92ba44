/** How users write a stage of their own; loading one is `custom-stage.ts`. */
import type { StageSummary } from '../core/events.js';
import type { ArtifactType, StageContext } from './stage.js';

export interface CustomStage<Settings = Record<string, unknown>> {
  /** JSON Schema (draft-07) of the settings under `with:`; its defaults are filled in. Absent: no settings. */
  readonly schema?: object;
  /** Role → type of artifact that one of `needs` must make; see docs/artifacts.md. Default: none. */
  readonly consumes?: Readonly<Record<string, ArtifactType>>;
  /** Default: `files`. */
  readonly produces?: ArtifactType;
  /** Whether the experiment's seed changes the output. Default: true. */
  readonly usesSeed?: boolean;
  /** Whether the engine changes the output. Default: false. */
  readonly usesEngine?: boolean;
  /**
   * Does the work: reads `context.inputs`, writes files into `context.output`. The same settings, seed and inputs must
   * give the same files. What it throws ends the run as failed, with the message shown.
   */
  execute(context: StageContext<Settings>): Promise<StageSummary | undefined> | StageSummary | undefined;
}

/** Gives a stage its types; returns it as it is. */
export function defineStage<Settings = Record<string, unknown>>(
  stage: CustomStage<Settings>,
): CustomStage<Settings> {
  return stage;
}
