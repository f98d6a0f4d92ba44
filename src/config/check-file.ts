/** Tells by its content what kind of file one is, and checks it as that. */
import { failed, ok, type Result } from '../core/problem.js';
import { openContext, type CheckOptions } from './check-context.js';
import { checkExperiment } from './check-experiment.js';
import { checkPipeline } from './check-pipeline.js';
import { checkValue } from './explain-errors.js';
import { kindOf, type ConfigurationKind } from './file-kind.js';
import { resolveLayers, type NetworkCheckers } from './network-layers.js';
import { checkWiring } from './network-wiring.js';
import { ProblemList } from './problem-list.js';
import { readDocument, type SourceDocument } from './read-source.js';
import { emptyMap, member } from './source-node.js';

export interface CheckedFile {
  readonly kind: ConfigurationKind;
  /** Relative to the project's root. */
  readonly file: string;
}

export async function checkFile(options: CheckOptions): Promise<Result<CheckedFile>> {
  const { request, validators } = await openContext(options);
  const problems = new ProblemList();
  const document = readDocument(request, problems);
  if (document === undefined) return failed(...problems.sorted());
  const kind = kindOf(document.root);
  const file = document.source.name;
  if (kind === 'network') {
    checkNetwork(document, validators, problems);
    return problems.empty ? ok({ kind, file }) : failed(...problems.sorted());
  }
  const checked = kind === 'pipeline' ? await checkPipeline(options) : await checkExperiment(options);
  return checked.ok ? ok({ kind, file }) : checked;
}

/** A network by itself: its parameters are known, what else its references name is the stage's that will use it. */
function checkNetwork(
  { source, root }: SourceDocument,
  checkers: NetworkCheckers,
  problems: ProblemList,
): void {
  const parameters = member(root, 'parameters') ?? emptyMap();
  const context = {
    roots: [new Map([['parameters', parameters]])],
    checker: checkers.repeat,
    name: '',
    alone: true,
  };
  const node = resolveLayers(root, context, problems);
  const value = { node, name: '', at: source.lineAt(root.place?.from ?? 0) };
  const fits = checkValue(checkers.network, value, problems);
  // How often layers repeat may be its stage's to say, and with it which names there are.
  const layers = member(root, 'layers');
  const repeats =
    layers?.kind === 'list' && layers.items.some((layer) => member(layer, 'repeat') !== undefined);
  if (fits && node.kind === 'map' && !repeats) checkWiring(node, problems);
}
