/**
 * What the loop asks about experiments: what a point sets, and whether the experiment that comes of it is one. The wiring
 * makes it from the base experiment and the space; the loop knows nothing of YAML.
 */
import type { Point } from '../config/checked-sweep.js';
import type { JsonObject } from '../core/json.js';
import type { Result } from '../core/problem.js';

export interface AssignedPoint {
  /** Dotted path → value, as it would stand in `set:`. */
  readonly assignments: JsonObject;
  /** The same as people read it. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface TrialTemplate {
  assign(point: Point): AssignedPoint;
  /** The point that would set this; nothing when it lies outside the space. */
  pointOf(assignments: JsonObject): Point | undefined;
  /** SHA-256 of the resolved configuration without names. Problems: why it is infeasible (a constraint, a network). */
  check(assignments: JsonObject): Result<string> | Promise<Result<string>>;
}
