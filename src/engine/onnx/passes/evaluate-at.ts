/** What an element-wise expression gives at one number: for passes that must know how a factor behaves. */
import { type Node, splatOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';

type Compute = (inputs: readonly number[]) => number;

const computations: Readonly<Record<string, Compute>> = {
  Add: ([x, y]) => x! + y!,
  Sub: ([x, y]) => x! - y!,
  Mul: ([x, y]) => x! * y!,
  Relu: ([x]) => Math.max(0, x!),
  Clip: ([x, low, high]) => Math.min(Math.max(x!, low ?? -Infinity), high ?? Infinity),
  Equal: ([x, y]) => Number(x === y),
  Greater: ([x, y]) => Number(x! > y!),
  GreaterOrEqual: ([x, y]) => Number(x! >= y!),
  Less: ([x, y]) => Number(x! < y!),
  LessOrEqual: ([x, y]) => Number(x! <= y!),
  And: ([x, y]) => Number(x !== 0 && y !== 0),
  Or: ([x, y]) => Number(x !== 0 || y !== 0),
  Not: ([x]) => Number(x === 0),
  Where: ([condition, x, y]) => (condition === 0 ? y! : x!),
  // Of truth values, or from one type to another where the number is the same.
  Cast: ([x]) => x!,
};

/** @param known the numbers of some values. @returns undefined where more would have to be known. */
export function evaluate(b: GraphBuilder, node: Node, known: Map<Value, number>): number | undefined {
  const compute = computations[node.op];
  if (compute === undefined) return undefined;
  const numbers: number[] = [];
  for (const input of node.inputs) {
    if (input === undefined) return undefined;
    const number = numberOf(b, input, known);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return compute(numbers);
}

function numberOf(b: GraphBuilder, value: Value, known: Map<Value, number>): number | undefined {
  const found = known.get(value) ?? splatOf(value);
  if (found !== undefined) return found;
  const node = b.producer(value);
  const number = node === undefined ? undefined : evaluate(b, node, known);
  if (number !== undefined) known.set(value, number);
  return number;
}
