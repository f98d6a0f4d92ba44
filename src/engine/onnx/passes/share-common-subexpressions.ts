/** Computes once what is the same: nodes of one operator with the same attributes and inputs become one. */
import type { Attribute, ConstantValues, Graph, Node, Value } from '../graph/graph.js';
import { digest } from '../graph/print-graph.js';
import { rewrite } from './rewrite.js';

/** Operators that do not mind in which order they get their operands. */
const commutative: ReadonlySet<string> = new Set(['Add', 'Mul', 'Equal', 'And', 'Or', 'Xor']);

export function shareCommonSubexpressions(graph: Graph): Graph {
  const known = new Map<string, readonly Value[]>();
  const digests = new Map<Value, string>();
  const contentOf = contentsTold();
  const keyOf = (value: Value | undefined): string => {
    if (value === undefined) return '';
    if (value.constant === undefined) return `%${value.id}`;
    const found = digests.get(value);
    if (found !== undefined) return found;
    const content = 'splat' in value.constant ? `=${rounded(value)}` : contentOf(value.constant.values);
    const key = `${value.dtype}[${value.shape.join()}]${content}`;
    digests.set(value, key);
    return key;
  };
  return rewrite(graph, (node, { b }) => {
    const operands = node.inputs.map(keyOf);
    if (commutative.has(node.op)) operands.sort();
    const key = [node.domain, node.op, attributesOf(node), ...operands].join('|');
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = b.addMany(node.op, node.inputs, node.outputs, node.attributes, node.domain);
    known.set(key, made);
    return made;
  });
}

/** Short constants by their elements, long ones by a digest; of those that have it by chance, each its own number besides. */
function contentsTold(): (values: ConstantValues) => string {
  const alike = new Map<string, ConstantValues[]>();
  return (values) => {
    if (values.length <= 64) return `(${values.join()})`;
    const key = `#${digest(values)}`;
    const known = alike.get(key) ?? [];
    alike.set(key, known);
    const at = known.findIndex((other) => isEqual(other, values));
    return `${key}.${at < 0 ? known.push(values) - 1 : at}`;
  };
}

const isEqual = (a: ConstantValues, b: ConstantValues): boolean =>
  a.length === b.length && a.every((element, i) => Object.is(element, b[i]));

/** What is written of equal numbers that are kept in a higher precision. */
function rounded({ dtype, constant }: Value): number {
  const { splat } = constant as { readonly splat: number };
  return dtype === 'float32' ? Math.fround(splat) : splat;
}

const attributesOf = ({ attributes }: Node): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join();

const textOf = (value: Attribute): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
