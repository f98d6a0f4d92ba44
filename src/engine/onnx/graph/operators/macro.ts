/**
 * Operators of our own (domain `assay`): sums over windows and their gradients, kept whole until a pass lowers each in the
 * way that is fastest for its shapes (`passes/lower-*.ts`).
 *
 * Images are here [h, w, n, c]: rows of n × c numbers that lie together, one row for each place (h, w). A window is a
 * table: `table[p × k + j]` is the row of the input that element j of the window at output place p looks at, or -1 for a
 * row of zeros beyond the edge. Stride, dilation, padding, cropping and the order of places are nothing but tables, and
 * so is the gradient by the input: the same operator with the table turned round.
 */
import type { Shape, Value } from '../graph.js';
import type { GraphBuilder } from '../graph-builder.js';

/** Output places × window elements; see above. */
export interface WindowTable {
  readonly rows: Int32Array;
  /** Elements of a window. */
  readonly window: number;
  /** Places of the output, as the two leading sides of its shape. */
  readonly places: readonly [number, number];
}

const tableValue = (b: GraphBuilder, { rows, window }: WindowTable): Value =>
  b.constant(rows, [rows.length / window, window], 'int64');

/** The table of a macro operator's node, from its last input. */
export function tableOf(node: {
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
}): {
  readonly rows: Int32Array;
  readonly window: number;
} {
  const table = node.inputs.at(-1);
  if (table?.constant === undefined || !('values' in table.constant))
    throw new Error('expected a constant table');
  return { rows: table.constant.values as Int32Array, window: table.shape[1]! };
}

/** y[p] = Σ_j x[table[p, j]] · filter[j]: x [h, w, n, c], filter [k, c, o] → [places, n, o]. */
export function rowConv(b: GraphBuilder, x: Value, filter: Value, table: WindowTable): Value {
  const shape = [...table.places, x.shape[2]!, filter.shape[2]!];
  return b.add('RowConv', [x, filter, tableValue(b, table)], { dtype: 'float32', shape }, {}, 'assay');
}

/** The gradient of `rowConv` by its filter: x [h, w, n, c], dy [places, n, o] → [k, c, o]. */
export function rowConvFilterGradient(b: GraphBuilder, x: Value, dy: Value, table: WindowTable): Value {
  const shape = [table.window, x.shape[3]!, dy.shape[3]!];
  return b.add(
    'RowConvFilterGradient',
    [x, dy, tableValue(b, table)],
    { dtype: 'float32', shape },
    {},
    'assay',
  );
}

/** y[p] = Σ_j x[table[p, j]] · factors[j], element by element: factors [k, c] or [k, 1] → [places, n, c]. */
export function rowWeightedSum(b: GraphBuilder, x: Value, factors: Value, table: WindowTable): Value {
  const shape = [...table.places, x.shape[2]!, x.shape[3]!];
  return b.add(
    'RowWeightedSum',
    [x, factors, tableValue(b, table)],
    { dtype: 'float32', shape },
    {},
    'assay',
  );
}

/** The gradient of `rowWeightedSum` by its factors: [k, c]. */
export function rowFactorGradient(b: GraphBuilder, x: Value, dy: Value, table: WindowTable): Value {
  const shape = [table.window, x.shape[3]!];
  return b.add('RowFactorGradient', [x, dy, tableValue(b, table)], { dtype: 'float32', shape }, {}, 'assay');
}

/** y[p] = max_j x[table[p, j]]; rows beyond the edge do not count. */
export function rowMaxPool(b: GraphBuilder, x: Value, table: WindowTable): Value {
  const shape = [...table.places, x.shape[2]!, x.shape[3]!];
  return b.add('RowMaxPool', [x, tableValue(b, table)], { dtype: 'float32', shape }, {}, 'assay');
}

/**
 * The gradient of `rowMaxPool`: x, its gradient's image dy [places, n, c] → that of x. Of equal numbers in a window the
 * first gets it all, as in tfjs and Keras.
 */
export function rowMaxPoolGradient(b: GraphBuilder, x: Value, dy: Value, table: WindowTable): Value {
  return b.add(
    'RowMaxPoolGradient',
    [x, dy, tableValue(b, table)],
    { dtype: 'float32', shape: x.shape },
    {},
    'assay',
  );
}

/** y[p] = x[table[p]], rows of zeros where the table says -1; `places` are the leading sides of the result. */
export function rowGather(
  b: GraphBuilder,
  x: Value,
  rows: Int32Array,
  places: readonly [number, number],
): Value {
  const shape: Shape = [...places, x.shape[2]!, x.shape[3]!];
  const table = b.constant(rows, [rows.length, 1], 'int64');
  return b.add('RowGather', [x, table], { dtype: x.dtype, shape }, {}, 'assay');
}
