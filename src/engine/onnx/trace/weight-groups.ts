/**
 * How the trainable weights lie in a graph's inputs: small ones one after another in one vector, so that the optimizer's
 * few operators run once for all of them; a large one, or one with a constraint, by itself in its own shape, so that it
 * is never copied. Owns no numbers.
 */
import { type Shape, sizeOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { concat, reshape, slice } from '../graph/operators/shape.js';

/** From this many elements on, a weight is not worth copying. */
const large = 1 << 16;

export interface GroupMember {
  /** Place in the model's list of weights. */
  readonly place: number;
  readonly shape: Shape;
  readonly offset: number;
  readonly size: number;
}

export interface WeightGroup {
  readonly members: readonly GroupMember[];
  readonly size: number;
  /** The shape of the graph's tensors: the only member's, or one row. */
  readonly shape: Shape;
}

export interface TrainableWeight {
  readonly place: number;
  readonly shape: Shape;
  readonly constrained: boolean;
}

export function groupWeights(weights: readonly TrainableWeight[]): readonly WeightGroup[] {
  const groups: WeightGroup[] = [];
  let together: GroupMember[] = [];
  let offset = 0;
  for (const { place, shape, constrained } of weights) {
    const size = sizeOf(shape);
    if (constrained || size >= large) {
      groups.push({ members: [{ place, shape, offset: 0, size }], size, shape });
      continue;
    }
    together.push({ place, shape, offset, size });
    offset += size;
  }
  if (together.length === 1) together = [{ ...together[0]!, offset: 0 }];
  if (together.length > 0) {
    const shape = together.length === 1 ? together[0]!.shape : [offset];
    groups.unshift({ members: together, size: offset, shape });
  }
  return groups;
}

/** The members of a group out of its tensor, in order. */
export function takeApart(b: GraphBuilder, { members }: WeightGroup, value: Value): readonly Value[] {
  if (members.length === 1) return [value];
  return members.map(({ shape, offset, size }) =>
    reshape(b, slice(b, value, [{ axis: 0, start: offset, count: size }]), shape),
  );
}

/** A group's tensor out of its members'. */
export function putTogether(
  b: GraphBuilder,
  { members, size }: WeightGroup,
  values: readonly Value[],
): Value {
  if (members.length === 1) return values[0]!;
  const rows = values.map((value, i) => reshape(b, value, [members[i]!.size]));
  const joined = concat(b, rows, 0);
  if (joined.shape[0] !== size) throw new Error('the members of a group do not add up to it');
  return joined;
}
