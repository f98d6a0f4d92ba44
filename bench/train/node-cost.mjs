/**
 * What ONNX Runtime's profile says of a node: how many operations, how many bytes, and what keeps it from the machine's
 * peak. Shapes come from the profile, so the graph itself is not needed. Pure.
 */

const bytesOf = { float: 4, int32: 4, int64: 8, uint8: 1, bool: 1, double: 8 };
const sizeOf = (shape) => shape.reduce((product, side) => product * side, 1);

/** `[{ "float": [128, 10] }, …]` → `[{ type, shape }, …]`. */
const typed = (list) =>
  (list ?? []).flatMap((entry) => Object.entries(entry).map(([type, shape]) => ({ type, shape })));

const products = new Set(['Gemm', 'MatMul', 'FusedMatMul', 'FusedGemm']);
const convolutions = new Set(['Conv', 'FusedConv', 'NhwcFusedConv']);

/** The three sides of a product of matrices, whichever of the two are transposed. */
function productSides([a, b], [out]) {
  const matrix = ({ shape }) => sizeOf(shape.slice(-2));
  const inner = Math.round(Math.sqrt((matrix(a) * matrix(b)) / matrix(out)));
  return [out.shape.at(-2) ?? 1, inner, out.shape.at(-1) ?? 1];
}

/** Multiplications and additions of products of matrices and convolutions; 0 for all that only moves or compares. */
function operationsOf(op, inputs, outputs) {
  if (products.has(op)) return 2 * sizeOf(outputs[0].shape) * productSides(inputs, outputs)[1];
  if (convolutions.has(op)) return 2 * sizeOf(outputs[0].shape) * sizeOf(inputs[1].shape.slice(1));
  if (op === 'ConvTranspose') return 2 * sizeOf(inputs[0].shape) * sizeOf(inputs[1].shape.slice(1));
  return 0;
}

/** One node's facts out of an event of the profile. */
export function nodeOf({ args, dur }) {
  const [inputs, outputs] = [typed(args.input_type_shape), typed(args.output_type_shape)];
  const bytes = [...inputs, ...outputs].reduce(
    (sum, { type, shape }) => sum + (bytesOf[type] ?? 4) * sizeOf(shape),
    0,
  );
  return {
    op: args.op_name,
    index: args.node_index,
    microseconds: dur,
    inputs,
    outputs,
    operations: operationsOf(args.op_name, inputs, outputs),
    bytes,
  };
}

const short = 32;
const brief = 4;
/** GB/s below which it can't be memory that a node waits for. */
const slow = 5;

/**
 * What holds a node where it is, as far as numbers tell.
 * @param call means of one call: microseconds, operations, bytes; @param peak operations a second.
 */
export function holds({ op, inputs, outputs }, call, peak) {
  if (call.microseconds < brief) return 'the call itself';
  if (call.operations === 0) {
    const rate = call.bytes / call.microseconds / 1000;
    return rate < slow ? `the kernel: ${rate.toFixed(1)} GB/s` : `memory: ${rate.toFixed(0)} GB/s`;
  }
  if (call.operations / (call.microseconds * 1e-6) > 0.8 * peak) return 'arithmetic';
  if (!products.has(op)) return 'the kernel';
  const sides = productSides(inputs, outputs);
  const least = Math.min(...sides);
  if (least < short) return `a side of ${least}: few sums for each number loaded`;
  return `edges and packing of ${sides.join('×')}`;
}

/** `8×8 · 3 of 4×2`: scalars left out, equal shapes in a row counted. */
function shapesOf(list) {
  const runs = [];
  for (const { shape } of list) {
    if (shape.length === 0) continue;
    const text = shape.join('×');
    if (runs.at(-1)?.text === text) runs.at(-1).count++;
    else runs.push({ text, count: 1 });
  }
  return runs
    .map(({ text, count }) => (count > 2 ? `${count} of ${text}` : Array(count).fill(text).join(' · ')))
    .join(' · ');
}
const signatureOf = ({ op, inputs, outputs }) => `${op} ${shapesOf(inputs)} → ${shapesOf(outputs)}`;

/**
 * Nodes that do the same on the same shapes, together, the longest first.
 * @param nodes of several steps. @param steps how many.
 */
export function groupNodes(nodes, steps, median) {
  const groups = new Map();
  for (const node of nodes) {
    const signature = signatureOf(node);
    const group = groups.get(signature) ?? { signature, node, times: [] };
    groups.set(signature, group);
    group.times.push(node.microseconds);
  }
  return [...groups.values()]
    .map(({ signature, node, times }) => {
      const calls = times.length / steps;
      const { operations, bytes } = node;
      const call = { microseconds: median(times), operations, bytes };
      return { signature, node, calls, call, microseconds: calls * call.microseconds };
    })
    .sort((a, b) => b.microseconds - a.microseconds);
}
