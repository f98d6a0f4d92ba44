/**
 * What an export is made of: runs without their curves, and the curves one after another, so that a million points need
 * the memory of one curve.
 */
import { failed, ok, type Result } from '../../core/problem.js';
import type { CurvePoints, CurveReference } from '../../tracking/curves.js';
import type { RunSelection } from '../../tracking/run-selection.js';
import type { Tracking } from '../../tracking/tracking.js';
import { comparedRun } from '../comparison/compare-runs.js';
import type { ComparedRun } from '../comparison/compared-run.js';

/** Curves of epochs and of steps. */
export interface ExportedCurve extends CurvePoints {
  readonly run: ComparedRun;
  readonly stage: string;
  readonly scope: CurveReference['scope'];
  readonly key: string;
}

export interface ExportedRuns {
  /** In the order in which they began; their `curves` are empty. */
  readonly runs: readonly ComparedRun[];
  /** Reads them anew each time, run by run in the order of `runs`; throws as SQLite does. */
  curves(): Iterable<ExportedCurve>;
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
      return [run.number, comparedRun(run, { curves: [], report: undefined, scheduler })];
    }),
  );
  const curves = await tracking.curves([...byNumber.keys()]);
  if (!curves.ok) return curves;
  const read = await tracking.points();
  return ok({
    runs: [...byNumber.values()],
    *curves() {
      for (const { id, run, stage, scope, key } of curves.value)
        yield { run: byNumber.get(run)!, stage, scope, key, ...read(id) };
    },
  });
}
