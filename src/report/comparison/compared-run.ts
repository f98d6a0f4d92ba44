/**
 * The contract between those who gather runs and those who show them: runs as they are compared, as plain data that JSON
 * can hold. Types only. `gather-comparison.ts` makes it from the record and the cache; the HTML report, Markdown, CSV,
 * JSON, the exports and the live page are made of it.
 */
import type { RunStatus } from '../../core/events.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { Objective, TrialState } from '../../core/sweep-events.js';
import type { ClassScores, LayerFacts } from '../artifact-facts.js';
import type { NumberDomain } from './statistics/parameter-domain.js';

/** One metric over epochs; all lists are equally long. */
export interface Curve {
  /** `validation.accuracy`, `train.loss`, `learningRate`. */
  readonly key: string;
  readonly epochs: readonly number[];
  readonly steps: readonly number[];
  /** Seconds since the run began; null for an epoch that an earlier run measured. */
  readonly seconds: readonly (number | null)[];
  /** Null where it was not a number. */
  readonly values: readonly (number | null)[];
}

/** The trial of a sweep whose run it is. */
export interface ComparedTrial {
  readonly sweep: string;
  readonly number: number;
  readonly state: TrialState;
  readonly labels: Readonly<Record<string, string>>;
  readonly assignments: JsonObject;
  /** In the order of the objectives. */
  readonly values: readonly number[] | undefined;
  /** Where runs of several sweeps are compared, so that its number alone does not say which trial it is. */
  readonly amongSeveral?: true;
}

/** What a run's artifacts tell beyond numbers; read for the best runs alone, since it is large. */
export interface RunDetails {
  readonly model: { readonly name: string; readonly layers: readonly LayerFacts[] } | undefined;
  readonly evaluation:
    | {
        /** `test`, unless the pipeline says otherwise. */
        readonly split: string;
        readonly classes: readonly string[];
        /** Row true, column predicted, row by row. */
        readonly confusion: readonly number[];
        readonly perClass: readonly ClassScores[];
        /** The class predicted for each test image. */
        readonly predicted: readonly number[];
        /** Digest of prepared data: runs with the same one, and they alone, were judged on the same images. */
        readonly data: string;
      }
    | undefined;
}

/** As a run's sweep sees it, where it is a trial: a network that can't be built is no failure. */
export type ComparedStatus = RunStatus | Extract<TrialState, 'infeasible'>;

export interface ComparedRun {
  readonly id: string;
  readonly experiment: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly status: ComparedStatus;
  readonly seed: number;
  readonly engine: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly seconds: number | null;
  /** Wall seconds of the stages `train` and `evaluate`, where they ran (null: cached or not reached). */
  readonly trainSeconds: number | null;
  readonly evaluateSeconds: number | null;
  /** Final metrics, flat: `accuracy`, `validation.accuracy`, `parameters`. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Everything resolved, leaf by leaf: `train.batchSize` → 64. */
  readonly settings: Readonly<Record<string, Json>>;
  readonly config: JsonObject;
  readonly curves: readonly Curve[];
  readonly trial: ComparedTrial | undefined;
  /** Path of its own report, relative to where the comparison is written. */
  readonly report: string | undefined;
  /** Of a trial that never came to a run: what is known of it is what it would have set. */
  readonly withoutRun?: true;
  /** Why it failed, is infeasible, or was pruned. */
  readonly reason: string | undefined;
  /** The command that makes it again, quoted for a shell. */
  readonly command: string;
  readonly details: RunDetails | undefined;
}

/** Test images that are shown, by their index. */
export interface ShownImages {
  readonly data: string;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly labels: readonly number[];
  readonly images: readonly { readonly index: number; readonly pixels: Uint8Array }[];
}

export interface ComparedSweep {
  readonly name: string;
  readonly objectives: readonly Objective[];
  readonly sampler: string;
  readonly scheduler: string;
  readonly status: string;
  readonly seconds: number;
  /** What values the numbers of its space might have had, by path. */
  readonly domains: Readonly<Record<string, NumberDomain>>;
  /** When each trial was on which worker, milliseconds since 1970; as far as it is known. */
  readonly spans: readonly {
    readonly trial: number;
    readonly worker: number;
    readonly from: number;
    readonly to: number;
  }[];
}

export interface Comparison {
  readonly title: string;
  /** What runs are ordered by: the sweep's first objective, or what was asked for, or accuracy. */
  readonly objective: Objective;
  /** The best first; those without a value last. */
  readonly runs: readonly ComparedRun[];
  readonly sweep: ComparedSweep | undefined;
  readonly images: ShownImages | undefined;
  /** Milliseconds since 1970. */
  readonly made: number;
}
