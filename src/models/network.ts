/**
 * A network as its YAML says it, after references are resolved and before tfjs sees it. Holds types only; the rules are
 * `network.schema.ts`, the meaning `network-plan.ts`.
 */
import type { Json, JsonObject } from '../core/json.js';

/** A layer type alone (`flatten`), or one layer type and its settings (`{ conv2d: { filters: 32, kernelSize: 3 } }`). */
export type LayerEntry = string | Readonly<Record<string, JsonObject>>;

export interface Network {
  /** Shown in summaries; `network` when absent. */
  readonly name?: string;
  readonly description?: string;
  /** Defaults of `${parameters.x}`; already put in their places. */
  readonly parameters?: Readonly<Record<string, Json>>;
  /** In order; each takes its input from the one before, unless its `from` says otherwise. The last is the output. */
  readonly layers: readonly LayerEntry[];
}

/** One layer with everything that is left unsaid filled in. */
export interface PlannedLayer {
  /** From 1, as people count. */
  readonly position: number;
  /** The name given, or the type and a number: `conv2d_2`. No two layers share it. */
  readonly name: string;
  /** Whether the user gave the name. */
  readonly named: boolean;
  /** By its tfjs name: `conv2d`. */
  readonly type: string;
  /** Settings without `name` and `from`. */
  readonly config: JsonObject;
  /** Names of the layers it takes its input from, `input` for the images; at least one. */
  readonly inputs: readonly string[];
  /** Where it stands in the build stage's settings. */
  readonly path: readonly (string | number)[];
}
