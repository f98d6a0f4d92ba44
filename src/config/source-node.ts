/**
 * A configuration value that knows where it was written. Trees of these, never plain objects, are merged and resolved,
 * so that every message can point at its line and no user's key ever reaches a prototype. Immutable.
 */
import type { Json } from '../core/json.js';
import type { Place } from './source-file.js';

interface NodeFacts {
  /** Absent for a default. */
  readonly place: Place | undefined;
  /** Where the value stood that a reference brought here. */
  readonly origin?: Place | undefined;
  /** Values in it, itself included, with everything that aliases and references repeat counted each time. */
  readonly size: number;
  /** Levels of mappings and lists, 0 for a scalar. */
  readonly depth: number;
}

export interface ScalarNode extends NodeFacts {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** Its references are resolved: a `${` left in it is text. */
  readonly literal?: boolean | undefined;
  /** A reference in it could not be resolved, which was told: its value is not judged. */
  readonly broken?: boolean | undefined;
}

export interface ListNode extends NodeFacts {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
}

export interface MapEntry {
  readonly key: Place | undefined;
  readonly value: SourceNode;
}

export interface MapNode extends NodeFacts {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export type SourceNode = ScalarNode | ListNode | MapNode;

export function makeScalar(
  value: ScalarNode['value'],
  place: Place | undefined,
  literal = false,
): ScalarNode {
  return { kind: 'scalar', value, place, size: 1, depth: 0, literal };
}

export function makeList(items: readonly SourceNode[], place: Place | undefined): ListNode {
  let size = 1;
  let depth = 0;
  for (const item of items) {
    size += item.size;
    depth = Math.max(depth, item.depth);
  }
  return { kind: 'list', items, place, size, depth: depth + 1 };
}

export function makeMap(entries: ReadonlyMap<string, MapEntry>, place: Place | undefined): MapNode {
  let size = 1;
  let depth = 0;
  for (const { value } of entries.values()) {
    size += value.size;
    depth = Math.max(depth, value.depth);
  }
  return { kind: 'map', entries, place, size, depth: depth + 1 };
}

export function emptyMap(place?: Place): MapNode {
  return makeMap(new Map(), place);
}

/** The same value, said to stand at `place` and to come from where it stood. */
export function movedTo<Node extends SourceNode>(node: Node, place: Place | undefined): Node {
  return { ...node, place, origin: node.origin ?? node.place };
}

/** Stands for a value that could not be had, for which the reason is told elsewhere. */
export function brokenScalar(place: Place | undefined): ScalarNode {
  return { ...makeScalar(null, place), broken: true };
}

/** A value from code (a default), without a place. */
export function nodeFromJson(value: Json): SourceNode {
  if (Array.isArray(value)) return makeList((value as readonly Json[]).map(nodeFromJson), undefined);
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, member]): [string, MapEntry] => [
      key,
      { key: undefined, value: nodeFromJson(member) },
    ]);
    return makeMap(new Map(entries), undefined);
  }
  return makeScalar(value, undefined, true);
}

/** The plain value. Keys are safe as properties: reading refused every name that objects have by themselves. */
export function toJson(node: SourceNode): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, toJson(value)]));
  }
}

export function member(node: SourceNode | undefined, key: string | number): SourceNode | undefined {
  if (node?.kind === 'map') return node.entries.get(String(key))?.value;
  if (node?.kind === 'list') return node.items[Number(key)];
  return undefined;
}

/** `node` with `value` at `key`; a new key comes last. */
export function withEntry(node: MapNode, key: string, entry: MapEntry): MapNode {
  return makeMap(new Map(node.entries).set(key, entry), node.place);
}

export function withoutEntry(node: MapNode, key: string): MapNode {
  if (!node.entries.has(key)) return node;
  return makeMap(new Map([...node.entries].filter(([name]) => name !== key)), node.place);
}
