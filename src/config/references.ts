/**
 * Resolves `${path}` in texts against trees of values. A text that is one reference takes the target's value with its
 * type; a reference inside a longer text is put in as text; `$${` is a plain `${`.
 */
import { expected, showValue } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { describeRing } from './describe-ring.js';
import { limits } from './limits.js';
import type { Finding } from './problem-list.js';
import {
  makeList,
  makeMap,
  makeScalar,
  member,
  movedTo,
  toJson,
  type MapEntry,
  type ScalarNode,
  type SourceNode,
} from './source-node.js';

/** Values by the first part of a path. Those of an earlier root hide those of a later one. */
export type Root = ReadonlyMap<string, SourceNode>;

type Part = { readonly text: string } | { readonly path: string };

/** Values inside values and references to references, together; far below what the call stack holds. */
const deepest = 400;
/** More than are shown need no words. */
const mostFindings = 100;
const mostNames = 50;

export class ReferenceResolver {
  /** What is wrong, in the order met. A path whose target is unknown may be known once more defaults are filled in. */
  readonly findings: Finding[] = [];
  foundUnknown = false;
  /** There are further roots that are not known here: what may lie in one is marked broken and not told. */
  private readonly openEnded: boolean;
  private readonly roots: readonly Root[];
  private readonly done = new Map<SourceNode, SourceNode>();
  private readonly open = new Set<SourceNode>();
  private readonly trail: string[] = [];
  private tooLarge = false;
  private level = 0;

  constructor(roots: readonly Root[], openEnded = false) {
    this.roots = roots;
    this.openEnded = openEnded;
  }

  /** The value with every reference in it resolved; one that can't be is left in place, marked broken. */
  resolve(node: SourceNode): SourceNode {
    if (node.kind === 'scalar' && (typeof node.value !== 'string' || node.literal === true)) return node;
    const known = this.done.get(node);
    if (known !== undefined) return known;
    if (this.open.has(node)) return this.circular(node);
    if (this.level >= deepest || this.trail.length > limits.referenceChain) return this.tooDeep(node);
    this.open.add(node);
    this.level += 1;
    const made = node.kind === 'scalar' ? this.text(node) : this.bounded(this.collection(node), node);
    this.level -= 1;
    this.open.delete(node);
    this.done.set(node, made);
    return made;
  }

  private collection(node: Exclude<SourceNode, ScalarNode>): SourceNode {
    if (node.kind === 'list') {
      const items = node.items.map((item) => this.resolve(item));
      return items.some((item, index) => item !== node.items[index])
        ? { ...makeList(items, node.place), origin: node.origin }
        : node;
    }
    const entries = [...node.entries].map(([key, entry]): [string, MapEntry] => [
      key,
      { key: entry.key, value: this.resolve(entry.value) },
    ]);
    const same = entries.every(([key, { value }]) => value === node.entries.get(key)!.value);
    return same ? node : { ...makeMap(new Map(entries), node.place), origin: node.origin };
  }

  /** References may repeat what repeats: a few lines could stand for more than any memory holds. */
  private bounded(made: SourceNode, node: SourceNode): SourceNode {
    if (made.size <= limits.values && made.depth <= limits.depth) return made;
    if (!this.tooLarge) {
      this.tooLarge = true;
      const deep = made.depth > limits.depth;
      this.findings.push({
        code: deep ? 'too-deep' : 'too-many-values',
        message: deep
          ? `expected references to nest mappings and lists at most ${limits.depth} levels deep, got more`
          : `expected references to make at most ${limits.values} values in all, got more`,
        at: node.place,
      });
    }
    return broken(makeScalar(null, node.place));
  }

  private text(node: ScalarNode): SourceNode {
    const text = node.value as string;
    if (!text.includes('${')) return { ...node, literal: true };
    const parts = this.parse(text, node);
    if (parts === undefined) return broken(node);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && 'path' in only) {
      const target = this.follow(only.path, node);
      return target === undefined ? broken(node) : movedTo(target, node.place);
    }
    let made = '';
    for (const part of parts) {
      const piece = 'text' in part ? part.text : this.embedded(part.path, node);
      if (piece === undefined) return broken(node);
      made += piece;
      if (made.length > limits.textLength) {
        this.findings.push({
          code: 'too-many-values',
          message: `expected a text with its references put in to be at most ${limits.textLength} characters long, got more`,
          at: node.place,
        });
        return broken(node);
      }
    }
    return { ...makeScalar(made, node.place, true), origin: node.origin };
  }

  private embedded(path: string, node: ScalarNode): string | undefined {
    const target = this.follow(path, node);
    if (target === undefined) return undefined;
    if (target.kind === 'scalar' && target.value !== null) return String(target.value);
    this.findings.push({
      code: 'reference-not-text',
      message: expected(`\${${path}} inside a text`, 'a text, a number, true or false', toJson(target)),
      at: node.place,
      related: { message: 'its value stands here', at: target.place },
    });
    return undefined;
  }

  private parse(text: string, node: ScalarNode): Part[] | undefined {
    const parts: Part[] = [];
    let at = 0;
    let plain = '';
    while (at < text.length) {
      const next = text.indexOf('${', at);
      if (next < 0) break;
      if (next > at && text[next - 1] === '$') {
        plain += `${text.slice(at, next - 1)}\${`;
        at = next + 2;
        continue;
      }
      plain += text.slice(at, next);
      const end = text.indexOf('}', next);
      const path = end < 0 ? '' : text.slice(next + 2, end).trim();
      if (!/^[^\s.${}]+(\.[^\s.${}]+)*$/.test(path)) {
        const got = text.slice(next, end < 0 ? undefined : end + 1);
        this.findings.push({
          code: 'bad-reference',
          message: expected('a reference', 'of the form ${params.name}', got),
          at: node.place,
          fix:
            end < 0
              ? 'end it with }, or write $${ for a plain ${'
              : 'name one value by its dotted path, or write $${ for a plain ${',
        });
        return undefined;
      }
      if (plain !== '') parts.push({ text: plain });
      plain = '';
      parts.push({ path });
      at = end + 1;
    }
    plain += text.slice(at);
    if (plain !== '') parts.push({ text: plain });
    return parts;
  }

  /** The resolved target of a path; nothing when it has none or is itself broken. */
  private follow(path: string, from: ScalarNode): SourceNode | undefined {
    const [first = '', ...rest] = path.split('.');
    let target = this.roots.find((root) => root.has(first))?.get(first);
    if (target === undefined) {
      if (this.openEnded) return undefined;
      this.unknown(path, '', first, new Set(this.roots.flatMap((root) => [...root.keys()])), from);
      return undefined;
    }
    this.trail.push(path);
    try {
      let behind = first;
      for (const key of rest) {
        // What a reference stands for is looked into; a mapping is not resolved whole for one of its values.
        if (target.kind === 'scalar') target = this.resolve(target);
        if (isBroken(target)) return undefined;
        const next: SourceNode | undefined = member(target, key);
        if (next === undefined) {
          this.unknown(path, behind, key, target.kind === 'scalar' ? [] : keysOf(target), from);
          return undefined;
        }
        [target, behind] = [next, `${behind}.${key}`];
      }
      const made = this.resolve(target);
      return isBroken(made) ? undefined : made;
    } finally {
      this.trail.pop();
    }
  }

  private unknown(
    path: string,
    behind: string,
    key: string,
    known: Iterable<string>,
    from: ScalarNode,
  ): void {
    this.foundUnknown = true;
    if (this.findings.length >= mostFindings) return;
    const near = key.length <= limits.keyLength ? suggestName(key, shortNames(known)) : undefined;
    this.findings.push({
      code: 'unknown-reference',
      message: `expected \${${path.slice(0, 200)}} to name a value, got nothing of the name ${showValue(key)}${behind === '' ? '' : ` in ${behind}`}`,
      at: from.place,
      fix: near === 'nothing may stand here' ? `${behind} is a single value` : near,
    });
  }

  private circular(node: SourceNode): SourceNode {
    const label = this.trail.at(-1) ?? '';
    const earlier = this.trail.lastIndexOf(label, -2);
    const ring = earlier >= 0 ? this.trail.slice(earlier) : [label, ...this.trail];
    this.findings.push({
      code: 'circular-reference',
      message: `expected references to end in a value, got a circle: ${describeRing(ring)}`,
      at: node.place,
    });
    return broken(makeScalar(null, node.place));
  }

  private tooDeep(node: SourceNode): SourceNode {
    this.findings.push({
      code: 'too-deep',
      message: `expected references to lead to one another at most ${limits.referenceChain} times, got more`,
      at: node.place,
    });
    return broken(makeScalar(null, node.place));
  }
}

function broken(node: ScalarNode): ScalarNode {
  return { ...node, broken: true };
}

function keysOf(node: Exclude<SourceNode, ScalarNode>): Iterable<string> {
  return node.kind === 'map' ? node.entries.keys() : [...node.items.keys()].map(String);
}

/** The first few names that are short enough to be compared. */
function shortNames(names: Iterable<string>): string[] {
  const found: string[] = [];
  for (const name of names) {
    if (name.length <= limits.keyLength) found.push(name);
    if (found.length === mostNames) break;
  }
  return found;
}

function isBroken(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.broken === true;
}
