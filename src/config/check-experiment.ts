/** Checks an experiment with everything it is made of, and tells all problems of all files at once. */
import type { Result } from '../core/problem.js';
import type { CheckedExperiment } from './checked-experiment.js';
import { openExperimentTemplate, type ExperimentOptions } from './experiment-template.js';

export type { ExperimentOptions } from './experiment-template.js';

/**
 * Reads, merges, resolves and judges. Reads files and nothing else; what users do wrong comes back as problems, sorted by
 * file and line (docs/errors.md lists their codes).
 */
export async function checkExperiment(options: ExperimentOptions): Promise<Result<CheckedExperiment>> {
  // What --set says may be what one trial of the sweep does, which the others need not bear.
  const sweep = options.set === undefined || options.set.length === 0;
  const template = await openExperimentTemplate({ sweep, ...options });
  return template.ok ? template.value.check({}) : template;
}
