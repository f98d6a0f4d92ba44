/**
 * Writes a graph as an ONNX model (onnx.proto, IR version 10), through pbf. Owns the names that values get in the file;
 * numbers in calls of pbf are the fields of onnx.proto.
 */
import { PbfWriter } from 'pbf';
import {
  type Attribute,
  type Constant,
  type DType,
  type Graph,
  type NamedValue,
  type Node,
  type Shape,
  sizeOf,
  type Value,
  valuesOf,
} from '../graph/graph.js';
import { onnxTypes } from '../graph/operators/elementwise.js';

const irVersion = 10;
/** Of ONNX's operators. ONNX Runtime's own domains are of version 1. */
const opset = 21;
/** A constant of equal numbers is written out up to this many; a longer one is spread from a single number. */
const longestSplat = 64;

export function writeOnnx(graph: Graph): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, 'assay');
  pbf.writeMessage(7, writeGraph, graph);
  const domains = new Set(graph.nodes.map(({ domain }) => domain));
  if (domains.has('assay')) throw new Error('an operator of our own was not lowered');
  pbf.writeMessage(8, writeOpset, { domain: '', version: opset });
  for (const domain of domains) if (domain !== '') pbf.writeMessage(8, writeOpset, { domain, version: 1 });
  return pbf.finish();
}

function writeOpset({ domain, version }: { domain: string; version: number }, pbf: PbfWriter): void {
  if (domain !== '') pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

function writeGraph(graph: Graph, pbf: PbfWriter): void {
  const written = new Map<Value, string>();
  for (const { name, value } of graph.inputs) {
    written.set(value, name);
  }
  // An output that a node makes has its name from the start; one that is an input, or named twice, is copied.
  const copies: (readonly [Value, string])[] = [];
  for (const { name, value } of graph.outputs) {
    if (written.has(value) || value.constant !== undefined) copies.push([value, name]);
    else written.set(value, name);
  }
  const nameOf = (value: Value): string => {
    const known = written.get(value);
    if (known !== undefined) return known;
    const name = `v${written.size}`;
    written.set(value, name);
    return name;
  };
  const emitConstant = (value: Value): void => {
    if (value.constant === undefined || written.has(value)) return;
    const name = nameOf(value);
    if ('splat' in value.constant && sizeOf(value.shape) > longestSplat) {
      const one = { dtype: value.dtype, shape: [], constant: value.constant };
      pbf.writeMessage(5, writeTensor, { name: `${name}.one`, ...one });
      const shape = { dtype: 'int64' as const, shape: [value.shape.length] };
      pbf.writeMessage(5, writeTensor, {
        name: `${name}.shape`,
        ...shape,
        constant: { values: Int32Array.from(value.shape) },
      });
      pbf.writeMessage(1, writeNode, {
        op: 'Expand',
        domain: '',
        inputs: [`${name}.one`, `${name}.shape`],
        outputs: [name],
        attributes: {},
      });
      return;
    }
    pbf.writeMessage(5, writeTensor, {
      name,
      dtype: value.dtype,
      shape: value.shape,
      constant: value.constant,
    });
  };
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input !== undefined) emitConstant(input);
    const inputs = node.inputs.map((input) => (input === undefined ? '' : nameOf(input)));
    const outputs = node.outputs.map((output) => nameOf(output));
    pbf.writeMessage(1, writeNode, { ...node, inputs, outputs });
  }
  for (const [value, name] of copies) {
    emitConstant(value);
    pbf.writeMessage(1, writeNode, {
      op: 'Identity',
      domain: '',
      inputs: [nameOf(value)],
      outputs: [name],
      attributes: {},
    });
  }
  pbf.writeStringField(2, 'assay');
  for (const input of graph.inputs) pbf.writeMessage(11, writeValueInfo, input);
  for (const output of graph.outputs) pbf.writeMessage(12, writeValueInfo, output);
}

interface NamedNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Node['attributes'];
}

function writeNode({ op, domain, inputs, outputs, attributes }: NamedNode, pbf: PbfWriter): void {
  for (const name of inputs) pbf.writeStringField(1, name);
  for (const name of outputs) pbf.writeStringField(2, name);
  // ONNX Runtime's profiles name nodes by this.
  pbf.writeStringField(3, outputs[0]!);
  pbf.writeStringField(4, op);
  for (const [name, value] of Object.entries(attributes))
    pbf.writeMessage(5, writeAttribute, { name, value });
  if (domain !== '') pbf.writeStringField(7, domain);
}

/** onnx.proto's AttributeProto.AttributeType. */
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

function writeAttribute({ name, value }: { name: string; value: Attribute }, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, attributeTypes.int);
  } else if (typeof value === 'string') {
    pbf.writeBytesField(4, Buffer.from(value));
    pbf.writeVarintField(20, attributeTypes.string);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, attributeTypes.float);
  } else {
    for (const number of value) pbf.writeVarintField(8, number);
    pbf.writeVarintField(20, attributeTypes.ints);
  }
}

interface Tensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly constant: Constant;
}

function writeTensor({ name, dtype, shape, constant }: Tensor, pbf: PbfWriter): void {
  for (const side of shape) pbf.writeVarintField(1, side);
  pbf.writeVarintField(2, onnxTypes[dtype]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, bytesOf(valuesOf({ id: 0, dtype, shape, constant }), dtype));
}

function bytesOf(values: ReturnType<typeof valuesOf>, dtype: DType): Uint8Array {
  if (dtype !== 'int64') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
}

function writeValueInfo({ name, value, sides }: NamedValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeType, { dtype: value.dtype, sides: sides ?? value.shape });
}

interface TensorType {
  readonly dtype: DType;
  readonly sides: readonly (number | string)[];
}

function writeType(type: TensorType, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeTensorType, type);
}

function writeTensorType({ dtype, sides }: TensorType, pbf: PbfWriter): void {
  pbf.writeVarintField(1, onnxTypes[dtype]);
  pbf.writeMessage(2, writeShape, sides);
}

function writeShape(sides: readonly (number | string)[], pbf: PbfWriter): void {
  for (const side of sides) pbf.writeMessage(1, writeDimension, side);
}

function writeDimension(side: number | string, pbf: PbfWriter): void {
  if (typeof side === 'number') pbf.writeVarintField(1, side);
  else pbf.writeStringField(2, side);
}
