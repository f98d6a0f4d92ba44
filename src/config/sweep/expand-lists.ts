/** `--set 'train.batchSize=[32, 64]'`: lists where settings take none, as the grid of their values. */
import { sha256 } from '../../core/digest.js';
import { canonicalJson } from '../../core/json.js';
import type { CheckContext } from '../check-context.js';
import type { Assignment } from '../dotted-path.js';
import { ExperimentBase } from '../experiment-base.js';
import type { ExperimentFiles } from '../experiment-files.js';
import {
  makeMap,
  makeScalar,
  member,
  toJson,
  type MapEntry,
  type MapNode,
  type SourceNode,
} from '../source-node.js';

/** What is compared where the experiment has no `sweep:` that says another. */
const defaultObjective = 'validation.accuracy';

export interface ExpandedLists {
  /** The same without the lists that are in the grid. */
  readonly files: ExperimentFiles;
  /** A `sweep:` block, or nothing when there is no list too many. */
  readonly sweep: MapNode | undefined;
}

/**
 * A list is one too many when the setting refuses it and takes at least one of its values. Each is judged beside the first
 * good values of those before it. `block`: the experiment's own `sweep:`.
 */
export function expandLists(
  files: ExperimentFiles,
  context: CheckContext,
  block: MapNode | undefined,
): ExpandedLists {
  const isList = ({ value }: Assignment): boolean => value.kind === 'list' && value.items.length > 0;
  if (!files.commandLine.some(isList)) return { files, sweep: undefined };
  const others = files.commandLine.filter((assignment) => !isList(assignment));
  const base = new ExperimentBase({ ...files, commandLine: others }, context);
  const known = base.judge([]).problems.count;
  const takes = (...assignments: readonly Assignment[]): boolean =>
    base.judge(assignments).problems.count <= known;

  const before: Assignment[] = [];
  const dimensions = new Map<string, Assignment>();
  for (const assignment of files.commandLine.filter(isList)) {
    const items = assignment.value.kind === 'list' ? assignment.value.items : [];
    const good = takes(...before, assignment)
      ? undefined
      : items.find((value) => takes(...before, { ...assignment, value }));
    before.push(good === undefined ? assignment : { ...assignment, value: good });
    if (good !== undefined) dimensions.set(assignment.path, assignment);
  }
  if (dimensions.size === 0) return { files, sweep: undefined };
  // Of two for the same path the later counts, list or not.
  const last = new Map(files.commandLine.map((assignment) => [assignment.path, assignment]));
  const searched = [...dimensions.values()].filter((assignment) => last.get(assignment.path) === assignment);
  const commandLine = files.commandLine.filter(
    (assignment) => dimensions.get(assignment.path) !== assignment,
  );
  if (searched.length === 0) return { files: { ...files, commandLine }, sweep: undefined };
  return { files: { ...files, commandLine }, sweep: gridOf(searched, commandLine, files, block) };
}

function gridOf(
  searched: readonly Assignment[],
  others: readonly Assignment[],
  files: ExperimentFiles,
  block: MapNode | undefined,
): MapNode {
  const [first] = searched;
  const at = first!.at;
  const text = (value: string): MapEntry => ({ key: at, value: makeScalar(value, at, true) });
  const space = new Map(
    searched.map(({ path, at: key, value }): [string, MapEntry] => [path, { key, value }]),
  );
  const stated: SourceNode | undefined = member(block, 'objective');
  const { source } = files.layers[0]!.document;
  // The same command again goes on with the same sweep.
  const said = [...searched, ...others].map(({ path, value }) => [path, toJson(value)]);
  const name = `${source.name
    .split('/')
    .at(-1)!
    .replace(/\.ya?ml$/i, '')}-${sha256(canonicalJson(said)).slice(0, 8)}`;
  const entries = new Map<string, MapEntry>([
    ['name', text(name)],
    ['objective', stated === undefined ? text(defaultObjective) : { key: at, value: stated }],
    ['space', { key: at, value: makeMap(space, at) }],
    ['sampler', text('grid')],
  ]);
  return makeMap(entries, at);
}
