/** Reads a pipeline: its stages with their kinds and needs, in the order of the file. Settings are not judged here. */
import { dirname } from 'node:path';
import type { Result } from '../core/problem.js';
import { showValue } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import type { StageDescriptor } from '../stages/stage.js';
import { compileSchema } from './compile-schema.js';
import { mapMember, textMember } from './experiment-chain.js';
import { checkValue, type Checker } from './explain-errors.js';
import { limits } from './limits.js';
import type { ProblemList } from './problem-list.js';
import { shownPath } from './project-path.js';
import { findFile, readDocument, type FileRequest, type SourceDocument } from './read-source.js';
import type { Place } from './source-file.js';
import { member, type MapNode, type SourceNode } from './source-node.js';
import type { StageKind, StageKinds } from './stage-kinds.js';

/** Loads a stage of the user's own from an absolute path. */
export type CustomStageLoader = (
  path: string,
  projectRoot: string,
) => Promise<Result<{ readonly descriptor: StageDescriptor; readonly schema: object }>>;

export interface PipelineStage {
  readonly name: string;
  /** The key under `stages:`. */
  readonly at: Place | undefined;
  /** As written. */
  readonly uses: string;
  /** Nothing when `uses` names none, which was told. */
  readonly kind: StageKind | undefined;
  readonly needs: readonly { readonly name: string; readonly at: Place | undefined }[];
  /** Under `with:`, as written. */
  readonly settings: MapNode;
}

export interface Pipeline {
  readonly document: SourceDocument;
  readonly params: MapNode;
  readonly stages: readonly PipelineStage[];
}

export interface PipelineContext {
  readonly checker: Checker;
  readonly kinds: StageKinds;
  readonly loadCustomStage: CustomStageLoader;
}

/** Names that mean something else in references and dotted paths. */
const reserved = ['params', 'seed', 'engine', 'name'];

export async function readPipeline(
  request: FileRequest,
  context: PipelineContext,
  problems: ProblemList,
): Promise<Pipeline | undefined> {
  const document = readDocument(request, problems);
  if (document === undefined) return undefined;
  const { root } = document;
  checkValue(context.checker, { node: root, name: '', at: document.source.place(0, 1) }, problems);
  const stages: PipelineStage[] = [];
  for (const [name, { key, value }] of [...mapMember(root, 'stages').entries].slice(0, limits.stages)) {
    if (reserved.includes(name)) {
      problems.add({
        code: 'bad-name',
        message: `expected a stage to have a name of its own, got ${showValue(name)}, which means something else in paths`,
        at: key,
        fix: 'choose another name',
      });
    } else if (value.kind === 'map') {
      const uses = textMember(value, 'uses');
      const kind =
        uses === undefined
          ? undefined
          : await findKind(uses.value, uses.place, document, request.root, context, problems);
      const settings = mapMember(value, 'with');
      stages.push({
        name,
        at: key,
        uses: uses?.value ?? '',
        kind,
        needs: readNeeds(member(value, 'needs')),
        settings: { ...settings, place: settings.place ?? key },
      });
    }
  }
  return { document, params: mapMember(root, 'params'), stages };
}

function readNeeds(node: SourceNode | undefined): PipelineStage['needs'] {
  const items = node === undefined ? [] : node.kind === 'list' ? node.items : [node];
  return items
    .slice(0, limits.stages)
    .flatMap((item) =>
      item.kind === 'scalar' && typeof item.value === 'string' ? [{ name: item.value, at: item.place }] : [],
    );
}

async function findKind(
  uses: string,
  at: Place | undefined,
  document: SourceDocument,
  root: string,
  { kinds, loadCustomStage }: PipelineContext,
  problems: ProblemList,
): Promise<StageKind | undefined> {
  const builtIn = kinds.get(uses);
  if (builtIn !== undefined) return builtIn;
  if (!/^\.{1,2}\/|\.[cm]?[jt]s$/.test(uses)) {
    if (uses !== '') {
      problems.add({
        code: 'unknown-kind',
        message: `expected "uses" to name a stage kind or a file, got ${showValue(uses)}`,
        at,
        fix: suggestName(uses.slice(0, 200), [...kinds.keys()]),
      });
    }
    return undefined;
  }
  const request: FileRequest = { path: uses, from: dirname(document.source.path), root, what: '"uses"', at };
  const path = findFile(request, problems);
  if (path === undefined) return undefined;
  const loaded = await loadCustomStage(path, root);
  if (!loaded.ok) {
    problems.addAll(loaded.problems);
    return undefined;
  }
  const checker = await compileSchema(loaded.value.schema, shownPath(path, root));
  if (checker.ok) return { descriptor: loaded.value.descriptor, ...checker.value };
  for (const { code, message } of checker.problems) problems.add({ code, message, at });
  return undefined;
}
