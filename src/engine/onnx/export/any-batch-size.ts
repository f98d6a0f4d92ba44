/**
 * Makes of two graphs, of one network at two batch sizes, one graph for batches of any size. What differs between them is
 * shapes alone; each side that grows with the batch is worked out from the input when the graph runs. Owns nothing else.
 */
import { ProblemError } from '../../../core/problem.js';
import type { Graph, NamedValue, Node, Shape, Value } from '../graph/graph.js';
import { sameShape, valuesOf } from '../graph/graph.js';
import { GraphBuilder } from '../graph/graph-builder.js';

export interface SizedGraph {
  readonly graph: Graph;
  readonly batch: number;
}

/** The name of the side that may be of any size. */
const batchSide = 'batch';

/** @throws {ProblemError} `network-not-exportable` for a network that does something else at another batch size. */
export function forAnyBatchSize(small: SizedGraph, large: SizedGraph): Graph {
  const pairs = small.graph.nodes.map((node, i) => [node, large.graph.nodes[i]] as const);
  const different = pairs.some(
    ([a, b]) => b === undefined || a.op !== b.op || a.inputs.length !== b.inputs.length,
  );
  if (different || small.graph.nodes.length !== large.graph.nodes.length) {
    refuse('takes another form at another batch size');
  }
  const made = new Batches(small, large);
  for (const [a, b] of pairs) made.add(a, b!);
  return made.build();
}

function refuse(what: string): never {
  throw new ProblemError({
    code: 'network-not-exportable',
    message: `expected the network to be the same for batches of any size, got one that ${what}`,
  });
}

class Batches {
  readonly #b = new GraphBuilder();
  readonly #small: SizedGraph;
  readonly #large: SizedGraph;
  readonly #renewed = new Map<Value, Value>();
  #batch: Value | undefined;

  constructor(small: SizedGraph, large: SizedGraph) {
    this.#small = small;
    this.#large = large;
    small.graph.inputs.forEach((input, i) => {
      this.#b.adoptInput({ ...input, sides: this.#sides(input.value, large.graph.inputs[i]!.value) });
    });
  }

  add(a: Node, b: Node): void {
    const inputs = a.inputs.map((input, i) => {
      if (input === undefined) return undefined;
      const other = b.inputs[i]!;
      return input.constant === undefined
        ? (this.#renewed.get(input) ?? input)
        : this.#constant(input, other, a);
    });
    const outputs = this.#b.addMany(a.op, inputs, a.outputs, a.attributes, a.domain);
    a.outputs.forEach((output, i) => this.#renewed.set(output, outputs[i]!));
  }

  build(): Graph {
    const { outputs } = this.#small.graph;
    return this.#b.build(
      outputs.map(({ name, value }, i): NamedValue => {
        const sides = this.#sides(value, this.#large.graph.outputs[i]!.value);
        return { name, value: this.#renewed.get(value) ?? value, sides };
      }),
    );
  }

  #constant(a: Value, b: Value, node: Node): Value {
    if (a.dtype === 'int64' && a.shape.length === 1) {
      const [before, after] = [[...valuesOf(a)], [...valuesOf(b)]];
      return sameShape(before, after) ? a : this.#shape(before, after, node.op === 'Reshape');
    }
    if (sameShape(a.shape, b.shape)) return a;
    if (a.constant === undefined || !('splat' in a.constant))
      refuse('holds numbers that grow with the batch');
    // Equal numbers, as many as the batch asks for.
    const one = this.#b.splat(a.constant.splat, [], a.dtype);
    return this.#b.add('Expand', [one, this.#shape(a.shape, b.shape, false)], a);
  }

  /** Numbers of which some grow with the batch, as a value that is worked out when the graph runs. */
  #shape(before: Shape, after: Shape, reshape: boolean): Value {
    const grows = before.flatMap((side, i) => (side === after[i] ? [] : [i]));
    if (reshape && grows.length === 1)
      return this.#b.int64s(before.map((side, i) => (i === grows[0] ? -1 : side)));
    const parts = before.map((side, i) => {
      if (side === after[i]) return this.#b.int64s([side]);
      const factor = side / this.#small.batch;
      if (!Number.isInteger(factor) || after[i] !== factor * this.#large.batch) {
        refuse('has a side that does not grow in proportion to the batch');
      }
      const batch = this.#batchSize();
      return factor === 1
        ? batch
        : this.#b.add('Mul', [batch, this.#b.int64s([factor])], { dtype: 'int64', shape: [1] });
    });
    return this.#b.add('Concat', parts, { dtype: 'int64', shape: [before.length] }, { axis: 0 });
  }

  #batchSize(): Value {
    if (this.#batch !== undefined) return this.#batch;
    const b = this.#b;
    const images = this.#small.graph.inputs[0]!.value;
    const shape = b.add('Shape', [images], { dtype: 'int64', shape: [images.shape.length] });
    const inputs = [shape, b.int64s([0]), b.int64s([1]), b.int64s([0])];
    this.#batch = b.add('Slice', inputs, { dtype: 'int64', shape: [1] });
    return this.#batch;
  }

  #sides(a: Value, b: Value): readonly (number | string)[] {
    return a.shape.map((side, i) => (side === b.shape[i] ? side : batchSide));
  }
}
