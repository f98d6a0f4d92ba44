/**
 * Lowers 3 × 3 convolutions whose windows lie in a grid (`graph/window-tiles.ts`), four outputs at a time: by Winograd's
 * F(2 × 2, 3 × 3), 16 products for 36; for few channels in, where that pays nothing, by patches that are gathered once for
 * all four. What depends on the filter alone is done on the filter. Leaves everything else to `lower-windows.ts`.
 */
import type { Node, Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { gemm, matMul } from '../graph/operators/linear.js';
import { tableOf } from '../graph/operators/macro.js';
import { concat, reshape, transpose } from '../graph/operators/shape.js';
import { turnRound } from '../graph/window-table.js';
import { tilesOf, type WindowTiles } from '../graph/window-tiles.js';
import { differencesOf } from './differences.js';
import { blocksOf, flatRows, rowsAt, sumOf } from './gather-rows.js';
import {
  type FlatMatrix,
  spreadFilter,
  spreadOut,
  times,
  transposed,
  winograd,
  withZeroRows,
} from './winograd-matrices.js';

/** From so many channels on, in and out, Winograd's transforms are worth their while. */
const manyChannels = 8;
/** Of a tile's outputs at least so many must be wanted. */
const leastUse = 0.55;
/** Of the rows that patches look at at least so many must be there, not beyond an edge or between rows. */
const leastRows = 0.4;

/** Finds tiles once for each table. */
export class TileFinder {
  readonly #known = new Map<Int32Array, WindowTiles | null>();

  find(rows: Int32Array, window: number): WindowTiles | undefined {
    let tiles = this.#known.get(rows);
    if (tiles === undefined) {
      const found = tilesOf({ rows, window });
      this.#known.set(rows, (tiles = found !== undefined && isDense(found) ? found : null));
    }
    return tiles ?? undefined;
  }
}

function isDense({ count, patches, outputs }: WindowTiles): boolean {
  const rows = patches.reduce((sum, row) => sum + Number(row >= 0), 0);
  return outputs.length >= leastUse * 4 * count && rows >= leastRows * 16 * count;
}

/** What stands in a node's place; undefined where this is not the way. */
export function lowerTiled(b: GraphBuilder, node: Node, finder: TileFinder): Value | undefined {
  if (node.op !== 'RowConv' && node.op !== 'RowConvFilterGradient') return undefined;
  const { rows, window } = tableOf(node);
  if (window !== 9) return undefined;
  const lowered =
    node.op === 'RowConv' ? convolve(b, node, finder) : contract(b, node, finder.find(rows, window));
  return lowered === undefined ? undefined : reshape(b, lowered, node.outputs[0]!.shape);
}

const constant = (b: GraphBuilder, { values, rows, columns }: FlatMatrix): Value =>
  b.constant(values, [rows, columns], 'float32');

function convolve(b: GraphBuilder, node: Node, finder: TileFinder): Value | undefined {
  const [x, filter] = node.inputs as [Value, Value];
  const [, c, o] = filter.shape as [number, number, number];
  const { rows, window } = tableOf(node);
  const tiles = finder.find(rows, window);
  if (c < manyChannels) return tiles === undefined ? undefined : byPatches(b, x, filter, tiles);
  if (o < manyChannels) return undefined;
  // A gradient of an image has its filter transposed; so told, its tiles are better those of the gradient that comes in.
  const isGradient = b.producerOf(filter, 'Transpose') !== undefined;
  const back = isGradient ? backTable(x, rows, window) : undefined;
  const backTiles = back === undefined ? undefined : finder.find(back, window);
  if (backTiles !== undefined && backTiles.count <= (tiles?.count ?? Infinity)) {
    return adjoint(b, x, filter, backTiles, rows.length / window);
  }
  return tiles === undefined ? undefined : forward(b, x, filter, tiles);
}

/** The table of which this one is the way back; undefined if it is none. */
function backTable(x: Value, rows: Int32Array, window: number): Int32Array | undefined {
  const places = [x.shape[0]!, x.shape[1]!] as const;
  const seen = new Set<number>();
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]! < 0) continue;
    const use = rows[i]! * window + (i % window);
    if (seen.has(use)) return undefined;
    seen.add(use);
  }
  return turnRound({ rows, window, places }, places).rows;
}

/** [16, tiles·n, c]: patches, transformed. */
function patchesOf(b: GraphBuilder, x: Value, { count, patches }: WindowTiles): Value {
  const [, , n, c] = x.shape as [number, number, number, number];
  const gathered = reshape(b, rowsAt(b, flatRows(b, x), patches), [16, count * n * c]);
  return reshape(b, matMul(b, constant(b, winograd.patch), gathered), [16, count * n, c]);
}

/** [16, c, o]: a filter [9, c, o], transformed. */
function filtersOf(b: GraphBuilder, filter: Value): Value {
  const [k, c, o] = filter.shape as [number, number, number];
  return reshape(b, matMul(b, constant(b, winograd.filter), reshape(b, filter, [k, c * o])), [16, c, o]);
}

function forward(b: GraphBuilder, x: Value, filter: Value, tiles: WindowTiles): Value {
  const [n, o] = [x.shape[2]!, filter.shape[2]!];
  const products = matMul(b, patchesOf(b, x, tiles), filtersOf(b, filter));
  const size = n * o;
  const outputs = matMul(b, constant(b, winograd.output), reshape(b, products, [16, tiles.count * size]));
  return rowsAt(b, reshape(b, outputs, [4 * tiles.count, size]), tiles.outputs);
}

interface Corners {
  /** [terms, tiles, n·o] in rows. */
  readonly rows: Value;
  readonly terms: number;
  /** [16, terms]: what makes a patch of them. */
  readonly matrix: FlatMatrix;
}

/** A gradient by its places in tiles, zeros where a tile has no output, or what these are differences of. */
function cornersOf(b: GraphBuilder, dy: Value, tiles: WindowTiles): Corners {
  const matrix = transposed(winograd.output);
  const differences = isInOrder(tiles) ? differencesOf(b, dy, 4) : undefined;
  if (differences !== undefined) {
    const { terms } = differences;
    return { rows: concat(b, terms, 0), terms: terms.length, matrix: times(matrix, differences.matrix) };
  }
  const places = new Int32Array(4 * tiles.count).fill(-1);
  tiles.outputs.forEach((at, p) => (places[at] = p));
  return { rows: rowsAt(b, flatRows(b, dy), places), terms: 4, matrix };
}

/** The convolution backwards, patch by patch: each row gets what up to four patches that lie over it hold for it. */
function adjoint(b: GraphBuilder, dy: Value, filter: Value, tiles: WindowTiles, rows: number): Value {
  const [n, c] = [dy.shape[2]!, dy.shape[3]!];
  const o = filter.shape[2]!;
  const { count, patches } = tiles;
  const corners = cornersOf(b, dy, tiles);
  const columns = reshape(b, corners.rows, [corners.terms, count * n * c]);
  const spread = matMul(b, constant(b, corners.matrix), columns);
  const products = matMul(b, reshape(b, spread, [16, count * n, c]), filtersOf(b, filter));
  // The rows of zeros below are for edges, where fewer patches lie over a row.
  const back = constant(b, withZeroRows(transposed(winograd.patch), 1));
  const shares = matMul(b, back, reshape(b, products, [16, count * n * o]));
  const quarters = Array.from({ length: 4 }, () => new Int32Array(rows).fill(16 * count));
  patches.forEach((row, i) => {
    const at = Math.floor(i / count);
    if (row >= 0) quarters[(at >> 3) * 2 + ((at & 3) >> 1)]![row] = i;
  });
  const flat = reshape(b, shares, [17 * count, n * o]);
  const terms = quarters.map((quarter) => rowsAt(b, flat, quarter));
  return sumOf(b, terms);
}

function contract(b: GraphBuilder, node: Node, tiles: WindowTiles | undefined): Value | undefined {
  const [x, dy] = node.inputs as [Value, Value];
  const [, , n, o] = dy.shape as [number, number, number, number];
  const c = x.shape[3]!;
  if (tiles === undefined) return undefined;
  if (c < manyChannels) return contractPatches(b, x, dy, tiles);
  if (o < manyChannels) return undefined;
  const { count } = tiles;
  // Products of the form [o, tiles·n] · [tiles·n, c] are twice as fast as with the first one transposed on the way.
  const { rows, terms, matrix } = cornersOf(b, dy, tiles);
  const turned = transpose(b, reshape(b, rows, [terms, count * n, o]), [0, 2, 1]);
  const spread = matMul(b, constant(b, matrix), reshape(b, turned, [terms, o * count * n]));
  const products = matMul(b, reshape(b, spread, [16, o, count * n]), patchesOf(b, x, tiles));
  const filters = matMul(b, constant(b, transposed(winograd.filter)), reshape(b, products, [16, o * c]));
  return transpose(b, reshape(b, filters, [9, o, c]), [0, 2, 1]);
}

/** [16·c, tiles·n]: patches as columns, channel by channel. */
function patchColumns(b: GraphBuilder, x: Value, { count, patches }: WindowTiles): Value {
  const [h, w, n, c] = x.shape as [number, number, number, number];
  const byChannel = reshape(b, transpose(b, x, [0, 1, 3, 2]), [h * w * c, n]);
  const rows = new Int32Array(16 * c * count);
  let at = 0;
  for (let i = 0; i < 16; i++) {
    for (let channel = 0; channel < c; channel++) {
      for (let t = 0; t < count; t++) {
        const row = patches[i * count + t]!;
        rows[at++] = row < 0 ? -1 : row * c + channel;
      }
    }
  }
  return reshape(b, rowsAt(b, byChannel, rows), [16 * c, count * n]);
}

const isInOrder = ({ outputs, count }: WindowTiles): boolean =>
  outputs.length === 4 * count && outputs.every((at, p) => at === p);

function byPatches(b: GraphBuilder, x: Value, filter: Value, tiles: WindowTiles): Value | undefined {
  const [k, c, o] = filter.shape as [number, number, number];
  if (!isInOrder(tiles)) return undefined;
  const columns = patchColumns(b, x, tiles);
  const spread = matMul(b, constant(b, spreadFilter), reshape(b, filter, [k, c * o]));
  const filters = blocksOf(b, reshape(b, spread, [4, 16, 1, c * o]), 4);
  const corners = filters.map((each) => gemm(b, columns, reshape(b, each, [16 * c, o]), true));
  return concat(b, corners, 0);
}

function contractPatches(b: GraphBuilder, x: Value, dy: Value, tiles: WindowTiles): Value | undefined {
  const [n, o] = [dy.shape[2]!, dy.shape[3]!];
  const c = x.shape[3]!;
  if (!isInOrder(tiles)) return undefined;
  const columns = patchColumns(b, x, tiles);
  const differences = differencesOf(b, dy, 4);
  const products = (differences?.terms ?? blocksOf(b, dy, 4)).map((corner) => {
    const product = matMul(b, columns, reshape(b, corner, [tiles.count * n, o]));
    return reshape(b, product, [16, c * o]);
  });
  const gather = transposed(spreadFilter);
  const matrix = differences === undefined ? gather : times(gather, spreadOut(differences.matrix, 16));
  return matMul(b, constant(b, matrix), concat(b, products, 0));
}
