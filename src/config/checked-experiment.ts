/**
 * What checking yields, and the only thing that planning accepts: an experiment whose every value was validated, whose
 * references are resolved, defaults filled in and files inlined. Types only; `check-experiment.ts` makes them.
 */
import type { Difference } from '../core/differences.js';
import type { JsonObject } from '../core/json.js';
import type { SourcePosition } from '../core/problem.js';
import type { EngineRequest } from '../engine/engine.js';
import type { StageDescriptor } from '../stages/stage.js';

declare const checked: unique symbol;

export interface CheckedStage {
  readonly name: string;
  readonly descriptor: StageDescriptor;
  /** Names of the stages it needs, in the order given. */
  readonly needs: readonly string[];
  /** Role of the descriptor's `consumes` → name of the needed stage that fills it. */
  readonly roles: Readonly<Record<string, string>>;
  /** Complete: with defaults, references resolved, network files inlined. */
  readonly settings: JsonObject;
  /** Where a setting was written (path inside the settings), or the nearest enclosing thing that was. */
  locate(path: readonly (string | number)[]): SourcePosition | undefined;
  /** Where the value of a setting stands that a reference brings in from elsewhere. */
  originOf(path: readonly (string | number)[]): SourcePosition | undefined;
}

export interface CheckedExperiment {
  readonly [checked]: true;
  readonly name: string;
  readonly description?: string | undefined;
  /** Relative to the project's root, with forward slashes. */
  readonly file: string;
  readonly projectRoot: string;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly params: JsonObject;
  /** In an order in which each stage comes after what it needs; ties in the order of the file. */
  readonly stages: readonly CheckedStage[];
  /** The parent's file (`extends:`, else the pipeline), and what this experiment and `--set` changed against it. */
  readonly parent: string;
  readonly differences: readonly Difference[];
  /** `{ name, seed, engine, params, stages: { acquire: { uses, needs, with } } }`, all resolved, as it is recorded. */
  readonly config: JsonObject;
}
