/** Reads an experiment's file and those it extends, each checked in its outer form. Merges nothing. */
import { dirname } from 'node:path';
import { describeRing } from './describe-ring.js';
import type { Assignment } from './dotted-path.js';
import { checkValue, type Checker } from './explain-errors.js';
import { kindOf } from './file-kind.js';
import { limits } from './limits.js';
import type { ProblemList } from './problem-list.js';
import { findFile, readDocument, type FileRequest, type SourceDocument } from './read-source.js';
import { shownPath } from './project-path.js';
import { emptyMap, member, type MapNode, type ScalarNode } from './source-node.js';

export interface ExperimentLayer {
  readonly document: SourceDocument;
  readonly params: MapNode;
  readonly set: readonly Assignment[];
}

/** A member of the top level, when it is a text. Another type was told by the outer check. */
export function textMember(
  root: MapNode,
  key: string,
): (ScalarNode & { readonly value: string }) | undefined {
  const node = member(root, key);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  return { ...node, value: node.value };
}

export function mapMember(root: MapNode, key: string): MapNode {
  const node = member(root, key);
  return node?.kind === 'map' ? node : emptyMap();
}

/** The experiment first, its farthest ancestor last. Ends early, and tells why, where the chain can't be followed. */
export function readChain(request: FileRequest, checker: Checker, problems: ProblemList): ExperimentLayer[] {
  const layers: ExperimentLayer[] = [];
  let next: FileRequest | undefined = request;
  while (next !== undefined) {
    // Looked up first: a circle must be told where it closes, not read again.
    const path = findFile(next, problems);
    if (path === undefined) break;
    const names = layers.map(({ document }) => document.source.path);
    if (names.includes(path) || layers.length >= limits.extendsChain) {
      const ring = [...names.slice(Math.max(0, names.indexOf(path))), path].map((name) =>
        shownPath(name, request.root),
      );
      problems.add(
        names.includes(path)
          ? {
              code: 'extends-circle',
              message: `expected extends to end in an experiment that extends none, got a circle: ${describeRing(ring)}`,
              at: next.at,
            }
          : {
              code: 'extends-too-long',
              message: `expected at most ${limits.extendsChain} experiments to extend one another, got more`,
              at: next.at,
            },
      );
      break;
    }
    const document = readDocument(next, problems);
    if (document === undefined || !isExperiment(document, next, problems)) break;
    layers.push(readLayer(document, checker, problems));
    const parent = textMember(document.root, 'extends');
    next =
      parent === undefined
        ? undefined
        : {
            path: parent.value,
            from: dirname(document.source.path),
            root: request.root,
            what: '"extends"',
            at: parent.place,
          };
  }
  return layers;
}

function isExperiment(
  { source, root }: SourceDocument,
  { what, at }: FileRequest,
  problems: ProblemList,
): boolean {
  const kind = kindOf(root);
  if (kind === 'experiment') return true;
  problems.add({
    code: 'not-an-experiment',
    message: `expected ${what} to be an experiment, got ${source.name}, which is a ${kind}`,
    at,
    fix:
      kind === 'pipeline'
        ? 'name it in an experiment: pipeline: …'
        : 'name it in an experiment, under set: build.network: …',
  });
  return false;
}

function readLayer(document: SourceDocument, checker: Checker, problems: ProblemList): ExperimentLayer {
  const { root } = document;
  checkValue(checker, { node: root, name: '', at: document.source.place(0, 1) }, problems);
  const set = [...mapMember(root, 'set').entries]
    .slice(0, limits.assignments)
    .map(([path, { key, value }]): Assignment => ({
      path,
      at: key,
      value,
    }));
  return { document, params: mapMember(root, 'params'), set };
}
