/** From metrics to the numbers that a sweep is about, and the problems of those that are not there. */
import type { Metrics } from '../core/events.js';
import { failed, ok, type Problem, type Result } from '../core/problem.js';
import { nearest } from '../core/suggest.js';
import type { Objective } from '../core/sweep-events.js';

/** Samplers and schedulers make everything small; turned round twice, a value is as it was. */
export function toBeMadeSmall({ goal }: Objective, value: number): number {
  return goal === 'maximize' ? -value : value;
}

/**
 * One value for each objective: of the run's metrics, else of its last epoch. Problems: `objective-missing`,
 * `objective-not-finite`.
 */
export function objectiveValues(
  objectives: readonly Objective[],
  metrics: Metrics,
  lastEpoch: Metrics | undefined,
): Result<readonly number[]> {
  const values: number[] = [];
  const problems: Problem[] = [];
  for (const { metric } of objectives) {
    const value = metrics[metric] ?? lastEpoch?.[metric];
    if (value === undefined) problems.push(objectiveMissing(metric, { ...lastEpoch, ...metrics }));
    else if (!Number.isFinite(value)) problems.push(objectiveNotFinite(metric, value));
    else values.push(value);
  }
  return problems.length === 0 ? ok(values) : failed(...problems);
}

export function isMissing(problem: Problem | undefined): boolean {
  return problem?.code === 'objective-missing';
}

export function objectiveMissing(metric: string, metrics: Metrics, when = 'a run'): Problem {
  const known = Object.keys(metrics).sort();
  const near = nearest(metric, known);
  return {
    code: 'objective-missing',
    message: `expected the objective to be a metric that ${when} reports, got "${metric}"; there are ${
      known.length === 0 ? 'none' : known.join(', ')
    }`,
    fix: near === undefined ? 'name one of these as sweep.objective.metric' : `did you mean "${near}"?`,
  };
}

export function objectiveNotFinite(metric: string, value: number, epoch?: number): Problem {
  return {
    code: 'objective-not-finite',
    message: `expected "${metric}"${epoch === undefined ? '' : ` of epoch ${epoch}`} to be a finite number, got ${value}`,
  };
}
