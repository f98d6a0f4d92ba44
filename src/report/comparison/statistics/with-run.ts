/** Which rows of a comparison are runs: what a trial that never came to one lacks tells no runs apart. */
import type { ComparedRun } from '../compared-run.js';

/** Without the trials that came to no run. */
export function withRun(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  return runs.filter(({ withoutRun }) => withoutRun !== true);
}

/** Whether a row tells by what it has, or lacks, if runs differ in a setting: a run does, a trial without one where it has it. */
export function tellsOf({ withoutRun, settings, trial }: ComparedRun, path: string): boolean {
  return (
    withoutRun !== true || Object.hasOwn(settings, path) || Object.hasOwn(trial?.assignments ?? {}, path)
  );
}
