/** What runs are ordered by, and the value that each has for it. */
import { failed, ok, type Result } from '../../core/problem.js';
import { nearest } from '../../core/suggest.js';
import type { Objective } from '../../core/sweep-events.js';
import type { ComparedRun } from './compared-run.js';

/** Of these, less is better, where nobody says. */
const small = /loss|error|brier|seconds|parameters|time|distance/i;

export function guessGoal(metric: string): Objective['goal'] {
  return small.test(metric) ? 'minimize' : 'maximize';
}

/** `loss`, or with its goal: `distance:max`, `score:min`. */
export function parseObjective(text: string): Objective {
  const stated = /^(.+):(min|max)(?:imize)?$/.exec(text);
  if (stated === null) return { metric: text, goal: guessGoal(text) };
  return { metric: stated[1]!, goal: stated[2] === 'min' ? 'minimize' : 'maximize' };
}

type Valued = Pick<ComparedRun, 'metrics' | 'curves' | 'status' | 'trial'>;

/**
 * The value of a run: as its sweep was told it, else its final metric, else, of a run that is done, where its curve ends.
 * Undefined where there is none, or no number.
 * @param objectives of the sweep that is compared, if it is one
 */
export function objectiveValue(
  { metrics, curves, status, trial }: Valued,
  { metric }: Objective,
  objectives: readonly Objective[] = [],
): number | undefined {
  const index = objectives.findIndex((objective) => objective.metric === metric);
  const told = index < 0 ? undefined : trial?.values?.[index];
  const value = told ?? metrics[metric] ?? (status === 'done' ? endOf(curves, metric) : undefined);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function endOf(curves: ComparedRun['curves'], metric: string): number | undefined {
  return curves.find(({ key }) => key === metric)?.values.at(-1) ?? undefined;
}

/**
 * What was asked for, else the sweep's first objective, else accuracy, else what all have of the likeliest. Problem:
 * `no-common-metric` where fewer than two runs have it.
 */
export function chooseObjective(
  runs: readonly Valued[],
  asked: Objective | undefined,
  objectives: readonly Objective[],
  least: number,
): Result<Objective> {
  const usual = ['accuracy', 'validation.accuracy', 'validation.loss'].map(parseObjective);
  const candidates = asked === undefined ? [...objectives.slice(0, 1), ...usual] : [asked];
  const having = (objective: Objective): number =>
    runs.filter((run) => objectiveValue(run, objective, objectives) !== undefined).length;
  const chosen = candidates.find((objective) => having(objective) >= least);
  if (chosen !== undefined) return ok(chosen);
  const { metric } = candidates[0]!;
  const known = knownMetrics(runs, least);
  const near = nearest(metric, known);
  return failed({
    code: 'no-common-metric',
    message: `expected ${least === 1 ? 'a run' : `at least ${least} of the runs`} to have the metric ${JSON.stringify(metric)}, got ${having(candidates[0]!)}`,
    fix:
      near !== undefined
        ? `did you mean "${near}"?`
        : known.length === 0
          ? 'wait until runs have ended, or name others'
          : `order them by another: --by ${known[0]} (there are ${known.slice(0, 12).join(', ')})`,
  });
}

/** What that many have, by name. */
function knownMetrics(runs: readonly Valued[], least: number): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs)
    for (const [key, value] of Object.entries(metrics))
      if (value !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].flatMap(([key, count]) => (count >= least ? [key] : [])).sort();
}

/** The best first, then those without a value; equal ones stay in their order. */
export function inOrderOf<Run extends Valued>(
  runs: readonly Run[],
  objective: Objective,
  objectives: readonly Objective[],
): Run[] {
  const sign = objective.goal === 'maximize' ? -1 : 1;
  const costs = new Map(
    runs.map((run) => {
      const value = objectiveValue(run, objective, objectives);
      return [run, value === undefined ? Infinity : sign * value];
    }),
  );
  return runs.toSorted((a, b) => {
    const [x, y] = [costs.get(a)!, costs.get(b)!];
    return x === y ? 0 : x - y;
  });
}
