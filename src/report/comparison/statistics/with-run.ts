/** Which rows of a comparison are runs: what a trial that never came to one lacks tells no runs apart. */
import type { ComparedRun } from '../compared-run.js';

/** Without the trials that came to no run. */
export function withRun(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  return runs.filter(({ withoutRun }) => withoutRun !== true);
}
