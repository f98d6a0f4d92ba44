/** The importance of the settings that tell runs apart. The algorithm is `importance.ts`. */
import type { Objective } from '../../../core/sweep-events.js';
import type { ComparedRun } from '../compared-run.js';
import { importances, type Importance } from './importance.js';
import { objectiveValue } from './objective-value.js';
import { type NumberDomain, observedDomain, type ParameterDomain, union } from './parameter-domain.js';
import type { VaryingSetting } from './varying-settings.js';

/** With fewer results than this nothing is said of importance. */
const leastResults = 10;
/** The best are a tenth, as in Optuna, but so many at the least: the density of fewer is that of chance. */
const leastBest = 5;

/**
 * PED-ANOVA over runs that have a result. A setting's range is what the runs had, and what they might have had where that
 * is given.
 * @param settings values in the order of `runs`
 * @param domains of the numbers that a sweep searched, by path
 * @returns the most important first; nothing with fewer than 10 results
 */
export function runImportances(
  runs: readonly ComparedRun[],
  objective: Objective,
  settings: readonly VaryingSetting[],
  domains: ReadonlyMap<string, NumberDomain> = new Map(),
): readonly Importance[] {
  const trials = runs.flatMap((run, index) => {
    const value = objectiveValue(run, objective);
    if (value === null) return [];
    const parameters: Record<string, number> = {};
    for (const { path, values } of settings) {
      const place = values[index] ?? null;
      if (place !== null) parameters[path] = place;
    }
    return [{ parameters, loss: objective.goal === 'maximize' ? -value : value }];
  });
  if (trials.length < leastResults) return [];
  const targetQuantile = Math.max(0.1, leastBest / trials.length);
  const known = new Map(
    settings.map((setting) => [setting.path, domainOf(setting, domains.get(setting.path))]),
  );
  return importances(trials, known, { targetQuantile });
}

/** What a setting's values may be: as far as the runs show it, and as it was searched. */
export function domainOf(
  { kind, values, categories }: VaryingSetting,
  searched?: NumberDomain,
): ParameterDomain {
  if (kind === 'category') return { kind: 'category', count: categories.length };
  const observed = observedDomain(
    values.filter((value) => value !== null),
    kind === 'log-number',
  );
  return searched === undefined ? observed : union(searched, observed);
}
