/** How good a run is by an objective. Owns no order of runs: those of a comparison come in theirs. */
import type { Objective } from '../../../core/sweep-events.js';
import { capitalised } from '../../views/format.js';
import type { ComparedRun } from '../compared-run.js';

/**
 * The run's final metric of that name; of a run that is done, else what its last epoch measured. Null where it was not a
 * finite number or the run did not come so far: what a run that was pruned, paused or is running had by then is no result.
 */
export function objectiveValue(run: ComparedRun, { metric }: Pick<Objective, 'metric'>): number | null {
  if (run.status === 'pruned' || run.status === 'paused' || run.status === 'running') return null;
  const last = run.curves.find(({ key }) => key === metric)?.values.at(-1);
  const own = Object.hasOwn(run.metrics, metric) ? run.metrics[metric] : null;
  const value = own ?? (run.status === 'done' ? last : null);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Whether `value` is better than `other`, not only as good. */
export function isBetter(goal: Objective['goal'], value: number, other: number): boolean {
  return goal === 'maximize' ? value > other : value < other;
}

/** As a sentence begins with it; an id stays as it is, whatever letter it begins with. */
export function runTitle(run: ComparedRun): string {
  return run.trial === undefined ? run.id : capitalised(runName(run));
}

/** As a sentence names it: `trial 12` of a sweep, `trial 12 of widths` where there are several, else its id. */
export function runName({ id, trial }: ComparedRun): string {
  if (trial === undefined) return id;
  return `trial ${trial.number}${trial.amongSeveral === true ? ` of ${trial.sweep}` : ''}`;
}
