/**
 * From YAML text to nodes that know their places: one document, plain values, no tags, no merge keys, no directives.
 * Bounds nesting, aliases and keys. Knows nothing of what the keys mean.
 */
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { showValue } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { isObjectName, limits } from './limits.js';
import type { ProblemList } from './problem-list.js';
import type { Place, SourceFile } from './source-file.js';
import {
  brokenScalar,
  makeList,
  makeMap,
  makeScalar,
  type MapEntry,
  type MapNode,
  type SourceNode,
} from './source-node.js';
import { parseTokens } from './yaml-tokens.js';
import { syntaxFindings, tagFinding } from './yaml-syntax.js';

/**
 * Parses the source from `offset` on. Returns nothing, and has told why, when the text is not one well-formed document;
 * problems with single keys and values are told and the rest is returned.
 * @param name what messages call the whole, where it is one value.
 */
export function parseYaml(
  source: SourceFile,
  problems: ProblemList,
  offset = 0,
  name?: string,
): SourceNode | undefined {
  const text = source.text.slice(offset);
  const tokens = parseTokens(text, source, offset, problems);
  if (tokens === undefined) return undefined;
  const composer = new Composer({
    schema: 'core',
    version: '1.2',
    merge: false,
    prettyErrors: false,
    // Compares each key with all others; ours are found by a table.
    uniqueKeys: false,
  });
  let document: Document.Parsed | undefined;
  for (const next of composer.compose(tokens, false, text.length)) {
    if (document !== undefined) {
      problems.add({
        code: 'several-documents',
        message: 'expected one document, got a second one',
        at: source.lineAt(offset + next.range[0]),
        fix: 'put it into a file of its own',
      });
      return undefined;
    }
    document = next;
  }
  if (document === undefined) return makeScalar(null, source.place(offset, offset));
  const errors = [
    ...document.errors,
    ...document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED'),
  ];
  if (errors.length > 0) {
    for (const finding of syntaxFindings(errors, document, source, offset)) problems.add(finding);
    return undefined;
  }
  return new Converter(source, offset, problems).convert(document.contents, undefined, name);
}

class Converter {
  private readonly source: SourceFile;
  private readonly offset: number;
  private readonly problems: ProblemList;
  /** `undefined` while the anchor's value is still being read. */
  private readonly anchors = new Map<string, SourceNode | undefined>();
  private aliased = 0;
  private refused = false;

  constructor(source: SourceFile, offset: number, problems: ProblemList) {
    this.source = source;
    this.offset = offset;
    this.problems = problems;
  }

  /** `name` is the nearest key above it. */
  convert(node: Node | null, key: Place | undefined, name: string | undefined): SourceNode {
    if (node === null) return makeScalar(null, key);
    const place = this.placeOf(node, key);
    if (isAlias(node)) return this.alias(node.source, place);
    if (node.tag !== undefined && node.range) {
      // The tag stands before the value, which is where the node's range begins.
      const line = this.source.lineAt(place.from);
      let tag = this.source.text.lastIndexOf('!', place.from);
      while (this.source.text[tag - 1] === '!') tag -= 1;
      this.problems.add(tagFinding(tag >= line.from ? this.source.place(tag, place.to) : place));
    }
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const made = isScalar(node) ? this.scalar(node.value, place, name) : this.collection(node, place, name);
    if (anchor !== undefined) this.anchors.set(anchor, made);
    return made;
  }

  private collection(node: YAMLMap | YAMLSeq, place: Place, name: string | undefined): SourceNode {
    const made = isMap(node)
      ? this.map(node, place)
      : makeList(
          node.items.map((item) => this.convert(item as Node | null, undefined, name)),
          place,
        );
    if (made.depth <= limits.depth) return made;
    if (!this.refused) {
      this.refused = true;
      this.problems.add({
        code: 'too-deep',
        message: `expected mappings and lists to be nested at most ${limits.depth} levels deep, got more`,
        at: place,
      });
    }
    return brokenScalar(place);
  }

  /** A block's own place is the key above it: that is what a message about the whole block should underline. */
  private placeOf(node: Node, key: Place | undefined): Place {
    const [from, to] = node.range ?? [0, 0, 0];
    const start = this.offset + from;
    const isBlock = !isScalar(node) && !isAlias(node) && (node as YAMLMap).flow !== true;
    if (key !== undefined && (isBlock || from === to)) return key;
    if (isBlock) return this.source.place(start, this.source.lineAt(start).to);
    return this.source.place(start, this.offset + to);
  }

  private scalar(value: unknown, place: Place, name: string | undefined): SourceNode {
    if (value === null || typeof value === 'boolean' || typeof value === 'string')
      return makeScalar(value, place);
    if (typeof value !== 'number') throw new TypeError(`the core schema of YAML has no ${typeof value}`);
    const written = this.source.text.slice(place.from, place.to);
    const exact = Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(written);
    if (Number.isFinite(value) && exact) return makeScalar(value, place);
    this.problems.add({
      code: 'bad-number',
      message: `expected ${name === undefined ? '' : `${showValue(name)} to be `}a number that is ${Number.isFinite(value) ? 'held exactly' : 'finite'}, got ${written.slice(0, 60)}`,
      at: place,
      fix: Number.isFinite(value) ? 'put quotes around it if it is a text' : undefined,
    });
    return brokenScalar(place);
  }

  private map(node: YAMLMap, place: Place): MapNode {
    const entries = new Map<string, MapEntry>();
    for (const { key, value } of node.items as Pair<Node | null, Node | null>[]) {
      const keyPlace = this.keyPlace(key, place);
      const name = this.keyName(key, keyPlace);
      const first = name === undefined ? undefined : entries.get(name);
      if (first !== undefined) {
        this.problems.add({
          code: 'duplicate-key',
          message: `expected the key ${showValue(name)} to be there once, got it again`,
          at: keyPlace,
          related: { message: 'the first one stands here', at: first.key },
          fix: 'keep one of the two',
        });
      }
      const converted = this.convert(value, keyPlace, name);
      if (name !== undefined && first === undefined) entries.set(name, { key: keyPlace, value: converted });
    }
    return makeMap(entries, place);
  }

  private keyPlace(key: Node | null, map: Place): Place {
    const [from, to] = key?.range ?? [0, 0, 0];
    return key === null || from === to ? map : this.source.place(this.offset + from, this.offset + to);
  }

  private keyName(key: Node | null, at: Place): string | undefined {
    if (key !== null && isScalar(key) && typeof key.value === 'string') {
      if (key.anchor !== undefined) this.anchors.set(key.anchor, makeScalar(key.value, at));
      return this.allowedName(key.value, at) ? key.value : undefined;
    }
    const written = at.source.text.slice(at.from, Math.min(at.to, at.from + 60)).split('\n')[0]!;
    const plain = key !== null && isScalar(key);
    this.problems.add({
      code: 'key-not-text',
      message: `expected a key to be text, got ${plain ? written : 'something else'}`,
      at,
      fix: plain && written !== '' ? `put quotes around it: "${written}"` : undefined,
    });
    return undefined;
  }

  private allowedName(name: string, at: Place): boolean {
    if (name === '<<') {
      this.problems.add({
        code: 'merge-key',
        message: 'expected a key, got the merge key <<, which is not read',
        at,
        fix: 'write the keys out, or let an experiment extend another',
      });
    } else if (isObjectName(name)) {
      this.problems.add({
        code: 'forbidden-key',
        message: `expected a key, got ${showValue(name)}, a name that every JavaScript object has by itself`,
        at,
        fix: 'choose another name',
      });
    } else if (name.length > limits.keyLength) {
      this.problems.add({
        code: 'key-too-long',
        message: `expected a key to be at most ${limits.keyLength} characters long, got ${name.length}`,
        at,
      });
    } else return true;
    return false;
  }

  private alias(name: string, at: Place): SourceNode {
    const target = this.anchors.get(name);
    if (target === undefined) {
      const open = this.anchors.has(name);
      this.problems.add(
        open
          ? {
              code: 'anchor-contains-itself',
              message: `expected *${name} to stand outside of &${name}, got it inside`,
              at,
            }
          : {
              code: 'unknown-anchor',
              message: `expected *${name} to repeat an anchor before it, got none of that name`,
              at,
              fix: suggestName(
                name.slice(0, limits.keyLength),
                [...this.anchors.keys()].filter(isShort).slice(0, 100),
              ),
            },
      );
      return brokenScalar(at);
    }
    this.aliased += target.size;
    if (this.aliased <= limits.aliasedValues) return target;
    if (this.aliased - target.size <= limits.aliasedValues) {
      this.problems.add({
        code: 'alias-bomb',
        message: `expected aliases to repeat at most ${limits.aliasedValues} values in all, got more`,
        at,
      });
    }
    return brokenScalar(at);
  }
}

/** Stands for what was refused, and is not judged again. */
const isShort = (name: string): boolean => name.length <= limits.keyLength;
