/** The statistics that the page's sentences and its first pictures rest on, computed once. */
import type { Comparison } from './compared-run.js';
import type { Importance } from './statistics/importance.js';
import { runImportances } from './statistics/run-importance.js';
import { varyingSettings, type VaryingSettings } from './statistics/varying-settings.js';
import { verdictOf, type Verdict } from './statistics/verdict.js';
import { whatToTry, type Suggestion } from './statistics/what-to-try.js';

export interface ComparisonFacts {
  readonly verdict: Verdict;
  readonly settings: VaryingSettings;
  readonly importances: readonly Importance[];
  readonly suggestions: readonly Suggestion[];
}

export function comparisonFacts(comparison: Comparison): ComparisonFacts {
  const { runs, objective, sweep } = comparison;
  const domains = new Map(Object.entries(sweep?.domains ?? {}));
  const verdict = verdictOf(comparison);
  const settings = varyingSettings(runs, domains);
  const importances = runImportances(runs, objective, settings.shown, domains);
  const suggestions = whatToTry({ comparison, verdict, settings: settings.shown, importances, domains });
  return { verdict, settings, importances, suggestions };
}
