/**
 * Between a sampler's numbers and what a trial sets: a point has a number for each parameter that is there, assignments
 * have a value for each dotted path, as they would stand in `set:`.
 */
import { canonicalJson, type Json, type JsonObject } from '../../core/json.js';
import type { Distribution, Parameter, Point, SearchSpace } from '../checked-sweep.js';

export interface PointAssignments {
  readonly assignments: JsonObject;
  /** By path, for people: a choice by its name, a number by its first few digits. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a parameter is there, given those before it. One whose own parent is absent is absent, too. */
export function isPresent({ when }: Parameter, point: Point): boolean {
  return when.every(({ parameter, choice }) => point[parameter] === choice);
}

/**
 * What the point sets. Paths stand in the order of the space.
 * @throws {RangeError} when a number is missing or out of its choices: a bug of the sampler.
 */
export function pointToAssignments(space: SearchSpace, point: Point): PointAssignments {
  const assignments: [string, Json][] = [];
  const labels: [string, string][] = [];
  for (const parameter of space.parameters) {
    if (!isPresent(parameter, point)) continue;
    const { id, path, distribution, choices } = parameter;
    const number = point[id];
    if (number === undefined || !Number.isFinite(number))
      throw new RangeError(`the point has no number for ${id}`);
    if (distribution.kind === 'choice') {
      const choice = choices?.[number];
      if (choice === undefined) throw new RangeError(`${id} has no choice ${number}`);
      assignments.push([path, choice.value]);
      labels.push([path, choice.label]);
    } else {
      const value = valueOf(distribution, number);
      assignments.push([path, value]);
      labels.push([path, showNumber(value)]);
    }
  }
  return { assignments: Object.fromEntries(assignments), labels: Object.fromEntries(labels) };
}

/**
 * The point that sets exactly these, or nothing when there is none: the space may have changed since they were recorded.
 * Values of ranges may lie anywhere in them.
 */
export function assignmentsToPoint(space: SearchSpace, assignments: JsonObject): Point | undefined {
  const point: Record<string, number> = {};
  let used = 0;
  for (const parameter of space.parameters) {
    if (!isPresent(parameter, point)) continue;
    const value = assignments[parameter.path];
    const number = value === undefined ? undefined : numberOf(parameter, value);
    if (number === undefined) return undefined;
    point[parameter.id] = number;
    used += 1;
  }
  return used === Object.keys(assignments).length ? point : undefined;
}

/** The parameter's number for a value, or nothing when it doesn't lie in what is tried. */
export function numberOf(parameter: Parameter, value: Json): number | undefined {
  const { distribution } = parameter;
  if (distribution.kind === 'choice') return indicesOf(parameter).get(canonicalJson(value));
  if (typeof value !== 'number') return undefined;
  switch (distribution.kind) {
    case 'normal':
      return value;
    case 'uniform':
    case 'logUniform':
      return value >= distribution.low && value <= distribution.high ? value : undefined;
    case 'int':
    case 'logInt': {
      const fits = Number.isInteger(value) && value >= distribution.low && value <= distribution.high;
      return fits ? value : undefined;
    }
    case 'quantized': {
      const { low, high, step } = distribution;
      const steps = Math.round((value - low) / step);
      const near = Math.abs(low + steps * step - value) <= step * 1e-6;
      return near && steps >= 0 && low + steps * step <= high + step * 1e-6 ? low + steps * step : undefined;
    }
  }
}

const indices = new WeakMap<Parameter, ReadonlyMap<string, number>>();

/** Thousands of recorded trials are looked up in the same few choices. */
function indicesOf(parameter: Parameter): ReadonlyMap<string, number> {
  let found = indices.get(parameter);
  if (found === undefined) {
    const { choices = [] } = parameter;
    found = new Map(choices.map(({ value }, index) => [canonicalJson(value), index]));
    indices.set(parameter, found);
  }
  return found;
}

/** Steps are counted in decimals: three times 0.1 is 0.3, not 0.30000000000000004. */
function valueOf(distribution: Distribution, number: number): number {
  switch (distribution.kind) {
    case 'int':
    case 'logInt':
      return Math.round(number);
    case 'quantized':
      return Number(number.toPrecision(12));
    default:
      return number;
  }
}

function showNumber(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
