/**
 * Which images of a graph must have the same rows in the same order ("a space"), which rows of them anybody needs, and
 * which are known to be zeros. Finds out only; `order-rows.ts` acts on it.
 */
import { type Graph, type Node, splatOf, type Value } from '../graph/graph.js';
import { tableOf } from '../graph/operators/macro.js';
import { isImage, roleOf, sidesOf } from './row-roles.js';

export interface RowSpace {
  readonly rows: number;
  /** Somebody outside looks at the rows: all must be there, in their order. */
  fixed: boolean;
  /** By row: 1 where a member's row is needed. */
  readonly needed: Uint8Array;
}

export class RowSpaces {
  readonly #parents = new Map<Value, Value>();
  readonly #spaces = new Map<Value, RowSpace>();
  /** By value and row: 1 where all its numbers are known to be 0. */
  readonly #zeros = new Map<Value, Uint8Array>();
  readonly #needed = new Map<Value, Uint8Array>();

  constructor(graph: Graph) {
    for (const node of graph.nodes) this.#joinAt(node);
    joinSharedTables(graph, (a, b) => this.#join(a, b));
    for (const { value } of graph.inputs) if (isImage(value)) this.#spaceAt(value).fixed = true;
    for (const { value } of graph.outputs) if (isImage(value)) this.#spaceAt(value).fixed = true;
    for (const node of graph.nodes) this.#fixAround(node);
    for (const node of graph.nodes) this.#findZeros(node);
    for (const node of graph.nodes.toReversed()) this.#findNeeds(node);
    for (const [value, needed] of this.#needed) {
      const all = this.#spaceAt(value).needed;
      needed.forEach((need, row) => (all[row]! |= need));
    }
  }

  /** The space of an image; undefined for values that are none. */
  of(value: Value): RowSpace | undefined {
    return this.#parents.has(value) ? this.#spaceAt(value) : undefined;
  }

  #root(value: Value): Value {
    const parent = this.#parents.get(value);
    if (parent === undefined) {
      this.#parents.set(value, value);
      return value;
    }
    if (parent === value) return value;
    const root = this.#root(parent);
    this.#parents.set(value, root);
    return root;
  }

  #join(a: Value, b: Value): void {
    this.#parents.set(this.#root(a), this.#root(b));
  }

  #spaceAt(value: Value): RowSpace {
    const root = this.#root(value);
    let space = this.#spaces.get(root);
    if (space === undefined) {
      const [h, w] = sidesOf(root);
      this.#spaces.set(root, (space = { rows: h * w, fixed: h * w === 1, needed: new Uint8Array(h * w) }));
    }
    return space;
  }

  #joinAt(node: Node): void {
    const role = roleOf(node);
    const [output] = node.outputs;
    if (role.kind === 'alike') for (const i of role.images) this.#join(node.inputs[i]!, output!);
    if (role.kind === 'max-gradient') this.#join(node.inputs[0]!, output!);
  }

  #fixAround(node: Node): void {
    const role = roleOf(node);
    const fix = (value: Value | undefined): void => {
      if (value !== undefined && isImage(value) && value.constant === undefined)
        this.#spaceAt(value).fixed = true;
    };
    if (role.kind === 'other') [...node.inputs, ...node.outputs].forEach(fix);
    if (role.kind === 'windows' || role.kind === 'contraction') {
      // Filters and factors are no images, whatever their shape.
      if (!isImage(node.inputs[0]!)) this.#spaceAt(node.inputs[0]!).fixed = true;
    }
  }

  #zerosOf(value: Value | undefined): Uint8Array | undefined {
    return value === undefined ? undefined : this.#zeros.get(value);
  }

  #findZeros(node: Node): void {
    const role = roleOf(node);
    const [output] = node.outputs;
    const found =
      role.kind === 'alike' ? this.#zerosAlike(node, role.images) : this.#zerosByTable(node, role.kind);
    if (found?.includes(1)) this.#zeros.set(output!, found);
  }

  #zerosByTable(node: Node, kind: string): Uint8Array | undefined {
    const [output] = node.outputs;
    if (kind === 'windows') {
      const { rows, window } = tableOf(node);
      const zero = this.#zerosOf(node.inputs[0]);
      const found = new Uint8Array(rows.length / window).fill(1);
      rows.forEach((row, i) => {
        if (row >= 0 && zero?.[row] !== 1) found[Math.floor(i / window)] = 0;
      });
      return found;
    }
    if (kind === 'max-gradient') {
      const { rows, window } = tableOf(node);
      const zero = this.#zerosOf(node.inputs[1]);
      const [h, w] = sidesOf(output!);
      const found = new Uint8Array(h * w).fill(1);
      rows.forEach((row, i) => {
        if (row >= 0 && zero?.[Math.floor(i / window)] !== 1) found[row] = 0;
      });
      return found;
    }
    return undefined;
  }

  #zerosAlike({ op, inputs, outputs }: Node, images: readonly number[]): Uint8Array | undefined {
    const known = images.map((i) => this.#zerosOf(inputs[i]));
    const [h, w] = sidesOf(outputs[0]!);
    const both = (all: boolean) =>
      Uint8Array.from({ length: h * w }, (_, row) =>
        Number(all ? known.every((zero) => zero?.[row] === 1) : known.some((zero) => zero?.[row] === 1)),
      );
    if (op === 'Mul') return both(false);
    if (keepZero.has(op) && images.length === 1 && inputs.length === 1) return both(true);
    if ((op === 'Add' || op === 'Sub' || op === 'Sum') && images.length === inputs.length) return both(true);
    if (op === 'Where' && splatOf(inputs[2]) === 0 && images.includes(1)) {
      const zero = this.#zerosOf(inputs[1]);
      return zero?.slice();
    }
    return undefined;
  }

  /** The rows of a value that somebody needs, to be added to. */
  #needsOf(value: Value): Uint8Array {
    let needed = this.#needed.get(value);
    if (needed === undefined) {
      const space = this.#spaceAt(value);
      this.#needed.set(value, (needed = new Uint8Array(space.rows).fill(space.fixed ? 1 : 0)));
    }
    return needed;
  }

  #findNeeds(node: Node): void {
    const role = roleOf(node);
    const [x, second] = node.inputs as [Value, Value];
    const [output] = node.outputs;
    switch (role.kind) {
      case 'alike': {
        const needed = this.#needsOf(output!);
        const zero = this.#zerosOf(output);
        for (const i of role.images) {
          const input = node.inputs[i]!;
          if (input.constant !== undefined) continue;
          const needs = this.#needsOf(input);
          needed.forEach((need, row) => {
            if (need === 1 && zero?.[row] !== 1) needs[row] = 1;
          });
        }
        break;
      }
      case 'windows':
        this.#needWindows(node, x, this.#needsOf(output!), this.#zerosOf(output), this.#zerosOf(x));
        break;
      case 'max':
        this.#needWindows(node, x, this.#needsOf(output!), undefined, undefined);
        break;
      case 'max-gradient': {
        const { rows, window } = tableOf(node);
        const [needed, zero] = [this.#needsOf(output!), this.#zerosOf(second)];
        const places = this.#needsOf(second);
        rows.forEach((row, i) => {
          const place = Math.floor(i / window);
          if (row >= 0 && needed[row] === 1 && zero?.[place] !== 1) places[place] = 1;
        });
        this.#needWindows(node, x, places, undefined, undefined);
        break;
      }
      case 'contraction': {
        const zero = this.#zerosOf(second);
        const places = this.#needsOf(second);
        const { rows, window } = tableOf(node);
        const zeroRows = this.#zerosOf(x);
        rows.forEach((row, i) => {
          const place = Math.floor(i / window);
          if (row >= 0 && zeroRows?.[row] !== 1 && zero?.[place] !== 1) places[place] = 1;
        });
        this.#needWindows(node, x, places, zero, zeroRows);
        break;
      }
      case 'sum':
      case 'reduction': {
        const zero = role.kind === 'sum' ? this.#zerosOf(x) : undefined;
        const needs = this.#needsOf(x);
        needs.forEach((_, row) => {
          if (zero?.[row] !== 1) needs[row] = 1;
        });
        break;
      }
      case 'other':
        break;
    }
  }

  /** The rows that the windows at these places look at. */
  #needWindows(
    node: Node,
    x: Value,
    places: Uint8Array,
    zeroPlaces: Uint8Array | undefined,
    zeroRows: Uint8Array | undefined,
  ): void {
    if (x.constant !== undefined) return;
    const needs = this.#needsOf(x);
    const { rows, window } = tableOf(node);
    rows.forEach((row, i) => {
      const place = Math.floor(i / window);
      if (row < 0 || places[place] !== 1 || zeroPlaces?.[place] === 1 || zeroRows?.[row] === 1) return;
      needs[row] = 1;
    });
  }
}

/** Operators of one input that make 0 of 0. */
const keepZero: ReadonlySet<string> = new Set([
  'Abs',
  'Cast',
  'LeakyRelu',
  'Neg',
  'Relu',
  'Sign',
  'Sqrt',
  'Tanh',
]);

/** A convolution's output and the gradient that its filter's gradient reads: so both look at the same patches. */
function joinSharedTables({ nodes }: Graph, join: (a: Value, b: Value) => void): void {
  const known = new Map<Value, { readonly table: Int32Array; readonly value: Value }[]>();
  for (const node of nodes) {
    if (node.op !== 'RowConv' && node.op !== 'RowConvFilterGradient') continue;
    const [x, dy] = node.inputs as [Value, Value];
    const { rows: table } = tableOf(node);
    const value = node.op === 'RowConv' ? node.outputs[0]! : dy;
    let users = known.get(x);
    if (users === undefined) known.set(x, (users = []));
    const same = users.find(
      (user) => user.table.length === table.length && user.table.every((row, i) => row === table[i]),
    );
    if (same === undefined) users.push({ table, value });
    else join(same.value, value);
  }
}
