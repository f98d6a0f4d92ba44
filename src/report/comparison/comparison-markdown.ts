/** A comparison as Markdown, for the comment of a pull request: the verdict, the best ten, what differs, what mattered. */
import { formatSeconds } from '../../core/format-units.js';
import { shortestName } from '../../core/short-paths.js';
import { metricValue, percent, plural, settingNumber } from '../views/format.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import { comparisonFacts, type ComparisonFacts } from './comparison-facts.js';
import { codeMarkdown as code, plainMarkdown as plain } from './markdown-text.js';
import { toldNetworks } from './networks-markdown.js';
import { resultsToTrust } from './section-sentences.js';
import { objectiveValue, runName } from './statistics/objective-value.js';
import type { VaryingSetting, VaryingSettings } from './statistics/varying-settings.js';
import { withRun } from './statistics/with-run.js';

const mostRuns = 10;
/** More columns than these a comment has no room for. */
const mostSettings = 8;
const mostReasons = 20;

export function comparisonMarkdown(comparison: Comparison): string {
  const facts = comparisonFacts(comparison);
  const sections = [
    `### ${plain(comparison.title)}`,
    plain(facts.verdict.sentence),
    ...bestTable(comparison, facts),
    importanceLine(facts),
    facts.suggestions.map(({ text }) => `- ${plain(text)}`).join('\n'),
    details('Why runs failed or were stopped', reasons(comparison)),
    details('How to run the best again', reproduction(comparison)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

interface Column {
  readonly head: string;
  readonly cell: (run: ComparedRun, index: number) => string;
}

function bestTable(comparison: Comparison, { settings, importances }: ComparisonFacts): string[] {
  const { runs, objective } = comparison;
  const rank = new Map(importances.map(({ parameter }, index) => [parameter, index]));
  const networks = toldNetworks(runs, settings.shown, mostRuns);
  const plainly = networks.settings.toSorted((a, b) => (rank.get(a.path) ?? 0) - (rank.get(b.path) ?? 0));
  const shown = plainly.slice(0, mostSettings);
  const paths = shown.map(({ path }) => path);
  const hasAccuracy =
    objective.metric !== 'accuracy' && runs.some(({ metrics }) => typeof metrics.accuracy === 'number');
  const hasSizes =
    objective.metric !== 'parameters' &&
    new Set(runs.flatMap(({ metrics }) => metrics.parameters ?? [])).size > 1;
  const columns: Column[] = [
    { head: 'run', cell: (run) => code(runName(run)) },
    { head: code(objective.metric), cell: (run, index) => resultOf(run, index, comparison) },
    ...(hasAccuracy ? [metricColumn('accuracy')] : []),
    ...(hasSizes ? [metricColumn('parameters')] : []),
    ...networks.columns.map(({ path, numbers }): Column => ({
      head: code(path.slice(path.lastIndexOf('.') + 1)),
      cell: (_, index) => String(numbers[index] ?? ''),
    })),
    ...shown.map((setting): Column => ({
      head: code(shortestName(setting.path, paths)),
      cell: (_, index) => settingOf(setting, index),
    })),
    // No settings, and yet what may tell one run from another.
    ...differing(runs, settings, 'seed'),
    ...differing(runs, settings, 'engine'),
    { head: 'took', cell: ({ seconds }) => (seconds === null ? '' : formatSeconds(seconds)) },
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(columns.map(({ head }) => head)),
    line(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...runs.slice(0, mostRuns).map((run, index) => line(columns.map(({ cell }) => cell(run, index)))),
  ];
  const rest = [
    ...(runs.length > mostRuns ? [plural(runs.length - mostRuns, 'more run')] : []),
    ...(plainly.length > shown.length
      ? [plural(plainly.length - shown.length, 'more setting that differs', 'more settings that differ')]
      : []),
  ];
  return [
    table.join('\n'),
    ...(rest.length === 0 ? [] : [`Not shown: ${rest.join(', ')}.`]),
    networks.lines.join('\n'),
  ];
}

function differing(
  runs: readonly ComparedRun[],
  { shown }: VaryingSettings,
  field: 'seed' | 'engine',
): Column[] {
  const differs = new Set(withRun(runs).map((run) => run[field])).size > 1;
  // Where a sweep sets it, it is a setting.
  if (!differs || shown.some(({ path }) => path === field)) return [];
  return [{ head: field, cell: (run) => plain(String(run[field])) }];
}

function metricColumn(metric: string): Column {
  return {
    head: metric,
    cell: ({ metrics: { [metric]: value } }) => (typeof value === 'number' ? metricValue(metric, value) : ''),
  };
}

function resultOf(run: ComparedRun, index: number, { objective }: Comparison): string {
  const value = objectiveValue(run, objective);
  if (value === null) return run.status === 'done' ? 'no value' : run.status;
  const shown = metricValue(objective.metric, value);
  return index === 0 ? `**${shown}**` : shown;
}

function settingOf({ values, kind, categories }: VaryingSetting, index: number): string {
  const value = values[index];
  if (typeof value !== 'number') return '';
  return kind === 'category' ? plain(categories[value]!) : settingNumber(value, 5);
}

function importanceLine({ importances, verdict: { results } }: ComparisonFacts): string {
  const told = importances.filter(({ share }) => share >= 0.01).slice(0, 5);
  if (told.length === 0) return '';
  const shares = told.map(({ parameter, share }) => `${code(parameter)} ${percent(share, 0)}`);
  const rough = results < resultsToTrust ? ` With ${results} results, take it as a hint.` : '';
  return `What mattered for being among the best (PED-ANOVA): ${shares.join(', ')}.${rough}`;
}

function reasons({ runs }: Comparison): string[] {
  const told = runs.filter(({ reason }) => reason !== undefined);
  const lines = told
    .slice(0, mostReasons)
    .map((run) => `- ${code(runName(run))} ${run.status}: ${plain(run.reason!)}`);
  return told.length > mostReasons ? [...lines, `- and ${told.length - mostReasons} more`] : lines;
}

/** The command as it is: inside a fence that is longer than any run of backticks in it, nothing ends it early. */
function reproduction({ runs, objective }: Comparison): string[] {
  const [best] = runs;
  if (best === undefined || objectiveValue(best, objective) === null) return [];
  const fence = '`'.repeat(Math.max(3, ...[...best.command.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [`${fence}sh`, best.command, fence];
}

function details(summary: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<details><summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}
