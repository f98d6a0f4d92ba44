/**
 * Lowers the window operators of `graph/operators/macro.ts` to gathered rows, matrix products and element-wise operators.
 * Rows of n × c numbers are copied whole, so that strides, padding, dilation and cropping cost nothing. Owns the general
 * forms; those for some shapes alone come before it (`lower-winograd.ts`).
 */
import { type Graph, type Node, splatOf, type Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { binary, cast, mul, sub } from '../graph/operators/elementwise.js';
import { gemm, matMul } from '../graph/operators/linear.js';
import { tableOf } from '../graph/operators/macro.js';
import { concat, expand, reshape, slice, transpose } from '../graph/operators/shape.js';
import { elementsOf, flatRows, rowsAt, sumOf } from './gather-rows.js';
import { lowerTiled, TileFinder } from './lower-winograd.js';
import { rewrite, type Rule } from './rewrite.js';

type Lower = (b: GraphBuilder, node: Node) => Value;

/** Lowest float32: what lies beyond the edge never is the largest. */
const lowest = -3.4028234663852886e38;

/** Up to so many channels, columns are gathered channel by channel. */
const fewChannels = 4;

/** From so many times fewer rows than places on, products with the rows come first, and are gathered then. */
const fewerRows = 2;

const lowerings: Readonly<Record<string, Lower>> = {
  RowConv: (b, node) => {
    const [x, filter] = node.inputs as [Value, Value];
    const [k, c, o] = filter.shape as [number, number, number];
    const { rows } = tableOf(node);
    if (x.shape[0]! * x.shape[1]! * k * fewerRows <= rows.length) return productsFirst(b, node, x, filter);
    const columns = columnsOf(b, x, node);
    const flat = reshape(b, filter, [k * c, o]);
    return reshape(b, gemm(b, columns.value, flat, columns.turned), node.outputs[0]!.shape);
  },
  RowConvFilterGradient: (b, node) => {
    const [x, dy] = node.inputs as [Value, Value];
    const [h, w, n, o] = dy.shape as [number, number, number, number];
    const { shape } = node.outputs[0]!;
    const columns = columnsOf(b, x, node);
    if (columns.turned) return reshape(b, gemm(b, columns.value, reshape(b, dy, [h * w * n, o])), shape);
    // Transposing the gradient, and what comes out, is faster than a product that transposes the columns on its way. The
    // side of 1 keeps the Transpose out of the product.
    const turned = transpose(b, reshape(b, dy, [1, h * w * n, o]), [0, 2, 1]);
    const product = matMul(b, reshape(b, turned, [o, h * w * n]), columns.value);
    return reshape(b, transpose(b, product, [1, 0]), shape);
  },
  RowWeightedSum: (b, node) => {
    const [x, factors] = node.inputs as [Value, Value];
    const [, , n, c] = x.shape as [number, number, number, number];
    const uniform = splatOf(factors);
    const terms = elementsOf(b, x, tableOf(node), 0).map((element, j) => {
      if (uniform !== undefined) return element;
      const factor = slice(b, factors, [{ axis: 0, start: j, count: 1 }]);
      return mul(b, element, reshape(b, expand(b, factor, [n, c]), [n * c]));
    });
    const total = sumOf(b, terms);
    const scaled = uniform === undefined || uniform === 1 ? total : mul(b, total, b.scalar(uniform));
    return reshape(b, scaled, node.outputs[0]!.shape);
  },
  RowFactorGradient: (b, node) => {
    const [x, dy] = node.inputs as [Value, Value];
    const [h, w, n, c] = dy.shape as [number, number, number, number];
    const flat = reshape(b, dy, [h * w, n * c]);
    const ones = b.splat(1, [1, h * w * n], 'float32');
    const sums = elementsOf(b, x, tableOf(node), 0).map((element) =>
      matMul(b, ones, reshape(b, mul(b, element, flat), [h * w * n, c])),
    );
    return concat(b, sums, 0);
  },
  RowMaxPool: (b, node) => {
    const [x] = node.inputs as [Value];
    const elements = elementsOf(b, x, tableOf(node), lowest);
    return reshape(b, tournament(b, elements).largest, node.outputs[0]!.shape);
  },
  RowMaxPoolGradient: (b, node) => {
    const [x, dy] = node.inputs as [Value, Value];
    const [h, w, n, c] = x.shape as [number, number, number, number];
    const { rows, window } = tableOf(node);
    const elements = elementsOf(b, x, tableOf(node), lowest);
    const flat = reshape(b, dy, [dy.shape[0]! * dy.shape[1]!, n * c]);
    const shares = tournament(b, elements).share(flat);
    return reshape(b, comeBack(b, shares, rows, window, h * w), [h, w, n, c]);
  },
  RowGather: (b, node) => {
    const [x] = node.inputs as [Value];
    return reshape(b, rowsAt(b, flatRows(b, x), tableOf(node).rows), node.outputs[0]!.shape);
  },
};

export function lowerWindows(graph: Graph): Graph {
  const finder = new TileFinder();
  const rule: Rule = (node, { b }) => {
    if (node.domain !== 'assay') return undefined;
    const lowered = lowerTiled(b, node, finder) ?? lowerings[node.op]?.(b, node);
    return lowered === undefined ? undefined : [lowered];
  };
  return rewrite(graph, rule);
}

/**
 * What the filter is multiplied with: [places·n, k·c], or for few channels the other way round [k·c, places·n], which one
 * Gather makes.
 */
function columnsOf(
  b: GraphBuilder,
  x: Value,
  node: Node,
): { readonly value: Value; readonly turned: boolean } {
  const table = tableOf(node);
  const [h, w, n, c] = x.shape as [number, number, number, number];
  const { rows, window } = table;
  const places = rows.length / window;
  if (c <= fewChannels && window > 1) {
    const byChannel = reshape(b, transpose(b, x, [0, 1, 3, 2]), [h * w * c, n]);
    const turned = new Int32Array(rows.length * c);
    for (let i = 0, j = 0; j < window; j++) {
      for (let channel = 0; channel < c; channel++) {
        for (let p = 0; p < places; p++) {
          const row = rows[p * window + j]!;
          turned[i++] = row < 0 ? -1 : row * c + channel;
        }
      }
    }
    return { value: reshape(b, rowsAt(b, byChannel, turned), [window * c, places * n]), turned: true };
  }
  const elements = elementsOf(b, x, table, 0).map((element) => reshape(b, element, [places * n, c]));
  return { value: concat(b, elements, 1), turned: false };
}

interface Tournament {
  readonly largest: Value;
  /** What each element of the window gets of the output's gradient, in order. */
  share(dy: Value): readonly Value[];
}

/**
 * The largest of the window's elements, two neighbours at a time. Going back, the right one of two gets the gradient only
 * where it is strictly larger, so of equal ones the first does; the differences are exact, being of x - x or x - 0.
 */
function tournament(b: GraphBuilder, elements: readonly Value[]): Tournament {
  if (elements.length === 1) return { largest: elements[0]!, share: (dy) => [dy] };
  const middle = 1 << (31 - Math.clz32(elements.length - 1));
  const left = tournament(b, elements.slice(0, middle));
  const right = tournament(b, elements.slice(middle));
  return {
    largest: binary(b, 'Max', left.largest, right.largest),
    share: (dy) => {
      const wins = cast(b, binary(b, 'Greater', right.largest, left.largest), 'float32');
      const toRight = mul(b, dy, wins);
      return [...left.share(sub(b, dy, toRight)), ...right.share(toRight)];
    },
  };
}

/** A convolution that looks at few rows from many places, as strides going back do: [places, n·o] of each row's products. */
function productsFirst(b: GraphBuilder, node: Node, x: Value, filter: Value): Value {
  const [h, w, n, c] = x.shape as [number, number, number, number];
  const [k, , o] = filter.shape as [number, number, number];
  const { rows, window } = tableOf(node);
  const products = matMul(b, reshape(b, x, [h * w * n, c]), filter);
  const lists = Array.from({ length: rows.length / window }, (_, p) =>
    Array.from(rows.subarray(p * window, (p + 1) * window), (row, j) => (row < 0 ? -1 : j * h * w + row)),
  );
  const sums = sumOfRows(b, reshape(b, products, [k * h * w, n * o]), lists);
  return reshape(b, sums, node.outputs[0]!.shape);
}

/** Puts each element's share back where it came from: [rows, n·c]. */
function comeBack(
  b: GraphBuilder,
  shares: readonly Value[],
  rows: Int32Array,
  window: number,
  height: number,
): Value {
  const places = rows.length / window;
  const lists: number[][] = Array.from({ length: height }, () => []);
  rows.forEach((row, i) => {
    if (row >= 0) lists[row]!.push((i % window) * places + Math.floor(i / window));
  });
  return sumOfRows(b, concat(b, shares, 0), lists);
}

/** Each row the sum of those of `source` that its list names; -1 names none. */
function sumOfRows(b: GraphBuilder, source: Value, lists: readonly (readonly number[])[]): Value {
  const named = lists.map((list) => list.filter((row) => row >= 0));
  const most = Math.max(1, ...named.map((list) => list.length));
  const terms = Array.from({ length: most }, (_, i) =>
    rowsAt(
      b,
      source,
      Int32Array.from(named, (list) => list[i] ?? -1),
    ),
  );
  return sumOf(b, terms);
}
