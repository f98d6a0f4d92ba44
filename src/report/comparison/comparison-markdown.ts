/** A comparison as Markdown, for the comment of a pull request: the verdict, the best ten, what differs, what mattered. */
import { formatSeconds } from '../../core/format-units.js';
import { metricValue, percent, plural } from '../views/format.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import { comparisonFacts, type ComparisonFacts } from './comparison-facts.js';
import { codeMarkdown as code, plainMarkdown as plain } from './markdown-text.js';
import { objectiveValue, runName } from './statistics/objective-value.js';
import type { VaryingSetting } from './statistics/varying-settings.js';

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
  // Two networks differ in a hundred settings of their layers: their sizes tell them apart.
  const layered = settings.shown.filter(({ path }) => /\.layers\.\d/.test(path));
  const plainly = settings.shown
    .filter((setting) => !layered.includes(setting))
    .toSorted((a, b) => (rank.get(a.path) ?? 0) - (rank.get(b.path) ?? 0));
  const shown = plainly.slice(0, mostSettings);
  const hasAccuracy =
    objective.metric !== 'accuracy' && runs.some(({ metrics }) => typeof metrics.accuracy === 'number');
  const columns: Column[] = [
    { head: 'run', cell: (run) => code(runName(run)) },
    { head: code(objective.metric), cell: (run, index) => resultOf(run, index, comparison) },
    ...(hasAccuracy ? [metricColumn('accuracy')] : []),
    ...(layered.length > 0 ? [metricColumn('parameters')] : []),
    ...shown.map((setting): Column => ({
      head: code(lastPart(setting.path, shown)),
      cell: (_, index) => settingOf(setting, index),
    })),
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
      ? [`${plural(plainly.length - shown.length, 'more setting')} that differ`]
      : []),
  ];
  return [table.join('\n'), ...(rest.length === 0 ? [] : [`Not shown: ${rest.join(', ')}.`])];
}

function metricColumn(metric: string): Column {
  return {
    head: metric,
    cell: ({ metrics: { [metric]: value } }) => (typeof value === 'number' ? metricValue(metric, value) : ''),
  };
}

function resultOf(run: ComparedRun, index: number, { objective }: Comparison): string {
  const value = objectiveValue(run, objective);
  if (value === null) return run.status;
  const shown = metricValue(objective.metric, value);
  return index === 0 ? `**${shown}**` : shown;
}

function settingOf({ values, kind, categories }: VaryingSetting, index: number): string {
  const value = values[index];
  if (typeof value !== 'number') return '';
  return kind === 'category' ? plain(categories[value]!) : String(Number(value.toPrecision(5)));
}

/** As much of a path's end as tells it from the others. */
function lastPart(path: string, all: readonly VaryingSetting[]): string {
  const parts = path.split('.');
  for (let from = parts.length - 1; from > 0; from -= 1) {
    const name = parts.slice(from).join('.');
    if (!all.some((other) => other.path !== path && (other.path === name || other.path.endsWith(`.${name}`))))
      return name;
  }
  return path;
}

function importanceLine({ importances }: ComparisonFacts): string {
  const told = importances.filter(({ share }) => share >= 0.01).slice(0, 5);
  if (told.length === 0) return '';
  const shares = told.map(({ parameter, share }) => `${code(parameter)} ${percent(share, 0)}`);
  return `What mattered for being among the best (PED-ANOVA): ${shares.join(', ')}.`;
}

function reasons({ runs }: Comparison): string[] {
  const told = runs.filter(({ reason }) => reason !== undefined);
  const lines = told
    .slice(0, mostReasons)
    .map((run) => `- ${code(runName(run))} ${run.status}: ${plain(run.reason!)}`);
  return told.length > mostReasons ? [...lines, `- and ${told.length - mostReasons} more`] : lines;
}

function reproduction({ runs, objective }: Comparison): string[] {
  const [best] = runs;
  if (best === undefined || objectiveValue(best, objective) === null) return [];
  // A fence that is longer than any run of backticks inside.
  const fence = '`'.repeat(Math.max(3, ...[...best.command.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [`${fence}sh`, best.command.replaceAll(/[\r\n]+/g, ' '), fence];
}

function details(summary: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<details><summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}
