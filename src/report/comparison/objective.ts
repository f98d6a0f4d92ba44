/** What runs are ordered by. The value that each has for it is told by `statistics/objective-value.ts`. */
import { failed, ok, type Result } from '../../core/problem.js';
import { nearest } from '../../core/suggest.js';
import type { Objective } from '../../core/sweep-events.js';
import type { ComparedRun } from './compared-run.js';
import { isBetter, objectiveValue } from './statistics/objective-value.js';

/** Of these, less is better, where nobody says. */
const small = /loss|error|brier|seconds|parameters|time|distance/i;

function guessGoal(metric: string): Objective['goal'] {
  return small.test(metric) ? 'minimize' : 'maximize';
}

/** What a user asks for: without a goal, that of the sweep, or a guess by the name. */
export interface AskedObjective {
  readonly metric: string;
  readonly goal?: Objective['goal'];
}

/** `loss`, or with its goal: `distance:max`, `score:min`. */
export function parseObjective(text: string): AskedObjective {
  const stated = /^(.+):(min|max)(?:imize)?$/.exec(text);
  if (stated === null) return { metric: text };
  return { metric: stated[1]!, goal: stated[2] === 'min' ? 'minimize' : 'maximize' };
}

const usual = ['accuracy', 'validation.accuracy', 'validation.loss'];

/**
 * What was asked for; else the sweep's first objective, where all runs are its trials, else accuracy, else what the
 * likeliest of many have. Problem: `no-common-metric` where fewer than `least` runs have it.
 * @param objectives of the sweep that runs belong to, or what several have in common
 */
export function chooseObjective(
  runs: readonly ComparedRun[],
  asked: AskedObjective | undefined,
  objectives: readonly Objective[],
  least: number,
): Result<Objective> {
  const goalOf = (metric: string): Objective['goal'] =>
    objectives.find((objective) => objective.metric === metric)?.goal ?? guessGoal(metric);
  const first = objectives.slice(0, 1);
  const trialsAlone = runs.every(({ trial }) => trial !== undefined);
  const likely = usual.map((metric) => ({ metric, goal: goalOf(metric) }));
  const candidates =
    asked !== undefined
      ? [{ metric: asked.metric, goal: asked.goal ?? goalOf(asked.metric) }]
      : trialsAlone
        ? [...first, ...likely]
        : [...likely, ...first];
  const having = (objective: Objective): number =>
    runs.filter((run) => objectiveValue(run, objective) !== null).length;
  const chosen = candidates.find((objective) => having(objective) >= least);
  if (chosen !== undefined) return ok(chosen);
  const { metric } = candidates[0]!;
  const known = knownMetrics(runs, least);
  // `loss` is most often meant to be that of the validation.
  const near =
    nearest(metric, known) ??
    known
      .toSorted((a, b) => Number(b.startsWith('validation.')) - Number(a.startsWith('validation.')))
      .find((name) => name.endsWith(`.${metric}`));
  return failed({
    code: 'no-common-metric',
    message: `expected ${least === 1 ? 'a run' : `at least ${least} of the runs`} to have the metric ${JSON.stringify(metric)}, got ${having(candidates[0]!)}`,
    fix:
      near !== undefined
        ? `did you mean "${near}"?`
        : known.length === 0
          ? 'wait until runs have ended, or name others'
          : `order them by another: --by ${known[0]} (there are ${inWords(known, 12)})`,
  });
}

/** Of several sweeps what they have in common: the objectives of which all say the same. */
export function sharedObjectives(
  sweeps: readonly { readonly objectives: readonly Objective[] }[],
): readonly Objective[] {
  const [first, ...others] = sweeps.map(({ objectives }) => objectives);
  const isIn = (one: Objective, list: readonly Objective[]): boolean =>
    list.some(({ metric, goal }) => metric === one.metric && goal === one.goal);
  return (first ?? []).filter((objective) => others.every((list) => isIn(objective, list)));
}

/** Where nobody can be asked for one: the metric that most runs have. */
export function commonestObjective(runs: readonly ComparedRun[]): Objective | undefined {
  const having = (metric: string): number =>
    runs.filter((run) => objectiveValue(run, { metric }) !== null).length;
  const [metric] = knownMetrics(runs, 1).sort((a, b) => having(b) - having(a));
  return metric === undefined || having(metric) === 0 ? undefined : { metric, goal: guessGoal(metric) };
}

/** What that many have, by name. */
function knownMetrics(runs: readonly ComparedRun[], least: number): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs)
    for (const [key, value] of Object.entries(metrics))
      if (value !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].flatMap(([key, count]) => (count >= least ? [key] : [])).sort();
}

/** The best first, then those without a value; equal ones stay in their order. */
export function inOrderOf(runs: readonly ComparedRun[], objective: Objective): ComparedRun[] {
  const values = new Map(runs.map((run) => [run, objectiveValue(run, objective)]));
  return runs.toSorted((one, other) => {
    const [a = null, b = null] = [values.get(one), values.get(other)];
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? 1 : -1;
    return isBetter(objective.goal, a, b) ? -1 : 1;
  });
}

function inWords(names: readonly string[], most: number): string {
  const left = names.length - most;
  return `${names.slice(0, most).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
