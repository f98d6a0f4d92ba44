/**
 * Parts of a conditional space that are modelled each by itself: parameters that are there in exactly the same points
 * belong together, as in Optuna's group decomposition. Here it follows from the conditions, not from trials.
 */
import type { Parameter, Point, SearchSpace } from '../../../config/checked-sweep.js';
import { fits } from '../unit-value.js';
import { presenceConditions } from '../walk-space.js';
import type { Dimension } from '../dimension.js';
import { dimensionOf } from '../dimension.js';

export interface ParameterGroup {
  readonly parameters: readonly Parameter[];
  readonly dimensions: readonly Dimension[];
}

/** In the order of their first parameters, so that a group's conditions are settled before it is drawn. */
export function parameterGroups(space: SearchSpace): readonly ParameterGroup[] {
  const conditions = presenceConditions(space);
  const members = new Map<string, Parameter[]>();
  for (const parameter of space.parameters) {
    const key = JSON.stringify([...conditions.get(parameter.id)!]);
    const group = members.get(key);
    if (group === undefined) members.set(key, [parameter]);
    else group.push(parameter);
  }
  return [...members.values()].map((parameters) => ({
    parameters,
    dimensions: parameters.map(({ distribution }) => dimensionOf(distribution)),
  }));
}

/**
 * Where a point lies in each of the group's dimensions; nothing if it lacks a parameter, or has a value that the space
 * has no more. Remembered for each point as long as somebody holds it: sweeps of ten thousand trials ask again and again.
 */
export function coordinatesIn(group: ParameterGroup): (point: Point) => Float64Array | undefined {
  const known = new WeakMap<Point, { readonly row: Float64Array | undefined }>();
  return (point) => {
    const found = known.get(point);
    if (found !== undefined) return found.row;
    const row = computeCoordinates(group, point);
    known.set(point, { row });
    return row;
  };
}

function computeCoordinates(
  { parameters, dimensions }: ParameterGroup,
  point: Point,
): Float64Array | undefined {
  const row = new Float64Array(parameters.length);
  for (let i = 0; i < row.length; i++) {
    const { id, distribution } = parameters[i]!;
    const value = point[id];
    if (value === undefined || !fits(distribution, value)) return undefined;
    const dimension = dimensions[i]!;
    row[i] = dimension.kind === 'choice' ? value : dimension.coordinate(value);
  }
  return row;
}
