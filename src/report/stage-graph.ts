/** A small layered drawing of stages and what they need: columns by depth, in the coordinates of its SVG. */

export interface GraphNode<Item> {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
}

export interface Graph<Item> {
  readonly width: number;
  readonly height: number;
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly nodes: readonly GraphNode<Item>[];
  /** SVG paths, from the right edge of the needed to the left edge of the needing. */
  readonly edges: readonly string[];
}

const nodeWidth = 132;
const nodeHeight = 50;
const columnGap = 44;
const rowGap = 22;
/** Room for the outline of a node at the drawing's edge, and for lines that pass below other nodes. */
const margin = 2;

/**
 * Items must come after those they need, as the stages of a run do; a need that is not among the items is left out.
 * Depth is the longest way from an item that needs nothing; an item then moves right until it stands beside the first
 * that needs it, so that no line has to pass behind another item.
 */
export function layOutGraph<Item extends { readonly name: string }>(
  items: readonly Item[],
  needs: ReadonlyMap<string, readonly string[]>,
): Graph<Item> {
  const depths = findDepths(items, needs);
  const columns: Item[][] = [];
  for (const item of items) (columns[depths.get(item.name)!] ??= []).push(item);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const height = tallest * (nodeHeight + rowGap) - rowGap + 2 * margin;
  const nodes = columns.flatMap((column, depth) => {
    const columnHeight = column.length * (nodeHeight + rowGap) - rowGap;
    return column.map((item, row) => ({
      item,
      x: margin + depth * (nodeWidth + columnGap),
      y: (height - columnHeight) / 2 + row * (nodeHeight + rowGap),
    }));
  });
  const places = new Map(nodes.map((node) => [node.item.name, node]));
  const edges = items.flatMap(({ name }) =>
    essentialNeeds(name, needs).flatMap((needed) => {
      const [from, to] = [places.get(needed), places.get(name)];
      return from === undefined || to === undefined ? [] : [edgePath(from, to)];
    }),
  );
  const width = columns.length * (nodeWidth + columnGap) - columnGap + 2 * margin;
  return { width: Math.max(0, width), height, nodeWidth, nodeHeight, nodes, edges };
}

function findDepths(
  items: readonly { readonly name: string }[],
  needs: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const depths = new Map<string, number>();
  const needed = (name: string) => (needs.get(name) ?? []).filter((other) => depths.has(other));
  for (const { name } of items)
    depths.set(name, Math.max(-1, ...needed(name).map((other) => depths.get(other)!)) + 1);
  for (const { name } of [...items].reverse()) {
    const users = items.filter((item) => needed(item.name).includes(name));
    if (users.length > 0) depths.set(name, Math.min(...users.map((user) => depths.get(user.name)!)) - 1);
  }
  return depths;
}

/** Without those needs that another need stands on: what `train` needs need not be drawn again to `report`. */
function essentialNeeds(name: string, needs: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const direct = needs.get(name) ?? [];
  const behind = new Set<string>();
  const visit = (stage: string): void => {
    for (const needed of needs.get(stage) ?? []) {
      if (behind.has(needed)) continue;
      behind.add(needed);
      visit(needed);
    }
  };
  direct.forEach(visit);
  return direct.filter((needed) => !behind.has(needed));
}

function edgePath(from: GraphNode<unknown>, to: GraphNode<unknown>): string {
  const [x1, y1] = [from.x + nodeWidth, from.y + nodeHeight / 2];
  const [x2, y2] = [to.x, to.y + nodeHeight / 2];
  const bend = columnGap / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
