/**
 * An experiment whose files were read once, and which can be checked many times with other settings: what each trial of a
 * sweep is. The one place where a `CheckedExperiment` comes from.
 */
import { failed, ok, type Result } from '../core/problem.js';
import type { JsonObject } from '../core/json.js';
import { openContext, type CheckContext, type CheckOptions } from './check-context.js';
import type { CheckedExperiment } from './checked-experiment.js';
import type { CheckedSweep } from './checked-sweep.js';
import { ExperimentBase, type Judgement } from './experiment-base.js';
import { readExperimentFiles } from './experiment-files.js';
import { ProblemList, problemKey } from './problem-list.js';
import { member, toJson, type MapNode } from './source-node.js';
import { AssignmentReader } from './sweep/assignment-reader.js';
import { checkSweep, type SweepWithDrafts } from './sweep/check-sweep.js';
import { expandLists } from './sweep/expand-lists.js';
import { sweepSubject } from './sweep/sweep-subject.js';

export interface ExperimentOptions extends CheckOptions {
  /** Arguments of `--set`, in order: `train.epochs=3`. */
  readonly set?: readonly string[] | undefined;
  /**
   * Whether a list given to `--set` where the setting takes none stands for a grid of its values. `sweep` of the template
   * is then that grid, and nothing when there is no such list; the experiment's own `sweep:` is left alone.
   */
  readonly expandLists?: boolean | undefined;
  /** Whether the experiment's own `sweep:` is judged by more than its form; default true. */
  readonly sweep?: boolean | undefined;
}

export interface ExperimentTemplate {
  /** The `sweep:` of the file itself (what it extends may have others), or the grid of `expandLists`. */
  readonly sweep: CheckedSweep | undefined;
  /**
   * The experiment with these set over it, after `set:` and `--set`: dotted path → value, `seed` and `engine` too. Paths of
   * files in values are relative to the experiment's file, or for `expandLists` to the project. Reads no file twice.
   */
  readonly check: (assignments: JsonObject) => Result<CheckedExperiment>;
}

/** Reads everything, judges the experiment as it stands and its sweep, and tells all problems of all files at once. */
export async function openExperimentTemplate(
  options: ExperimentOptions,
): Promise<Result<ExperimentTemplate>> {
  const context = await openContext(options);
  const problems = new ProblemList();
  const { layers, files } = await readExperimentFiles(context, options.set ?? [], problems);
  const [own] = layers;
  const written = own === undefined ? undefined : member(own.document.root, 'sweep');
  const block = written?.kind === 'map' ? written : undefined;
  const lists =
    files === undefined || options.expandLists !== true ? undefined : expandLists(files, context, block);
  const ownSweep = options.sweep === false ? undefined : block;
  const node = options.expandLists === true ? lists?.sweep : ownSweep;

  const base = files === undefined ? undefined : new ExperimentBase(lists?.files ?? files, context);
  const asItIs = base?.judge([]);
  if (asItIs !== undefined) problems.addAll(asItIs.problems.all);
  const sweep = node === undefined ? undefined : judgeSweep(node, base, asItIs, context);
  if (sweep?.ok === false) problems.addAll(sweep.problems);
  if (!problems.empty || own === undefined || base === undefined || asItIs === undefined)
    return failed(...problems.sorted());

  const { source } = own.document;
  const reader = new AssignmentReader(
    sweep?.ok === true ? sweep.value.drafts : [],
    node?.place ?? source.place(0, 1),
  );
  return ok({
    sweep: sweep?.ok === true ? sweep.value.sweep : undefined,
    check: (assignments) => {
      const set = reader.read(assignments);
      return base.finish(set.length === 0 ? asItIs : base.judge(set));
    },
  });
}

function judgeSweep(
  node: MapNode,
  base: ExperimentBase | undefined,
  asItIs: Judgement | undefined,
  { projectRoot, validators }: CheckContext,
): Result<SweepWithDrafts> {
  return checkSweep(node, {
    projectRoot,
    checker: validators.space,
    subject: base === undefined || asItIs === undefined ? undefined : sweepSubject(base, asItIs),
    known: new Set(asItIs?.problems.all.map(problemKey)),
    // What is wrong with its form was told with the file.
    formed: validators.experiment.validate({ sweep: toJson(node) }),
  });
}
