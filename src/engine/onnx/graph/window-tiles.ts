/**
 * Finds the image behind a table of windows of 3 × 3: which four output places look at one patch of 4 × 4 rows. Works from
 * the table alone, whatever the order of rows and places: rows that two windows share tell how the windows lie to one
 * another. Knows no graph.
 */
export interface WindowTiles {
  readonly count: number;
  /** [16, count]: the row at each of the patch's places, row by row; -1 beyond the edge. */
  readonly patches: Int32Array;
  /** By output place: a × count + tile, where a is its place in the tile, 0 to 3, row by row. */
  readonly outputs: Int32Array;
}

const side = 3;
const window = side * side;

interface Grid {
  /** Of each place and of each row: which connected part of the image it lies in, from 0, and where. */
  readonly places: Coordinates;
  readonly rows: Coordinates;
  readonly parts: number;
}

interface Coordinates {
  readonly part: Int32Array;
  readonly y: Int32Array;
  readonly x: Int32Array;
}

/** Undefined where windows do not lie in a grid, or lie so far apart that few tiles would have four of them. */
export function tilesOf(table: {
  readonly rows: Int32Array;
  readonly window: number;
}): WindowTiles | undefined {
  if (table.window !== window) return undefined;
  const grid = gridOf(table.rows);
  return grid === undefined ? undefined : cut(table.rows, grid);
}

function gridOf(table: Int32Array): Grid | undefined {
  const count = table.length / window;
  const height = table.reduce((most, row) => Math.max(most, row), -1) + 1;
  const users = usersOf(table, height);
  const places = coordinates(count);
  const rows = coordinates(height);
  let parts = 0;
  for (let first = 0; first < count; first++) {
    if (places.part[first] !== -1) continue;
    put(places, first, parts, 0, 0);
    const queue = [first];
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      for (let j = 0; j < window; j++) {
        const row = table[place * window + j]!;
        if (row < 0) continue;
        const [y, x] = [places.y[place]! + Math.floor(j / side), places.x[place]! + (j % side)];
        if (rows.part[row] !== -1) {
          if (rows.part[row] !== parts || rows.y[row] !== y || rows.x[row] !== x) return undefined;
          continue;
        }
        put(rows, row, parts, y, x);
        for (let u = users.starts[row]!; u < users.starts[row + 1]!; u++) {
          const use = users.uses[u]!;
          const other = Math.floor(use / window);
          if (places.part[other] !== -1) continue;
          put(places, other, parts, y - Math.floor((use % window) / side), x - (use % side));
          queue.push(other);
        }
      }
    }
    parts++;
  }
  return { places, rows, parts };
}

function cut(table: Int32Array, { places, rows, parts }: Grid): WindowTiles | undefined {
  const count = table.length / window;
  const [top, left] = [new Int32Array(parts).fill(0x7fffffff), new Int32Array(parts).fill(0x7fffffff)];
  for (let p = 0; p < count; p++) {
    const part = places.part[p]!;
    top[part] = Math.min(top[part]!, places.y[p]!);
    left[part] = Math.min(left[part]!, places.x[p]!);
  }
  const key = (part: number, y: number, x: number): number => (part * 4096 + y) * 4096 + x;
  const rowAt = new Map<number, number>();
  for (let row = 0; row < rows.part.length; row++) {
    const part = rows.part[row]!;
    if (part >= 0) rowAt.set(key(part, rows.y[row]! - top[part]!, rows.x[row]! - left[part]!), row);
  }
  const tiles = new Map<number, number>();
  const seen = new Set<number>();
  const found: [corner: number, tile: number][] = [];
  for (let p = 0; p < count; p++) {
    const part = places.part[p]!;
    const [y, x] = [places.y[p]! - top[part]!, places.x[p]! - left[part]!];
    if (seen.has(key(part, y, x))) return undefined;
    seen.add(key(part, y, x));
    for (let j = 0; j < window; j++) {
      const row = rowAt.get(key(part, y + Math.floor(j / side), x + (j % side))) ?? -1;
      if (row !== table[p * window + j]) return undefined;
    }
    const tile = key(part, y >> 1, x >> 1);
    if (!tiles.has(tile)) tiles.set(tile, tiles.size);
    found.push([(y & 1) * 2 + (x & 1), tiles.get(tile)!]);
  }
  const outputs = Int32Array.from(found, ([corner, tile]) => corner * tiles.size + tile);
  const patches = new Int32Array(16 * tiles.size);
  for (const [tile, t] of tiles) {
    const [part, y, x] = [Math.floor(tile / 4096 / 4096), Math.floor(tile / 4096) % 4096, tile % 4096];
    for (let i = 0; i < 16; i++) {
      patches[i * tiles.size + t] = rowAt.get(key(part, 2 * y + (i >> 2), 2 * x + (i & 3))) ?? -1;
    }
  }
  return { count: tiles.size, patches, outputs };
}

const coordinates = (length: number): Coordinates => ({
  part: new Int32Array(length).fill(-1),
  y: new Int32Array(length),
  x: new Int32Array(length),
});

function put(coordinates: Coordinates, i: number, part: number, y: number, x: number): void {
  coordinates.part[i] = part;
  coordinates.y[i] = y;
  coordinates.x[i] = x;
}

/** Where in the table each row stands: `uses` from `starts[row]` up to `starts[row + 1]`. */
function usersOf(table: Int32Array, height: number) {
  const starts = new Int32Array(height + 1);
  for (const row of table) if (row >= 0) starts[row + 1]!++;
  for (let row = 0; row < height; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  const uses = new Int32Array(starts[height]!);
  table.forEach((row, i) => {
    if (row >= 0) uses[next[row]!++] = i;
  });
  return { starts, uses };
}
