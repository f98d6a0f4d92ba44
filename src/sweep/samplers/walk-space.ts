/**
 * Walking a conditional space in its order, so that every point holds exactly the parameters whose conditions hold. How
 * a value is chosen is the caller's.
 */
import type { Condition, Parameter, Point, SearchSpace } from '../../config/checked-sweep.js';
import { isPresent } from '../../config/sweep/points.js';
import type { RandomStream } from '../../core/random.js';
import { valueAt } from './unit-value.js';

/** A point being made. */
export type GrowingPoint = Record<string, number>;

/** Gives each parameter that is there the value that `choose` returns; it sees the values so far. */
export function walkSpace(
  space: SearchSpace,
  choose: (parameter: Parameter, point: Point, index: number) => number,
): Point {
  const point: GrowingPoint = {};
  space.parameters.forEach((parameter, index) => {
    if (isPresent(parameter, point)) point[parameter.id] = choose(parameter, point, index);
  });
  return point;
}

/** Each parameter drawn from its own distribution, independently. */
export function randomPoint(space: SearchSpace, random: RandomStream): Point {
  return walkSpace(space, (parameter) => valueAt(parameter.distribution, random.float()));
}

/**
 * All that must hold for each parameter to be there, those of its conditions' parameters included: parameter → choice, in
 * the order of the names.
 */
export function presenceConditions(space: SearchSpace): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const closures = new Map<string, ReadonlyMap<string, number>>();
  for (const parameter of space.parameters) {
    const all: Condition[] = [...parameter.when];
    for (const { parameter: parent } of parameter.when) {
      for (const [name, choice] of closures.get(parent) ?? []) all.push({ parameter: name, choice });
    }
    all.sort((a, b) => (a.parameter < b.parameter ? -1 : a.parameter > b.parameter ? 1 : 0));
    closures.set(parameter.id, new Map(all.map(({ parameter: name, choice }) => [name, choice])));
  }
  return closures;
}
