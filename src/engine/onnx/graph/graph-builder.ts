/**
 * Makes the nodes of a graph, one after another. Owns the list of nodes until `build`; infers no shapes (the functions of
 * `operators/` do) and simplifies nothing (`passes/` do).
 */
import {
  type Attributes,
  type ConstantValues,
  type Domain,
  type DType,
  type Graph,
  type NamedValue,
  type Node,
  type Shape,
  sizeOf,
  type Value,
} from './graph.js';

export interface OutputType {
  readonly dtype: DType;
  readonly shape: Shape;
}

let lastId = 0;

export class GraphBuilder {
  readonly #inputs: NamedValue[] = [];
  readonly #nodes: Node[] = [];
  readonly #producers = new Map<Value, Node>();
  readonly #readers = new Map<Value, Node[]>();

  input(name: string, dtype: DType, shape: Shape): Value {
    const value: Value = { id: ++lastId, dtype, shape };
    this.#inputs.push({ name, value });
    return value;
  }

  /** Takes over an input of another graph as it is. */
  adoptInput(input: NamedValue): void {
    this.#inputs.push(input);
  }

  constant(values: ConstantValues, shape: Shape, dtype: DType): Value {
    if (values.length !== sizeOf(shape))
      throw new Error(`${values.length} values for shape ${shape.join('×')}`);
    return { id: ++lastId, dtype, shape, constant: { values } };
  }

  splat(number: number, shape: Shape, dtype: DType): Value {
    return { id: ++lastId, dtype, shape, constant: { splat: number } };
  }

  scalar(number: number, dtype: DType = 'float32'): Value {
    return this.splat(number, [], dtype);
  }

  /** Whole numbers as ONNX takes shapes and axes. */
  int64s(numbers: readonly number[]): Value {
    return this.constant(Int32Array.from(numbers), [numbers.length], 'int64');
  }

  /** A node with several outputs. */
  addMany(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly OutputType[],
    attributes: Attributes = {},
    domain: Domain = '',
  ): readonly Value[] {
    const values = outputs.map(({ dtype, shape }): Value => ({ id: ++lastId, dtype, shape }));
    const node: Node = { op, domain, inputs, outputs: values, attributes };
    this.#nodes.push(node);
    for (const value of values) this.#producers.set(value, node);
    for (const input of new Set(inputs)) {
      if (input === undefined || input.constant !== undefined) continue;
      const readers = this.#readers.get(input);
      if (readers === undefined) this.#readers.set(input, [node]);
      else readers.push(node);
    }
    return values;
  }

  add(
    op: string,
    inputs: readonly (Value | undefined)[],
    output: OutputType,
    attributes: Attributes = {},
    domain: Domain = '',
  ): Value {
    return this.addMany(op, inputs, [output], attributes, domain)[0]!;
  }

  /** The node that makes a value; undefined for inputs and constants. */
  producer(value: Value | undefined): Node | undefined {
    return value === undefined ? undefined : this.#producers.get(value);
  }

  /** The node that makes a value, if it is of that operator. */
  producerOf(value: Value | undefined, op: string): Node | undefined {
    const node = this.producer(value);
    return node?.op === op ? node : undefined;
  }

  /** The nodes so far that read a value. */
  readers(value: Value): readonly Node[] {
    return this.#readers.get(value) ?? [];
  }

  build(outputs: readonly NamedValue[]): Graph {
    return { inputs: this.#inputs.slice(), nodes: this.#nodes.slice(), outputs };
  }
}
