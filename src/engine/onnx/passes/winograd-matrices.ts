/**
 * The matrices of Winograd's convolution F(2 × 2, 3 × 3) (Lavin, Gray 2015), over patches, filters and tiles written out as
 * columns: each is the Kronecker product of the one-dimensional matrix with itself.
 */
type Matrix = readonly (readonly number[])[];

const patch: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
const filter: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
const output: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];

export interface FlatMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export const flatMatrix = (
  rows: number,
  columns: number,
  at: (i: number, j: number) => number,
): FlatMatrix => ({
  rows,
  columns,
  values: Float32Array.from({ length: rows * columns }, (_, k) => at(Math.floor(k / columns), k % columns)),
});

function twice(m: Matrix): FlatMatrix {
  const [rows, columns] = [m.length, m[0]!.length];
  return flatMatrix(
    rows * rows,
    columns * columns,
    (i, j) => m[Math.floor(i / rows)]![Math.floor(j / columns)]! * m[i % rows]![j % columns]!,
  );
}

/** The product of two. */
export const times = (a: FlatMatrix, b: FlatMatrix): FlatMatrix =>
  flatMatrix(a.rows, b.columns, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) sum += a.values[i * a.columns + k]! * b.values[k * b.columns + j]!;
    return sum;
  });

/** Each element with a unit matrix in its place. */
export const spreadOut = (m: FlatMatrix, size: number): FlatMatrix =>
  flatMatrix(m.rows * size, m.columns * size, (i, j) =>
    i % size === j % size ? m.values[Math.floor(i / size) * m.columns + Math.floor(j / size)]! : 0,
  );

export const transposed = ({ rows, columns, values }: FlatMatrix): FlatMatrix =>
  flatMatrix(columns, rows, (i, j) => values[j * columns + i]!);

/** Below a matrix, so many rows of zeros. */
export const withZeroRows = ({ rows, columns, values }: FlatMatrix, more: number): FlatMatrix =>
  flatMatrix(rows + more, columns, (i, j) => (i < rows ? values[i * columns + j]! : 0));

/** Of a patch, [16, 16]; of a filter, [16, 9]; of products to a tile's outputs, [4, 16]. */
export const winograd = { patch: twice(patch), filter: twice(filter), output: twice(output) } as const;

/**
 * [4 × 16, 9]: a filter laid over each of a tile's four windows in the patch of 4 × 4 that they share, so that the patch,
 * once gathered, gives all four outputs.
 */
export const spreadFilter: FlatMatrix = flatMatrix(64, 9, (i, j) => {
  const [corner, at] = [i >> 4, i & 15];
  const [y, x] = [(at >> 2) - (corner >> 1), (at & 3) - (corner & 1)];
  return y * 3 + x === j && x >= 0 && x < 3 ? 1 : 0;
});
