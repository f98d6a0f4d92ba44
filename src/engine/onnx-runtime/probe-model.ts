/**
 * The smallest graph that tells whether a provider works: `product = float(pixels) · weights`, over any number of rows,
 * and `squares = weights ∘ weights`. Written by hand, so that finding out needs neither a network nor tfjs.
 */
import { PbfWriter } from 'pbf';

/** onnx.proto's TensorProto.DataType. */
const float32 = 1;
const uint8 = 2;

/** What the graph takes and gives, worked out by hand, for whoever probes. */
export const probeCase = {
  rows: 3,
  pixels: Uint8Array.of(1, 2, 255, 0, 7, 200),
  weights: Float32Array.of(0.5, -1, 2, 0.25),
  product: Float32Array.of(4.5, -0.5, 127.5, -255, 403.5, 43),
  squares: Float32Array.of(0.25, 1, 4, 0.0625),
};

/** An ONNX ModelProto of opset 21. Numbers are the fields of onnx.proto. */
export function probeModel(): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 10);
  pbf.writeMessage(7, writeGraph, undefined);
  pbf.writeMessage(8, (_, opset) => opset.writeVarintField(2, 21), undefined);
  return pbf.finish();
}

function writeGraph(_: undefined, graph: PbfWriter): void {
  graph.writeMessage(1, writeNode, ['Cast', ['pixels'], 'floats']);
  graph.writeMessage(1, writeNode, ['MatMul', ['floats', 'weights'], 'product']);
  graph.writeMessage(1, writeNode, ['Mul', ['weights', 'weights'], 'squares']);
  graph.writeStringField(2, 'probe');
  graph.writeMessage(11, writeValue, ['pixels', uint8, ['rows', 2]]);
  graph.writeMessage(11, writeValue, ['weights', float32, [2, 2]]);
  graph.writeMessage(12, writeValue, ['product', float32, ['rows', 2]]);
  graph.writeMessage(12, writeValue, ['squares', float32, [2, 2]]);
}

type Node = readonly [kind: string, inputs: readonly string[], output: string];

function writeNode([kind, inputs, output]: Node, node: PbfWriter): void {
  for (const input of inputs) node.writeStringField(1, input);
  node.writeStringField(2, output);
  node.writeStringField(3, output);
  node.writeStringField(4, kind);
  if (kind !== 'Cast') return;
  node.writeMessage(
    5,
    (_, attribute) => {
      attribute.writeStringField(1, 'to');
      attribute.writeVarintField(3, float32);
      attribute.writeVarintField(20, 2);
    },
    undefined,
  );
}

type Value = readonly [name: string, type: number, dims: readonly (number | string)[]];

function writeValue([name, type, dims]: Value, value: PbfWriter): void {
  value.writeStringField(1, name);
  value.writeMessage(
    2,
    (_, typeProto) =>
      typeProto.writeMessage(
        1,
        (_tensor, tensor) => {
          tensor.writeVarintField(1, type);
          tensor.writeMessage(2, writeShape, dims);
        },
        undefined,
      ),
    undefined,
  );
}

function writeShape(dims: readonly (number | string)[], shape: PbfWriter): void {
  for (const dim of dims) {
    shape.writeMessage(
      1,
      (size, dimension) => {
        if (typeof size === 'number') dimension.writeVarintField(1, size);
        else dimension.writeStringField(2, size);
      },
      dim,
    );
  }
}
