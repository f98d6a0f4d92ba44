/** The first section: what won, how sure that is, what it cost, what to try next. */
import { formatCount } from '../../core/format-units.js';
import { duration, metricValue, percent, settingNumber } from '../views/format.js';
import type { Comparison } from './compared-run.js';
import type { ComparisonFacts } from './comparison-facts.js';
import { runName } from './statistics/objective-value.js';

export interface VerdictView {
  readonly sentence: string;
  readonly winner:
    | {
        readonly name: string;
        readonly report: string;
        readonly label: string;
        readonly value: string;
        /** The interval of its test accuracy; empty where unknown. */
        readonly interval: string;
        readonly settings: readonly { readonly name: string; readonly value: string }[];
      }
    | undefined;
  readonly figures: readonly { readonly label: string; readonly value: string; readonly detail: string }[];
  readonly importances: readonly { readonly name: string; readonly share: number; readonly width: number }[];
  readonly suggestions: readonly string[];
}

const winnerSettings = 6;
const shownImportances = 4;
const significance = 0.05;

export function verdictView(comparison: Comparison, facts: ComparisonFacts): VerdictView {
  const { verdict, settings, importances, suggestions } = facts;
  const { runs, objective } = comparison;
  const run = verdict.best === undefined ? undefined : runs[verdict.best.run];
  const order = new Map(importances.map(({ parameter }, i) => [parameter, i]));
  const byImportance = [...settings.shown].sort(
    (a, b) => (order.get(a.path) ?? 99) - (order.get(b.path) ?? 99),
  );
  const most = Math.max(...importances.map(({ share }) => share), 1e-9);
  return {
    sentence: verdict.sentence,
    winner:
      verdict.best === undefined || run === undefined
        ? undefined
        : {
            name: runName(run),
            report: run.report ?? '',
            label: objective.metric,
            value: metricValue(objective.metric, verdict.best.value),
            interval:
              verdict.best.test === undefined
                ? ''
                : `on ${verdict.best.test.split} ${percent(verdict.best.test.accuracy)}, 95\u202f% interval ${(verdict.best.test.interval.low * 100).toFixed(2)} to ${percent(verdict.best.test.interval.high)}`,
            settings: byImportance.slice(0, winnerSettings).flatMap(({ path, values, categories, kind }) => {
              const value = values[verdict.best!.run] ?? null;
              if (value === null) return [];
              const text = kind === 'category' ? (categories[value] ?? '') : settingNumber(value, 3);
              return [{ name: path.slice(path.lastIndexOf('.') + 1), value: text }];
            }),
          },
    figures: figuresOf(comparison, facts),
    importances: importances
      .filter(({ share }) => share > 0.005)
      .slice(0, shownImportances)
      .map(({ parameter, share }) => ({ name: parameter, share, width: (100 * share) / most })),
    suggestions: suggestions.map(({ text }) => text),
  };
}

function figuresOf(
  { runs, objective, sweep }: Comparison,
  { verdict }: ComparisonFacts,
): VerdictView['figures'] {
  const { best, second, test } = verdict;
  if (best === undefined) return [];
  const figures: { label: string; value: string; detail: string }[] = [];
  if (second !== undefined)
    figures.push({
      label: `Second, ${runName(runs[second.run]!)}`,
      value: metricValue(objective.metric, second.value),
      detail:
        test === undefined
          ? 'not tested against the best'
          : test.p < significance
            ? `told apart by McNemar’s test, p ${probability(test.p)}`
            : `not told apart by McNemar’s test, p ${probability(test.p)}`,
    });
  if (best.trainSeconds !== null)
    figures.push({ label: 'Training time', value: duration(best.trainSeconds), detail: 'of the best' });
  if (best.parameters !== null)
    figures.push({ label: 'Parameters', value: formatCount(best.parameters), detail: 'of the best' });
  const spent = runs.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  figures.push({
    label: sweep === undefined ? 'All runs' : 'The whole sweep',
    value: duration(sweep?.seconds ?? spent),
    detail: sweep === undefined ? 'one after the other' : 'of wall time, while it ran',
  });
  return figures;
}

function probability(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}
