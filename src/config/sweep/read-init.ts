/**
 * The `init:` of a sweep: points that are tried first. What one leaves out takes the experiment's own value where that lies
 * in the space, else a choice's first value or the middle of a range.
 */
import { showValue } from '../../core/problem.js';
import { suggestName } from '../../core/suggest.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { Distribution, Parameter, Point, SearchSpace } from '../checked-sweep.js';
import { limits } from '../limits.js';
import type { ProblemList } from '../problem-list.js';
import { toJson, type MapNode, type SourceNode } from '../source-node.js';
import { isPresent, numberOf, pointToAssignments } from './points.js';

/** `own` gives the experiment's value at a path. */
export function readInit(
  list: SourceNode | undefined,
  space: SearchSpace,
  own: (path: string) => Json | undefined,
  problems: ProblemList,
): readonly JsonObject[] {
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item, index) => {
    const point =
      item.kind === 'map' ? readPoint(item, `sweep.init.${index}`, space, own, problems) : undefined;
    return point === undefined ? [] : [pointToAssignments(space, point).assignments];
  });
}

function readPoint(
  item: MapNode,
  name: string,
  space: SearchSpace,
  own: (path: string) => Json | undefined,
  problems: ProblemList,
): Point | undefined {
  const before = problems.count;
  const point: Record<string, number> = {};
  const used = new Set<string>();
  for (const parameter of space.parameters) {
    if (!isPresent(parameter, point)) continue;
    const { id, path } = parameter;
    const entry = item.entries.get(path);
    used.add(path);
    if (entry === undefined) {
      const value = own(path);
      point[id] =
        (value === undefined ? undefined : numberOf(parameter, value)) ?? middleOf(parameter.distribution);
      continue;
    }
    const value = toJson(entry.value);
    const number = byLabel(parameter, value) ?? numberOf(parameter, value);
    if (number !== undefined) point[id] = number;
    else {
      problems.add({
        code: 'outside-space',
        message: `expected "${name}.${path}" to be ${describe(parameter)}, got ${showValue(value)}`,
        at: entry.value.place ?? entry.key,
        fix:
          typeof value === 'string' && parameter.choices !== undefined
            ? suggestName(
                value.slice(0, limits.keyLength),
                parameter.choices.map(({ label }) => label),
              )
            : undefined,
      });
      // What hangs on it is not there, either, and would be told of without need.
      for (const other of space.parameters) used.add(other.path);
    }
  }
  for (const [path, { key }] of item.entries) {
    if (used.has(path)) continue;
    const known = space.parameters.map((parameter) => parameter.path);
    problems.add({
      code: 'outside-space',
      message: known.includes(path)
        ? `expected "${name}" to hold what its choices bring, got "${path}", which these do not`
        : `expected "${name}" to hold paths of the space, got "${path}"`,
      at: key,
      fix: known.includes(path) ? undefined : suggestName(path, known),
    });
  }
  return problems.count > before ? undefined : point;
}

function byLabel({ choices }: Parameter, value: Json): number | undefined {
  const index = choices?.findIndex(({ label }) => label === value) ?? -1;
  return index < 0 ? undefined : index;
}

function describe({ distribution, choices = [] }: Parameter): string {
  switch (distribution.kind) {
    case 'choice': {
      const labels = choices
        .slice(0, 10)
        .map(({ label, value }) =>
          typeof value === 'object' || typeof value === 'string' ? showValue(label) : label,
        );
      return choices.length === 1
        ? labels[0]!
        : `one of ${labels.join(', ')}${choices.length > 10 ? ', …' : ''}`;
    }
    case 'normal':
      return 'a number';
    case 'quantized':
      return `one of ${distribution.low}, ${distribution.low + distribution.step}, … up to ${distribution.high}`;
    case 'int':
    case 'logInt':
      return `an integer from ${distribution.low} to ${distribution.high}`;
    case 'uniform':
    case 'logUniform':
      return `a number from ${distribution.low} to ${distribution.high}`;
  }
}

function middleOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'choice':
      return 0;
    case 'normal':
      return distribution.mean;
    case 'uniform':
      return (distribution.low + distribution.high) / 2;
    case 'int':
      return Math.round((distribution.low + distribution.high) / 2);
    case 'logUniform':
      return Math.sqrt(distribution.low * distribution.high);
    case 'logInt':
      return Math.round(Math.sqrt(distribution.low * distribution.high));
    case 'quantized': {
      const { low, high, step } = distribution;
      return low + Math.floor((high - low) / step / 2) * step;
    }
  }
}
