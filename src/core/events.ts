/**
 * Everything that happens in a run, as one union. The runner emits; the terminal, SQLite, `--json` and (later) the live
 * page subscribe. Nothing here imports a subscriber.
 */
import type { JsonObject } from './json.js';
import type { Problem } from './problem.js';

export type Metrics = Readonly<Record<string, number>>;

/** One epoch as it is recorded: metrics by key (`train.loss`, `validation.accuracy`, `learningRate`). */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Training steps done since the beginning of training, at the end of this epoch. */
  readonly step: number;
  readonly metrics: Metrics;
}

/** What a finished stage says of itself beside its files; kept in the cache entry, replayed when it is cached. */
export interface StageSummary {
  /** Final numbers of this stage (`accuracy`, `parameters`), flat. */
  readonly metrics?: Metrics | undefined;
  readonly epochs?: readonly EpochRecord[] | undefined;
  /** Wall seconds of each epoch, in order. Times live here and never in an artifact: artifacts depend on no clock. */
  readonly epochSeconds?: readonly number[] | undefined;
  /** One line for people: `60,000 train, 10,000 test images, 28×28×1`. */
  readonly note?: string | undefined;
}

/** `paused` and `pruned`: a sweep's scheduler stopped it, to go on later or for good. */
export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted' | 'paused' | 'pruned';

/** What is known of a run at its beginning. */
export interface RunHeader {
  /** `quickstart-20261123-094105-3f9a`: sortable, a folder name under runs/. */
  readonly id: string;
  readonly experiment: string;
  /** The experiment's file, relative to the project's root. */
  readonly file: string;
  readonly seed: number;
  readonly engine: string;
  /** Everything resolved: `{ seed, engine, params, stages: { train: {...} } }`. */
  readonly config: JsonObject;
  readonly git?: { readonly commit: string; readonly dirty: boolean } | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: JsonObject;
  readonly pid: number;
  /** The command line that makes it again, quoted for a shell. */
  readonly command?: string | undefined;
  readonly stages: readonly {
    readonly name: string;
    readonly kind: string;
    readonly needs: readonly string[];
  }[];
}

/** How close an engine's numbers of one batch came to those of tfjs. */
export interface StepVerification {
  /** Of the batch. */
  readonly images: number;
  /** How many weights' gradients were compared. */
  readonly gradients: number;
  /** The loss: how far off, as a share of it. */
  readonly lossError: number;
  /** The gradient that was farthest off, as a share of its own largest number. */
  readonly gradientError: number;
}

/** Events that a stage emits while it runs; the runner adds the stage's name. */
export type StageEvent =
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly unit: string;
      readonly note?: string;
    }
  /** `records`: the epochs trained before; who was killed after a checkpoint may never have told the last of them. */
  | {
      readonly type: 'resumed';
      readonly epoch: number;
      readonly step: number;
      readonly records?: readonly EpochRecord[];
    }
  | { readonly type: 'step-ended'; readonly epoch: number; readonly step: number; readonly metrics: Metrics }
  | {
      readonly type: 'epoch-ended';
      readonly record: EpochRecord;
      readonly epochs: number;
      readonly seconds: number;
    }
  | { readonly type: 'engine-verified'; readonly verification: StepVerification }
  | { readonly type: 'warning'; readonly problem: Problem };

export type RunEventBody =
  | { readonly type: 'run-started'; readonly run: RunHeader }
  | {
      readonly type: 'stage-cached';
      readonly stage: string;
      readonly fingerprint: string;
      readonly artifact: string;
      /** The run that made the artifact. */
      readonly madeBy: string;
      readonly summary: StageSummary;
    }
  /** The engine could not go on, and another one does; stages that depend on it are made anew. */
  | ({ readonly type: 'engine-changed'; readonly because: Problem } & Pick<
      RunHeader,
      'engine' | 'versions' | 'machine'
    >)
  /** Another process is making this very stage; we wait for it instead of doing it twice. */
  | { readonly type: 'stage-waiting'; readonly stage: string; readonly fingerprint: string }
  | {
      readonly type: 'stage-started';
      readonly stage: string;
      readonly fingerprint: string;
      readonly why: readonly string[];
    }
  | { readonly type: 'stage-event'; readonly stage: string; readonly event: StageEvent }
  | {
      readonly type: 'stage-ended';
      readonly stage: string;
      readonly fingerprint: string;
      readonly artifact: string;
      readonly seconds: number;
      readonly bytes: number;
      readonly summary: StageSummary;
    }
  | {
      readonly type: 'stage-failed';
      readonly stage: string;
      readonly seconds: number;
      readonly problems: readonly Problem[];
    }
  | { readonly type: 'warning'; readonly problem: Problem }
  | {
      readonly type: 'run-ended';
      readonly status: Exclude<RunStatus, 'running'>;
      readonly seconds: number;
      readonly metrics: Metrics;
      /** Absolute path of the report, when there is one. */
      readonly report?: string | undefined;
    };

/** An event with the run it belongs to and when it happened (milliseconds since 1970). */
export type RunEvent = RunEventBody & { readonly runId: string; readonly time: number };

export type EventListener = (event: RunEvent) => void;
