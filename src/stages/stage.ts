/**
 * The contract of a stage kind: a light descriptor, known before anything is loaded (planning and cached runs read no
 * more than it), and the heavy implementation behind `load()`. One kind per file beside this one.
 */
import type { EpochRecord, StageEvent, StageSummary } from '../core/events.js';
import type { Json, JsonObject } from '../core/json.js';
import type { SourcePosition } from '../core/problem.js';
import type { Engine } from '../engine/engine.js';

/** What stages hand one another: each name stands for a set of files, described in docs/artifacts.md. */
export type ArtifactType =
  'dataset' | 'prepared-data' | 'model' | 'trained-model' | 'evaluation' | 'report' | 'files';

/** A stage's finished output, read-only; every file was verified before the stage sees it. */
export interface InputArtifact {
  /** The name of the stage that made it. */
  readonly stage: string;
  readonly type: ArtifactType;
  /** Absolute folder; files lie directly in it or below. */
  readonly folder: string;
  readonly digest: string;
  readonly summary: StageSummary;
}

/** Checkpoints of one stage under one fingerprint; they outlive the process, not the finished stage. */
export interface Checkpoints {
  /** The newest checkpoint that reads back whole, or nothing. A rotten one is passed over. */
  latest(): Promise<{ readonly step: number; readonly folder: string } | undefined>;
  /** Calls `write` with an empty folder, then makes it the newest checkpoint in one rename. Older ones go. */
  save(step: number, write: (folder: string) => Promise<void>): Promise<void>;
}

/** What the report stage needs of the layers above it, handed in by the file that wires objects together. */
export interface ReportRenderer {
  /** Digest of the templates and assets that a report of these settings is made of. */
  digest(templateFolder: string | undefined): string;
  /** Writes `report.html` into `output`. */
  render(request: ReportRequest): Promise<void>;
}

export interface ReportRequest {
  readonly output: string;
  readonly settings: JsonObject;
  /** Absolute folder of the user's own templates, if any. */
  readonly templateFolder?: string | undefined;
  /** Problems name files relative to this folder. */
  readonly projectRoot: string;
  readonly inputs: readonly InputArtifact[];
  readonly run: RunFacts;
}

/** What a report tells of the run that made it. */
export interface RunFacts {
  readonly id: string;
  readonly experiment: string;
  readonly file: string;
  readonly seed: number;
  readonly engine: string;
  readonly config: JsonObject;
  /** Settings that differ from the parent experiment's (or the pipeline's): dotted path → [before, now]. */
  readonly differences: readonly {
    readonly path: string;
    readonly before: Json | undefined;
    readonly now: Json | undefined;
  }[];
  readonly parent?: string | undefined;
  readonly git?: { readonly commit: string; readonly dirty: boolean } | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: JsonObject;
  /** Stages finished before this one, in order. */
  readonly stages: readonly {
    readonly name: string;
    readonly kind: string;
    readonly status: 'ran' | 'cached';
    readonly seconds: number;
    readonly fingerprint: string;
  }[];
  /** The command line that makes this run again, arguments quoted for a shell. */
  readonly command: string;
}

/** `pause`: stop here, perhaps to go on later from the checkpoint. `stop`: for good. */
export type EpochVerdict = 'continue' | 'pause' | 'stop';

export interface StageContext<Settings = JsonObject> {
  readonly settings: Settings;
  /** The stage's seed: the experiment's, or `undefined` never: a stage that does not depend on it ignores it. */
  readonly seed: number;
  /** By role, as the descriptor's `consumes` names them. */
  readonly inputs: Readonly<Record<string, InputArtifact>>;
  /** All inputs in the order of `needs`. */
  readonly allInputs: readonly InputArtifact[];
  /** An empty folder; what lies in it when `execute` resolves is the artifact. */
  readonly output: string;
  /** Opened on first use, closed by the runner. */
  engine(): Promise<Engine>;
  readonly checkpoints: Checkpoints;
  emit(event: StageEvent): void;
  /**
   * Asks, once an epoch's checkpoint is saved and its event emitted, whether to go on; not after the last epoch. Rejects
   * with the reason to stop, which is to be thrown on.
   * @param resumed the epoch is the last one of the checkpoint that training goes on from.
   */
  afterEpoch(record: EpochRecord, resumed?: boolean): Promise<void>;
  /** Aborted by Ctrl-C: stop at the next point from which work can go on, and throw `signal.reason`. */
  readonly signal: AbortSignal;
  readonly projectRoot: string;
  /** Where a setting stands in the user's files, for problems found only while running. */
  locate(path: readonly (string | number)[]): SourcePosition | undefined;
  readonly run: RunFacts;
  readonly reportRenderer: ReportRenderer;
}

export interface StageImplementation<Settings = JsonObject> {
  /** Expected failures are thrown as `ProblemError`; anything else thrown is a bug and reported as one. */
  execute(context: StageContext<Settings>): Promise<StageSummary>;
}

/** Facts from outside a stage's settings that its fingerprint must hold. */
export interface IdentityContext {
  readonly settings: JsonObject;
  readonly projectRoot: string;
  readonly reportRenderer: ReportRenderer;
}

export interface StageDescriptor {
  /** As `uses:` names it: `train`, or the path of a custom stage. */
  readonly kind: string;
  /** Raised by hand whenever the same settings and inputs would give other output. */
  readonly version: number;
  /** Role → type of artifact that must come from one of `needs`. A role ending in `?` is optional. */
  readonly consumes: Readonly<Record<string, ArtifactType>>;
  readonly produces: ArtifactType;
  /** Whether the experiment's seed changes the output under these settings. */
  dependsOnSeed(settings: JsonObject): boolean;
  /** Whether the engine's identity changes the output. */
  readonly dependsOnEngine: boolean;
  /** The whole resolved experiment is part of the fingerprint (the report shows it). */
  readonly dependsOnExperiment?: boolean;
  /** Further facts for the fingerprint: digests of code or templates. */
  identity?(context: IdentityContext): Json;
  /** Settings were checked against the kind’s own schema, so the implementation may state their type. */
  load(): Promise<StageImplementation<never>>;
}
