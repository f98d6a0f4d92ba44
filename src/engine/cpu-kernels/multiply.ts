/**
 * The matrix product behind the reference engine's kernels, in plain JavaScript: blocks that fit the caches, packed, and
 * 4 × 4 sums at a time in local variables, after K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication", ACM TOMS 34 (2008). Each element is summed in double precision, in order of the inner index, and
 * rounded to float32 once; so blocks and tiles change no bit. Knows nothing of tfjs; where factors come from is an
 * operand's business.
 */

/** A factor, as rows of inner elements: the left one itself, the right one transposed. */
export interface Operand {
  /**
   * Writes elements as panels of four rows: element p of row r (both counted from where the block begins) to
   * `target[(r >> 2) * 4 * innerCount + p * 4 + (r & 3)]`. What the last panel has too many, `multiply` cleared.
   */
  pack(target: Float64Array, rowFrom: number, rowCount: number, innerFrom: number, innerCount: number): void;
}

/** Rows and columns of the product, and inner elements, in one block. Multiples of four. */
const blockRows = 128;
const blockColumns = 256;
const blockInner = 256;

// Scratch space, taken once: nothing here outlives a call.
const left = new Float64Array(blockRows * blockInner);
const right = new Float64Array(blockColumns * blockInner);
const sums = new Float64Array(blockRows * blockColumns);

/**
 * product[i * columns + j] = Σ a[i][p] · b[j][p] over p below `inner`, row by row from `offset` on.
 * @param product gets rows × columns numbers; what was there before does not matter.
 */
export function multiply(
  a: Operand,
  b: Operand,
  rows: number,
  columns: number,
  inner: number,
  product: Float32Array,
  offset = 0,
): void {
  for (let i = 0; i < rows; i += blockRows) {
    const rowCount = Math.min(blockRows, rows - i);
    for (let j = 0; j < columns; j += blockColumns) {
      const columnCount = Math.min(blockColumns, columns - j);
      sums.fill(0);
      for (let p = 0; p < inner; p += blockInner) {
        const innerCount = Math.min(blockInner, inner - p);
        packPadded(a, left, i, rowCount, p, innerCount);
        packPadded(b, right, j, columnCount, p, innerCount);
        addBlock(rowCount, columnCount, innerCount);
      }
      for (let r = 0; r < rowCount; r++) {
        const to = offset + (i + r) * columns + j;
        const from = r * blockColumns;
        for (let c = 0; c < columnCount; c++) product[to + c] = sums[from + c]!;
      }
    }
  }
}

function packPadded(
  operand: Operand,
  target: Float64Array,
  rowFrom: number,
  rowCount: number,
  innerFrom: number,
  innerCount: number,
): void {
  if ((rowCount & 3) !== 0)
    target.fill(0, (rowCount >> 2) * 4 * innerCount, ((rowCount >> 2) + 1) * 4 * innerCount);
  operand.pack(target, rowFrom, rowCount, innerFrom, innerCount);
}

/** Adds the product of the packed blocks to `sums`. Rows and columns of padding add zeros where nobody looks. */
function addBlock(rowCount: number, columnCount: number, innerCount: number): void {
  const panel = 4 * innerCount;
  for (let j = 0, rightPanel = 0; j < columnCount; j += 4, rightPanel += panel) {
    for (let i = 0, leftPanel = 0; i < rowCount; i += 4, leftPanel += panel) {
      addTile(i * blockColumns + j, leftPanel, rightPanel, panel);
    }
  }
}

/** The 4 × 4 sums from `at` on grow by the products of two panels. */
function addTile(at: number, a: number, b: number, length: number): void {
  const row1 = at + blockColumns;
  const row2 = row1 + blockColumns;
  const row3 = row2 + blockColumns;
  let s00 = sums[at]!,
    s01 = sums[at + 1]!,
    s02 = sums[at + 2]!,
    s03 = sums[at + 3]!;
  let s10 = sums[row1]!,
    s11 = sums[row1 + 1]!,
    s12 = sums[row1 + 2]!,
    s13 = sums[row1 + 3]!;
  let s20 = sums[row2]!,
    s21 = sums[row2 + 1]!,
    s22 = sums[row2 + 2]!,
    s23 = sums[row2 + 3]!;
  let s30 = sums[row3]!,
    s31 = sums[row3 + 1]!,
    s32 = sums[row3 + 2]!,
    s33 = sums[row3 + 3]!;
  for (const end = a + length; a < end; a += 4, b += 4) {
    const b0 = right[b]!,
      b1 = right[b + 1]!,
      b2 = right[b + 2]!,
      b3 = right[b + 3]!;
    const a0 = left[a]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[a + 1]!;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[a + 2]!;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[a + 3]!;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  sums[at] = s00;
  sums[at + 1] = s01;
  sums[at + 2] = s02;
  sums[at + 3] = s03;
  sums[row1] = s10;
  sums[row1 + 1] = s11;
  sums[row1 + 2] = s12;
  sums[row1 + 3] = s13;
  sums[row2] = s20;
  sums[row2 + 1] = s21;
  sums[row2 + 2] = s22;
  sums[row2 + 3] = s23;
  sums[row3] = s30;
  sums[row3 + 1] = s31;
  sums[row3 + 2] = s32;
  sums[row3 + 3] = s33;
}

/** A matrix in memory: element p of row r stands at `offset + r * rowStride + p * innerStride`. */
export function strided(
  values: ArrayLike<number>,
  offset: number,
  rowStride: number,
  innerStride: number,
): Operand {
  return {
    pack(target, rowFrom, rowCount, innerFrom, innerCount) {
      for (let r = 0; r < rowCount; r++) {
        let to = (r >> 2) * 4 * innerCount + (r & 3);
        let from = offset + (rowFrom + r) * rowStride + innerFrom * innerStride;
        for (let p = 0; p < innerCount; p++, to += 4, from += innerStride) target[to] = values[from]!;
      }
    },
  };
}
