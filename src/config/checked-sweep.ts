/**
 * A sweep whose every value was checked, and the space it searches. Types only; `check-sweep.ts` makes them. A point of
 * the space is numbers alone (a choice is the index of its value), which is what samplers see.
 */
import type { Json, JsonObject } from '../core/json.js';
import type { SourcePosition } from '../core/problem.js';
import type { Objective } from '../core/sweep-events.js';

/** What a parameter's numbers may be. Ranges include both ends. */
export type Distribution =
  /** Points hold the index. No order among the values. */
  | { readonly kind: 'choice'; readonly count: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'logUniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'int'; readonly low: number; readonly high: number }
  | { readonly kind: 'logInt'; readonly low: number; readonly high: number }
  /** low, low + step, …, up to high. */
  | { readonly kind: 'quantized'; readonly low: number; readonly high: number; readonly step: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number };

/** A parameter is there only where an earlier one has that choice. */
export interface Condition {
  readonly parameter: string;
  readonly choice: number;
}

export interface ChoiceValue {
  /** As people read it: a name given, a scalar, or a file's name. */
  readonly label: string;
  readonly value: Json;
}

export interface Parameter {
  /** Unique. The path, or, where several choices bring the same path, the path with the choice before it. */
  readonly id: string;
  /** The dotted path that it sets. */
  readonly path: string;
  readonly distribution: Distribution;
  /** Of a `choice`, in order. */
  readonly choices?: readonly ChoiceValue[] | undefined;
  /** All must hold; a condition's parameter comes earlier in the space. Empty: always there. */
  readonly when: readonly Condition[];
  readonly at?: SourcePosition | undefined;
}

export interface SearchSpace {
  /** Each after those that its conditions name. */
  readonly parameters: readonly Parameter[];
}

/** A value for each parameter whose conditions hold, by id; none for the others. */
export type Point = Readonly<Record<string, number>>;

export type SamplerSettings =
  | {
      readonly kind: 'grid';
      /** Values taken of each continuous parameter; default 5. */ readonly steps: number;
    }
  | { readonly kind: 'random' }
  | { readonly kind: 'quasiRandom' }
  | {
      readonly kind: 'tpe';
      /** Trials drawn at random before it begins to model; default 10. */
      readonly startupTrials: number;
      /** Candidates compared for each proposal; default 24. */
      readonly candidates: number;
    }
  | {
      readonly kind: 'evolution';
      /** Default 20, tournaments of 5. */
      readonly population: number;
      readonly tournament: number;
    };

export type SchedulerSettings =
  | { readonly kind: 'none' }
  /** Stops a trial whose best so far is worse than the median of the others' at that epoch. */
  | { readonly kind: 'median'; readonly startupTrials: number; readonly warmupEpochs: number }
  | { readonly kind: 'asha'; readonly minEpochs: number; readonly reduction: number }
  | { readonly kind: 'hyperband'; readonly minEpochs: number; readonly reduction: number };

export interface Constraint {
  /** As it was written: `parameters <= 500000`. */
  readonly text: string;
  /** Whether it needs the network built: it names `parameters` or `trainableParameters`. */
  readonly needsNetwork: boolean;
  /** Names known: settings by dotted path, and the network's counts. Undefined: it can't be judged (a value is no number). */
  holds(value: (name: string) => Json | undefined): boolean | undefined;
  readonly at?: SourcePosition | undefined;
}

export interface CheckedSweep {
  readonly name: string;
  /** The first is the one that schedulers look at. */
  readonly objectives: readonly [Objective, ...Objective[]];
  readonly space: SearchSpace;
  readonly sampler: SamplerSettings;
  readonly scheduler: SchedulerSettings;
  readonly trials?: number | undefined;
  /** The most epochs that a trial of this space trains; absent where no stage trains for epochs. */
  readonly epochs?: number | undefined;
  readonly budget: { readonly seconds?: number | undefined; readonly epochs?: number | undefined };
  /** Absent: as many as there are cores. */
  readonly workers?: number | undefined;
  /** Absent: cores ÷ workers when the sweep first begins. */
  readonly threads?: number | undefined;
  /** How often a trial that failed or was lost is tried again; default 1. */
  readonly retries: number;
  /** Of one attempt; absent: none. */
  readonly timeoutSeconds?: number | undefined;
  /** Bytes that one worker may take; absent: none. */
  readonly memoryBytes?: number | undefined;
  readonly failFast: boolean;
  readonly constraints: readonly Constraint[];
  /** Known-good points, first in line: dotted path → value. */
  readonly init: readonly JsonObject[];
  readonly notify: { readonly webhook?: string | undefined; readonly bell: boolean };
  /** The block as it was checked, with defaults: recorded. */
  readonly settings: JsonObject;
}
