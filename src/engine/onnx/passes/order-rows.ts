/**
 * Leaves out the rows of images that nobody needs, and puts the others into the order in which they are wanted: a pool's
 * windows' elements as blocks, one after another, else the tiles of a 3 × 3 convolution. Window operators work by tables,
 * so their order of rows costs nothing; what is done row by row does not care.
 */
import { type Graph, type Node, type Value, valuesOf } from '../graph/graph.js';
import { GraphBuilder } from '../graph/graph-builder.js';
import { tableOf } from '../graph/operators/macro.js';
import { tilesOf } from '../graph/window-tiles.js';
import { roleOf } from './row-roles.js';
import { type RowSpace, RowSpaces } from './row-spaces.js';

interface Order {
  /** The rows that are kept, in their new order. */
  readonly rows: Int32Array;
  /** Where a row is now; -1: nowhere. */
  readonly places: Int32Array;
}

export function orderRows(graph: Graph): Graph {
  const spaces = new RowSpaces(graph);
  const orders = chooseOrders(graph, spaces);
  const orderOf = (value: Value): Order | undefined => {
    const space = spaces.of(value);
    return space === undefined ? undefined : orders.get(space);
  };
  const b = new GraphBuilder();
  const renewed = new Map<Value, Value>();
  const renew = (value: Value | undefined): Value | undefined => {
    if (value === undefined) return undefined;
    const known = renewed.get(value);
    if (known !== undefined) return known;
    const order = orderOf(value);
    const made = value.constant === undefined || order === undefined ? value : pick(b, value, order);
    renewed.set(value, made);
    return made;
  };
  for (const input of graph.inputs) b.adoptInput(input);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(renew);
    const types = node.outputs.map((output) => {
      const order = orderOf(output);
      const shape = order === undefined ? output.shape : [1, order.rows.length, ...output.shape.slice(2)];
      return { dtype: output.dtype, shape };
    });
    if (node.domain === 'assay') inputs[inputs.length - 1] = reorderTable(b, node, orderOf);
    const made = b.addMany(node.op, inputs, types, node.attributes, node.domain);
    node.outputs.forEach((output, i) => renewed.set(output, made[i]!));
  }
  return b.build(graph.outputs.map(({ name, value }) => ({ name, value: renew(value)! })));
}

/** A constant image's rows. */
function pick(b: GraphBuilder, value: Value, { rows }: Order): Value {
  const shape = [1, rows.length, ...value.shape.slice(2)];
  if ('splat' in value.constant!) return b.splat(value.constant.splat, shape, value.dtype);
  const values = valuesOf(value);
  const size = value.shape[2]! * value.shape[3]!;
  const picked = values.slice(0, rows.length * size);
  rows.forEach((row, i) => picked.set(values.subarray(row * size, (row + 1) * size), i * size));
  return b.constant(picked, shape, value.dtype);
}

/** The table for the new orders of the rows that it looks at and of its own places. */
function reorderTable(b: GraphBuilder, node: Node, orderOf: (value: Value) => Order | undefined): Value {
  const { rows, window } = tableOf(node);
  const role = roleOf(node);
  const from = orderOf(node.inputs[0]!);
  const to = orderOf(role.kind === 'windows' || role.kind === 'max' ? node.outputs[0]! : node.inputs[1]!);
  if (from === undefined && to === undefined) return node.inputs.at(-1)!;
  const count = to?.rows.length ?? rows.length / window;
  const table = new Int32Array(count * window);
  for (let p = 0; p < count; p++) {
    const place = to?.rows[p] ?? p;
    for (let j = 0; j < window; j++) {
      const row = rows[place * window + j]!;
      table[p * window + j] = row < 0 ? -1 : (from?.places[row] ?? row);
    }
  }
  return b.constant(table, [count, window], 'int64');
}

function chooseOrders(graph: Graph, spaces: RowSpaces): ReadonlyMap<RowSpace, Order> {
  const orders = new Map<RowSpace, Order>();
  const done = new Set<RowSpace>();
  const choose = (space: RowSpace): void => {
    if (done.has(space)) return;
    done.add(space);
    if (space.fixed) return;
    const kept = Int32Array.from([...space.needed.keys()].filter((row) => space.needed[row] === 1));
    const wanted = pooledOrder(space) ?? tiledOrder(space, kept) ?? [];
    const first = new Set(wanted);
    const rows = Int32Array.from([...first, ...kept.filter((row) => !first.has(row))]);
    if (rows.length === space.rows && rows.every((row, i) => row === i)) return;
    if (rows.length === 0) return;
    const places = new Int32Array(space.rows).fill(-1);
    rows.forEach((row, i) => (places[row] = i));
    orders.set(space, { rows, places });
  };
  /** The windows' elements in blocks, for a pool whose windows do not overlap. */
  const pooledOrder = (space: RowSpace): readonly number[] | undefined => {
    for (const node of graph.nodes) {
      if (node.op !== 'RowMaxPool' || spaces.of(node.inputs[0]!) !== space) continue;
      const output = spaces.of(node.outputs[0]!);
      if (output !== undefined) choose(output);
      const { rows, window } = tableOf(node);
      const order = output === undefined ? undefined : orders.get(output);
      const places = order?.rows ?? Int32Array.from({ length: rows.length / window }, (_, p) => p);
      const wanted: number[] = [];
      for (let j = 0; j < window; j++) for (const p of places) wanted.push(rows[p * window + j]!);
      if (!wanted.includes(-1) && new Set(wanted).size === wanted.length) return wanted;
    }
    return undefined;
  };
  const tiledOrder = (space: RowSpace, kept: Int32Array): readonly number[] | undefined => {
    for (const node of graph.nodes) {
      if (node.op !== 'RowConv' || spaces.of(node.outputs[0]!) !== space) continue;
      const tiles = tilesOf(tableOf(node));
      if (tiles === undefined) continue;
      return Array.from(kept).sort((p, q) => tiles.outputs[p]! - tiles.outputs[q]!);
    }
    return undefined;
  };
  for (const node of graph.nodes) {
    for (const value of [...node.inputs, ...node.outputs]) {
      const space = value === undefined ? undefined : spaces.of(value);
      if (space !== undefined) choose(space);
    }
  }
  return orders;
}
