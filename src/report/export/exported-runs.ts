/**
 * What an export is made of: runs without their curves, and the curves one after another, so that a million points need
 * the memory of one curve.
 */
import type { Json } from '../../core/json.js';
import { failed, ok, type Result } from '../../core/problem.js';
import type { Objective } from '../../core/sweep-events.js';
import type { CurvePoints, CurveReference } from '../../tracking/curves.js';
import type { RunSelection } from '../../tracking/run-selection.js';
import type { Tracking } from '../../tracking/tracking.js';
import { comparedRun } from '../comparison/compare-runs.js';
import type { ComparedRun } from '../comparison/compared-run.js';
import { sharedObjectives } from '../comparison/objective.js';

/** Curves of epochs and of steps. */
export interface ExportedCurve extends CurvePoints {
  readonly run: ComparedRun;
  readonly stage: string;
  readonly scope: CurveReference['scope'];
  readonly key: string;
}

export interface ExportedRuns {
  /** In the order in which they began; their `curves` are empty, and `settings` have what a sweep drew as well. */
  readonly runs: readonly ComparedRun[];
  /** Of the sweeps whose trials are among them: the first is in the column `objective` of all. */
  readonly objectives: readonly Objective[];
  /** Reads them anew each time, run by run in the order of `runs`; throws as SQLite does. */
  curves(): Iterable<ExportedCurve>;
}

/**
 * What the sweep drew stands under its own path even where it is resolved to more than a value: the network that a file
 * or a name stands for is so many settings inside `build.network`, of which none says which it was.
 */
function withDrawn(run: ComparedRun): ComparedRun {
  const drawn: Record<string, Json> = {};
  for (const [path, value] of Object.entries(run.trial?.assignments ?? {})) {
    if (Object.hasOwn(run.settings, path) || ownColumns.has(path)) continue;
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    drawn[path] = isPlain ? value : (run.trial?.labels[path] ?? value);
  }
  return { ...run, settings: { ...drawn, ...run.settings } };
}

/** Paths that are no settings but fields of the run, with a column of that name. */
export const ownColumns: ReadonlySet<string> = new Set(['seed', 'engine']);

/** None unless all sweeps begin with the same one. */
function firstShared(sweeps: readonly { readonly objectives: readonly Objective[] }[]): readonly Objective[] {
  return sharedObjectives(sweeps.map(({ objectives }) => ({ objectives: objectives.slice(0, 1) })));
}

/** Problems: as `Tracking.wholeRuns` tells, `too-few-runs` where none is meant. The record stays open while curves are read. */
export async function readExportedRuns(
  tracking: Tracking,
  selection: RunSelection,
): Promise<Result<ExportedRuns>> {
  const whole = await tracking.wholeRuns(selection);
  if (!whole.ok) return whole;
  if (whole.value.length === 0) {
    const message = 'expected at least one run to export, got none';
    return failed({ code: 'too-few-runs', message, fix: 'see `npx assay runs` for what there is' });
  }
  const sweeps = await tracking.sweeps();
  if (!sweeps.ok) return sweeps;
  const schedulers = new Map(sweeps.value.map(({ name, scheduler }) => [name, scheduler]));
  const byNumber = new Map(
    whole.value.map((run) => {
      const scheduler = schedulers.get(run.trial?.sweep ?? '') ?? '';
      return [run.number, withDrawn(comparedRun(run, { curves: [], report: undefined, scheduler }))];
    }),
  );
  const ofTrials = new Set(whole.value.map(({ trial }) => trial?.sweep));
  const curves = await tracking.curves([...byNumber.keys()]);
  if (!curves.ok) return curves;
  const read = await tracking.points();
  return ok({
    runs: [...byNumber.values()],
    objectives: firstShared(sweeps.value.filter(({ name }) => ofTrials.has(name))),
    *curves() {
      for (const { id, run, stage, scope, key } of curves.value)
        yield { run: byNumber.get(run)!, stage, scope, key, ...read(id) };
    },
  });
}
