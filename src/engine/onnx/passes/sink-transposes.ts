/**
 * Moves Transposes down: behind element-wise operators, reductions, Concat, Pad, Slice and such Reshapes as keep the axes
 * apart. Those that meet cancel, so that between two window operators images stay [h, w, n, c] (`trace/kernels/image.ts`),
 * and forward and backward pass are left with one Transpose each where images come in and where they are flattened.
 */
import { type Graph, type Node, padShape, type Shape, sizeOf, type Value, valuesOf } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { isElementwise } from '../graph/operators/elementwise.js';
import { inversePermutation, reshape } from '../graph/operators/shape.js';
import { rewrite, type Rule } from './rewrite.js';
import { permutationOf, turn } from './turn-axes.js';

/** A node one of whose inputs is a Transpose of `source` by `perm`: what stands in its place, if it can go down. */
type Sink = (b: GraphBuilder, node: Node, perm: readonly number[], source: Value) => Value | undefined;

const sinks: Readonly<Record<string, Sink>> = {
  ReduceSum: sinkReduction,
  ReduceMean: sinkReduction,
  ReduceMax: sinkReduction,
  ReduceMin: sinkReduction,
  ReduceProd: sinkReduction,
  Reshape: sinkReshape,
  Concat: (b, { inputs, outputs, attributes }, perm) => {
    const back = inversePermutation(perm);
    const parts = inputs.map((input) => turn(b, input!, back));
    const shape = back.map((axis) => outputs[0]!.shape[axis]!);
    const joined = b.add(
      'Concat',
      parts,
      { dtype: outputs[0]!.dtype, shape },
      {
        axis: perm[attributes['axis'] as number]!,
      },
    );
    return turn(b, joined, perm);
  },
  Slice: (b, { inputs, outputs }, perm, source) => {
    const [, starts, ends, axes, ...steps] = inputs;
    if (axes?.constant === undefined) return undefined;
    const moved = b.int64s(Array.from(valuesOf(axes), (axis) => perm[axis]!));
    const shape = inversePermutation(perm).map((axis) => outputs[0]!.shape[axis]!);
    const cut = b.add('Slice', [source, starts, ends, moved, ...steps], { dtype: source.dtype, shape });
    return turn(b, cut, perm);
  },
  Pad: (b, { inputs, outputs, attributes }, perm, source) => {
    const [, pads, ...value] = inputs;
    if (pads?.constant === undefined) return undefined;
    const counts = valuesOf(pads);
    const back = inversePermutation(perm);
    const moved = [...back.map((axis) => counts[axis]!), ...back.map((axis) => counts[axis + perm.length]!)];
    const shape = back.map((axis) => outputs[0]!.shape[axis]!);
    const padded = b.add(
      'Pad',
      [source, b.int64s(moved), ...value],
      { dtype: source.dtype, shape },
      attributes,
    );
    return turn(b, padded, perm);
  },
};

export function sinkTransposes(graph: Graph): Graph {
  const rule: Rule = (node, { b }) => {
    const [x] = node.inputs;
    if (node.op === 'Transpose') {
      const perm = permutationOf(node);
      return [raise(b, x!, perm) ?? turn(b, x!, perm)];
    }
    const [output] = node.outputs;
    const elementwise = isElementwise(node.op);
    const sink = elementwise ? sinkElementwise : sinks[node.op];
    if (node.domain !== '' || sink === undefined || output === undefined) return undefined;
    // What a Transpose of a small operand costs is nothing; one as large as the result decides.
    const candidates = elementwise || node.op === 'Concat' ? node.inputs : [x];
    for (const input of candidates) {
      const before = b.producerOf(input, 'Transpose');
      if (before === undefined) continue;
      if (elementwise && sizeOf(input!.shape) !== sizeOf(output.shape)) continue;
      if (elementwise && input!.shape.length !== output.shape.length) continue;
      const made = sink(b, node, permutationOf(before), before.inputs[0]!);
      if (made !== undefined) return [made];
    }
    return undefined;
  };
  return rewrite(graph, rule);
}

/**
 * The other way, for pixels: a quarter of the bytes move where a Transpose stands before what makes real numbers of them.
 * Undefined where x does not come of bytes alone, element by element.
 */
function raise(b: GraphBuilder, x: Value, perm: readonly number[]): Value | undefined {
  const node = b.producer(x);
  if (node === undefined) return x.dtype === 'uint8' ? turn(b, x, perm) : undefined;
  const [source, ...others] = node.inputs.filter((input) => input !== undefined && sizeOf(input.shape) > 1);
  if (source === undefined || others.length > 0 || !isElementwise(node.op)) return undefined;
  const raised = raise(b, source, perm);
  if (raised === undefined) return undefined;
  const inputs = node.inputs.map((input) => (input === source ? raised : input));
  return b.add(node.op, inputs, { dtype: x.dtype, shape: raised.shape }, node.attributes);
}

function sinkElementwise(b: GraphBuilder, node: Node, perm: readonly number[]): Value {
  const [output] = node.outputs;
  const back = inversePermutation(perm);
  const inputs = node.inputs.map((input) => {
    if (input === undefined || sizeOf(input.shape) === 1) return input;
    const { shape } = input;
    const full = shape.length === perm.length ? input : widen(b, input, padShape(shape, perm.length));
    return turn(b, full, back);
  });
  const shape = back.map((axis) => output!.shape[axis]!);
  const made = b.add(node.op, inputs, { dtype: output!.dtype, shape }, node.attributes);
  return turn(b, made, perm);
}

/** The same numbers with ones before the shape. */
const widen = (b: GraphBuilder, x: Value, shape: Shape): Value =>
  x.constant === undefined ? reshape(b, x, shape) : { ...b.splat(0, shape, x.dtype), constant: x.constant };

function sinkReduction(
  b: GraphBuilder,
  { op, inputs, outputs, attributes }: Node,
  perm: readonly number[],
  source: Value,
): Value | undefined {
  const [output] = outputs;
  const [, axes] = inputs;
  if (axes?.constant === undefined) return undefined;
  const reduced = new Set(Array.from(valuesOf(axes), (axis) => perm[axis]!));
  const kept = perm.filter((axis) => !reduced.has(axis));
  const keepDims = attributes['keepdims'] === 1;
  const moved = b.int64s([...reduced].sort((p, q) => p - q));
  // Where the axes that are left stand in the source's order, with or without the reduced ones between them.
  const rank = keepDims ? perm : kept.map((axis) => kept.filter((other) => other < axis).length);
  const shape = inversePermutation(rank).map((axis) => output!.shape[axis]!);
  const made = b.add(op, [source, moved], { dtype: output!.dtype, shape }, attributes);
  return turn(b, made, rank);
}

/** Axes `from`… up to the next group's of one shape that are as many elements as axes `to`… of another. */
interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Goes down where each group of axes that is joined, split or kept lies together, in order, in the source too. */
function sinkReshape(
  b: GraphBuilder,
  { outputs }: Node,
  perm: readonly number[],
  source: Value,
): Value | undefined {
  const [output] = outputs;
  if (sizeOf(source.shape) === 0) return undefined;
  const before = perm.map((axis) => source.shape[axis]!);
  const groups = groupAxes(before, output!.shape);
  const movable = groups.every(({ from }) =>
    from.every((axis, i) => i === 0 || perm[axis] === perm[from[i - 1]!]! + 1),
  );
  if (!movable) return undefined;
  // Groups in the source's order; those that hold no axis of it (new sides of 1) stay last.
  const place = ({ from }: AxisGroup): number => (from.length === 0 ? perm.length : perm[from[0]!]!);
  const ordered = groups.toSorted((p, q) => place(p) - place(q));
  const moved = ordered.flatMap(({ to }) => to);
  const flat = reshape(
    b,
    source,
    moved.map((axis) => output!.shape[axis]!),
  );
  return turn(b, flat, inversePermutation(moved));
}

/** The smallest groups of neighbouring axes in which two shapes of equally many elements agree. */
function groupAxes(before: Shape, after: Shape): readonly AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const from: number[] = [];
    const to: number[] = [];
    let [p, q] = [1, 1];
    do {
      if ((p <= q && i < before.length) || j >= after.length) {
        from.push(i);
        p *= before[i++]!;
      } else {
        to.push(j);
        q *= after[j++]!;
      }
    } while (p !== q || (from.length === 0 && to.length === 0));
    groups.push({ from, to });
  }
  return groups;
}
