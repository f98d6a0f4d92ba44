/** A comparison as Markdown, for the comment of a pull request: the verdict, the best ten, what differs, what mattered. */
import { formatSeconds } from '../../core/format-units.js';
import type { Json } from '../../core/json.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import { objectiveValue } from './objective.js';
import { differingParameters, parameterImportances, type Parameter } from './parameters.js';
import { judge, percent, runName, showNumber, verdictSentences } from './verdict.js';

const mostRuns = 10;
/** More columns than a comment has room for. */
const mostParameters = 8;
const mostReasons = 20;

export function comparisonMarkdown(comparison: Comparison): string {
  const parameters = differingParameters(comparison);
  const importance = parameterImportances(comparison, parameters);
  // What mattered comes first, then as they stand.
  const rank = new Map(importance.map(({ parameter }, index) => [parameter, index]));
  const shown = parameters
    .toSorted((a, b) => (rank.get(a.path) ?? 0) - (rank.get(b.path) ?? 0))
    .slice(0, mostParameters);
  const verdict = judge(comparison);
  const sections = [
    `### ${plain(comparison.title)}`,
    ...(verdict === undefined ? [] : [verdictSentences(comparison, verdict, code).join(' ')]),
    bestTable(comparison, shown),
    leftOut(comparison, parameters.length - shown.length),
    importanceLine(importance, parameters),
    details('Why runs failed or were stopped', reasons(comparison)),
    details('How to run the best again', reproduction(comparison)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function bestTable(comparison: Comparison, parameters: readonly Parameter[]): string {
  const { runs, objective, sweep } = comparison;
  const isAccuracyShown = runs.some(({ metrics }) => typeof metrics.accuracy === 'number');
  const head = [
    'run',
    code(objective.metric),
    ...(isAccuracyShown && objective.metric !== 'accuracy' ? ['accuracy'] : []),
    ...parameters.map(({ name }) => code(name)),
    'took',
  ];
  const rows = runs.slice(0, mostRuns).map((run, index) => {
    const value = objectiveValue(run, objective, sweep?.objectives);
    const { accuracy } = run.metrics;
    return [
      runLink(run, comparison),
      value === undefined ? run.status : index === 0 ? `**${showNumber(value)}**` : showNumber(value),
      ...(head.includes('accuracy') ? [typeof accuracy === 'number' ? percent(accuracy) : ''] : []),
      ...parameters.map(({ values }) => showValue(values[index])),
      run.seconds === null ? '' : formatSeconds(run.seconds),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const marks = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(marks), ...rows.map(line)].join('\n');
}

function leftOut({ runs }: Comparison, parameters: number): string {
  const rest = [
    ...(runs.length > mostRuns ? [`${runs.length - mostRuns} more runs`] : []),
    ...(parameters > 0 ? [`${parameters} more settings that differ`] : []),
  ];
  return rest.length === 0 ? '' : `Not shown: ${rest.join(', ')}.`;
}

function importanceLine(
  importance: ReturnType<typeof parameterImportances>,
  parameters: readonly Parameter[],
): string {
  const names = new Map(parameters.map(({ path, name }) => [path, name]));
  const told = importance.filter(({ share }) => share >= 0.01).slice(0, 5);
  if (told.length === 0) return '';
  const shares = told.map(
    ({ parameter, share }) => `${code(names.get(parameter) ?? parameter)} ${Math.round(100 * share)} %`,
  );
  return `What mattered for being among the best (PED-ANOVA): ${shares.join(', ')}.`;
}

function reasons(comparison: Comparison): string[] {
  const told = comparison.runs.filter(({ reason }) => reason !== undefined);
  const lines = told
    .slice(0, mostReasons)
    .map((run) => `- ${code(runName(run, comparison))} ${run.status}: ${plain(run.reason!)}`);
  return told.length > mostReasons ? [...lines, `- and ${told.length - mostReasons} more`] : lines;
}

function reproduction({ runs, objective, sweep }: Comparison): string[] {
  const [best] = runs;
  if (best === undefined || objectiveValue(best, objective, sweep?.objectives) === undefined) return [];
  // A fence that is longer than any run of backticks inside.
  const fence = '`'.repeat(Math.max(3, ...[...best.command.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [`${fence}sh`, best.command.replaceAll(/[\r\n]+/g, ' '), fence];
}

function details(summary: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<details><summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>`;
}

function runLink(run: ComparedRun, comparison: Comparison): string {
  return code(runName(run, comparison));
}

function showValue(value: Json | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return showNumber(value);
  return typeof value === 'string' ? plain(value) : plain(JSON.stringify(value));
}

const longest = 200;

/** Text that is to be nothing but text: no markup, no mention of people, on one line. */
function plain(text: string): string {
  const line = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return (
    line
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .replaceAll(/[\\`*_[\]{}()#~|!]/g, String.raw`\$&`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('@', '&#64;')
      .replaceAll('://', '&#58;//')
  );
}

/** A name as code, where no markup counts; in a table a bar still would. */
function code(text: string): string {
  const safe = /^[\w .:/,+=-]+$/.test(text) && text.trim() === text;
  return safe ? `\`${text}\`` : plain(text);
}
