/**
 * Resolves the references of a network and puts `repeat` entries of its list of layers in place:
 *
 *   - repeat: { count: ${parameters.depth}, layers: [ … ] }
 *   - repeat: { each: ${parameters.widths}, layers: [ conv2d: { filters: ${each}, kernelSize: 3 } ] }
 *   - repeat: { count: 3, each: { from: 16, times: 2, most: 64 }, layers: [ … ] }
 *
 * Layers that are named inside one get the number of their turn behind their names, from 1, and so do references among
 * them. What layers mean is not known here.
 */
import { showValue } from '../core/problem.js';
import { checkValue, type Checker } from './explain-errors.js';
import type { ProblemList } from './problem-list.js';
import { ReferenceResolver, type Root } from './references.js';
import {
  makeList,
  makeMap,
  makeScalar,
  member,
  withEntry,
  withoutEntry,
  type ListNode,
  type MapNode,
  type ScalarNode,
  type SourceNode,
} from './source-node.js';

export interface NetworkCheckers {
  readonly network: Checker;
  /** What stands under `repeat:`. */
  readonly repeat: Checker;
}

export interface LayersContext {
  readonly roots: readonly Root[];
  /** Of what stands under `repeat:`. */
  readonly checker: Checker;
  /** How messages name the network; empty at the top of a file. */
  readonly name: string;
  /** The network is judged by itself: names may be known elsewhere, and what is repeated no time is looked at all the same. */
  readonly alone?: boolean;
}

/** As many as a network may have. */
const mostLayers = 1000;

/** The network with every reference resolved and no `repeat` left. What is wrong is told. */
export function resolveLayers(network: MapNode, context: LayersContext, problems: ProblemList): SourceNode {
  const layers = member(network, 'layers');
  if (layers?.kind !== 'list') return resolve(network, context.roots, context, problems);
  const rest = resolve(withoutEntry(network, 'layers'), context.roots, context, problems);
  if (rest.kind !== 'map') return rest;
  const path = context.name === '' ? 'layers' : `${context.name}.layers`;
  const expanded = new Expansion(context, problems).list(layers, path, context.roots);
  const made = withEntry(rest, 'layers', {
    key: network.entries.get('layers')?.key,
    value:
      expanded.length === layers.items.length && expanded.every((item, index) => item === layers.items[index])
        ? layers
        : { ...makeList(expanded, layers.place), origin: layers.origin },
  });
  return made;
}

function resolve(
  node: SourceNode,
  roots: readonly Root[],
  { alone }: LayersContext,
  problems: ProblemList,
): SourceNode {
  const resolver = new ReferenceResolver(roots, alone === true);
  const made = resolver.resolve(node);
  for (const finding of resolver.findings) problems.add(finding);
  return made;
}

class Expansion {
  private readonly context: LayersContext;
  private readonly problems: ProblemList;
  private made = 0;
  private told = false;

  constructor(context: LayersContext, problems: ProblemList) {
    this.context = context;
    this.problems = problems;
  }

  /** `path` is how messages name the list. */
  list({ items }: ListNode, path: string, roots: readonly Root[]): readonly SourceNode[] {
    // One resolver for all layers outside of repeats, so that what they share is resolved once.
    const resolver = new ReferenceResolver(roots, this.context.alone === true);
    const layers = items.flatMap((item, index): readonly SourceNode[] => {
      if (isRepeat(item)) return this.repeat(item, `${path}.${index}.repeat`, roots);
      this.made += 1;
      return [resolver.resolve(item)];
    });
    for (const finding of resolver.findings) this.problems.add(finding);
    return layers;
  }

  private repeat(item: MapNode, path: string, roots: readonly Root[]): readonly SourceNode[] {
    const { key: at, value: written } = item.entries.get('repeat')!;
    const layers = member(written, 'layers');
    const facts = written.kind === 'map' ? withoutEntry(written, 'layers') : written;
    const resolved = resolve(facts, roots, this.context, this.problems);
    const whole =
      resolved.kind === 'map' && layers !== undefined
        ? withEntry(resolved, 'layers', { key: undefined, value: layers })
        : resolved;
    const named = { node: whole, name: path, at: at ?? item.place };
    if (!checkValue(this.context.checker, named, this.problems) || layers?.kind !== 'list') return [];
    const turns = this.turns(whole, path);
    return (turns ?? []).flatMap((each, index): readonly SourceNode[] => {
      if (this.made > mostLayers) return [];
      const scope = each === undefined ? roots : [new Map([['each', each]]), ...roots];
      const made = numbered(this.list(layers, `${path}.layers`, scope), index + 1);
      if (this.made <= mostLayers) return made;
      this.tellTooMany(path, at ?? item.place);
      return [];
    });
  }

  /** What `${each}` stands for at each turn; nothing where it is not there. */
  private turns(repeat: SourceNode, path: string): readonly (SourceNode | undefined)[] | undefined {
    const [count, each] = [member(repeat, 'count'), member(repeat, 'each')];
    const least = this.context.alone === true ? 1 : 0;
    if (isBroken(count) || isBroken(each)) return [each === undefined ? undefined : brokenAt(each)];
    const wanted = count?.kind === 'scalar' ? Math.max(least, Number(count.value)) : undefined;
    if (each?.kind !== 'list' && wanted === undefined) {
      this.tellNoCount(each ?? repeat, path, each !== undefined);
      return undefined;
    }
    if (each === undefined) return Array.from({ length: wanted ?? 0 }, () => undefined);
    if (each.kind === 'map') return growing(each, wanted ?? 0);
    const items = each.kind === 'list' ? each.items : [];
    if (wanted !== undefined && wanted > items.length && this.context.alone !== true) {
      this.problems.add({
        code: 'out-of-range',
        message: `expected "${path}.count" to be at most ${items.length}, as many as there are values in "each", got ${wanted}`,
        at: count?.place,
        related: { message: 'the values stand here', at: each.origin ?? each.place },
      });
      return undefined;
    }
    return items.slice(0, wanted ?? items.length);
  }

  private tellNoCount(node: SourceNode, path: string, grows: boolean): void {
    this.problems.add({
      code: 'missing-setting',
      message: `expected "${path}.count" to be an integer from 0 to ${mostLayers}, got nothing`,
      at: node.place,
      fix: grows ? 'say how often to repeat, as "each" goes on for ever' : undefined,
    });
  }

  private tellTooMany(path: string, at: MapNode['place']): void {
    if (this.told) return;
    this.told = true;
    this.problems.add({
      code: 'too-many-layers',
      message: `expected ${showValue(path)} to leave the network with at most ${mostLayers} layers, got more`,
      at,
    });
  }
}

function isRepeat(item: SourceNode): item is MapNode {
  return item.kind === 'map' && item.entries.size === 1 && item.entries.has('repeat');
}

function isBroken(node: SourceNode | undefined): boolean {
  return node?.kind === 'scalar' && node.broken === true;
}

function brokenAt({ place }: SourceNode): ScalarNode {
  return { ...makeScalar(null, place), broken: true };
}

/** `from`, then each `times` the one before, never beyond `most`; whole numbers where the first is one. */
function growing(each: MapNode, count: number): readonly SourceNode[] {
  const number = (key: string): number | undefined => {
    const node = member(each, key);
    return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
  };
  const [from = 1, times = 1, most = Infinity] = [number('from'), number('times'), number('most')];
  return Array.from({ length: count }, (_, turn) => {
    const value = Math.min(from * times ** turn, most);
    return makeScalar(Number.isInteger(from) ? Math.round(value) : value, each.place, true);
  });
}

/** The layers of one turn, with its number behind the names that are given among them. */
function numbered(layers: readonly SourceNode[], turn: number): readonly SourceNode[] {
  const names = new Set(
    layers.flatMap((layer) => {
      const name = member(settingsOf(layer), 'name');
      return name?.kind === 'scalar' && typeof name.value === 'string' ? [name.value] : [];
    }),
  );
  if (names.size === 0) return layers;
  const rename = (node: SourceNode): SourceNode => {
    if (node.kind === 'list') return makeList(node.items.map(rename), node.place);
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || !names.has(node.value)) return node;
    return { ...node, value: `${node.value}_${turn}` };
  };
  return layers.map((layer) => {
    let settings = settingsOf(layer);
    if (layer.kind !== 'map' || settings === undefined) return layer;
    for (const key of ['name', 'from']) {
      const entry = settings.entries.get(key);
      if (entry !== undefined)
        settings = withEntry(settings, key, { key: entry.key, value: rename(entry.value) });
    }
    const [[type, { key }] = ['', { key: undefined }]] = layer.entries;
    return makeMap(new Map([[type, { key, value: settings }]]), layer.place);
  });
}

function settingsOf(layer: SourceNode): MapNode | undefined {
  const [entry] = layer.kind === 'map' ? layer.entries.values() : [];
  return entry?.value.kind === 'map' ? entry.value : undefined;
}
