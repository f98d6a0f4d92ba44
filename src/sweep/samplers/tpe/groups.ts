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

/** Whether the point has all of the group's parameters, with values that the space still has. */
export function isIn({ parameters }: ParameterGroup, point: Point): boolean {
  return parameters.every(({ id, distribution }) => {
    const value = point[id];
    return value !== undefined && fits(distribution, value);
  });
}

/** Of a point that is in the group: where it lies in each dimension. */
export function coordinatesIn({ parameters, dimensions }: ParameterGroup, point: Point): Float64Array {
  const row = new Float64Array(parameters.length);
  for (let i = 0; i < row.length; i++) {
    const dimension = dimensions[i]!;
    const value = point[parameters[i]!.id]!;
    row[i] = dimension.kind === 'choice' ? value : dimension.coordinate(value);
  }
  return row;
}
