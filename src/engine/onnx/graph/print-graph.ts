/** A graph as text that people read and tests compare: one line for each node, values numbered in order. */
import { type Attribute, type Graph, sizeOf, type Value, valuesOf } from './graph.js';

/** Constants of up to this many elements are printed whole. */
const printed = 8;

/**
 * `%3 = Add(%1, 0.5) : float32[32,10]`. Constants stand where they are used, long ones by type, shape and a digest of
 * their elements; operators of other domains have theirs before them.
 */
export function printGraph({ inputs, nodes, outputs }: Graph): string {
  const names = new Map<Value, string>();
  const nameOf = (value: Value | undefined): string => {
    if (value === undefined) return '-';
    if (value.constant !== undefined) return printConstant(value);
    let name = names.get(value);
    if (name === undefined) names.set(value, (name = `%${names.size}`));
    return name;
  };
  const lines = inputs.map(({ name, value }) => `${nameOf(value)} = input ${name} : ${typeOf(value)}`);
  for (const { op, domain, inputs: read, outputs: made, attributes } of nodes) {
    const operator = domain === '' ? op : `${domain}.${op}`;
    const facts = Object.entries(attributes).map(([name, value]) => `${name}=${printAttribute(value)}`);
    const settings = facts.length > 0 ? ` {${facts.join(', ')}}` : '';
    const reads = read.map(nameOf).join(', ');
    lines.push(
      `${made.map(nameOf).join(', ')} = ${operator}(${reads})${settings} : ${made.map(typeOf).join(', ')}`,
    );
  }
  lines.push(...outputs.map(({ name, value }) => `output ${name} = ${nameOf(value)}`));
  return `${lines.join('\n')}\n`;
}

const typeOf = ({ dtype, shape }: Value): string => `${dtype}[${shape.join(',')}]`;

function printAttribute(value: Attribute): string {
  if (typeof value === 'object' && 'float' in value) return String(value.float);
  return typeof value === 'object' ? `[${value.join(',')}]` : String(value);
}

function printConstant(value: Value): string {
  const { constant, shape } = value;
  if (constant !== undefined && 'splat' in constant) {
    return shape.length === 0 ? String(constant.splat) : `${constant.splat}:${typeOf(value)}`;
  }
  const values = valuesOf(value);
  if (sizeOf(shape) <= printed) return `[${values.join(',')}]`;
  return `${typeOf(value)}#${digest(values)}`;
}

const digests = new WeakMap<object, string>();

/** FNV-1a over the elements' 32-bit words, or bytes, to tell constants apart. */
export function digest(values: Float32Array | Int32Array | Uint8Array): string {
  let text = digests.get(values);
  if (text === undefined) digests.set(values, (text = digestOf(values)));
  return text;
}

function digestOf(values: Float32Array | Int32Array | Uint8Array): string {
  const { buffer, byteOffset, length } = values;
  const words = values instanceof Uint8Array ? values : new Int32Array(buffer, byteOffset, length);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul((hash >>> 15) ^ hash ^ word, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
