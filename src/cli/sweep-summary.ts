/** What is said at the end of a sweep: how it went, the best configurations, and how to see and rerun them. */
import { formatSeconds } from '../core/format-units.js';
import { shellQuote } from '../core/shell-quote.js';
import type { Objective, SweepEndReason, SweepHeader, TrialState } from '../core/sweep-events.js';
import { bestTrials } from '../sweep/best-trials.js';
import { setArguments } from '../core/set-arguments.js';
import { labelsInWords } from '../core/short-paths.js';
import type { SweepOutcome } from '../sweep/sweep-parts.js';
import type { Trial } from '../sweep/trial-book.js';
import { colours } from './output.js';
import { countOf, showCounts, showMeasured } from './sweep-words.js';

const mostShown = 5;

export interface SummaryFacts {
  readonly header: SweepHeader;
  readonly outcome: SweepOutcome;
  /** Arguments of the sweep's own `--set`. */
  readonly set: readonly string[];
}

function counter(trials: readonly Trial[]): (state: TrialState) => number {
  const counts = new Map<TrialState, number>();
  for (const { state } of trials) counts.set(state, (counts.get(state) ?? 0) + 1);
  return (state) => counts.get(state) ?? 0;
}

function because(reason: SweepEndReason, { trials, name }: SweepHeader): string {
  switch (reason) {
    case 'trials':
      return trials === undefined ? '' : ` with all ${trials} trials`;
    case 'exhausted':
      return ' with all that the space holds';
    case 'time':
      return ': the time is up; a larger --budget goes on';
    case 'epochs':
      return ': the budget of epochs is used up; a larger one goes on';
    case 'interrupted':
      return `: the same command goes on with sweep ${name}`;
    case 'fail-fast':
      return '';
  }
}

/** The command that runs the trial's experiment by itself. */
function commandOfTrial({ header, set }: Omit<SummaryFacts, 'outcome'>, trial: Trial): string {
  return shellQuote([
    ...['npx', 'assay', 'run', header.file],
    ...[...set, ...setArguments(trial.header.assignments, header.file)].flatMap((pair) => ['--set', pair]),
    ...['--threads', String(header.threads)],
  ]);
}

function showValues(values: readonly number[] = [], objectives: readonly Objective[]): string {
  return values
    .map(
      (value, index) =>
        (objectives.length === 1 ? '' : `${objectives[index]!.metric} `) + showMeasured(value),
    )
    .join(', ');
}

export function summaryText(facts: SummaryFacts): string {
  const { header, outcome } = facts;
  const { objectives } = header;
  const { status, reason, seconds, trials, infeasibleDraws } = outcome;
  const word = status === 'done' ? colours.green('done') : colours.red(status);
  const lines = [
    `${word} in ${formatSeconds(seconds)}${because(reason, header)}`,
    showCounts(counter(trials)),
    ...(infeasibleDraws === 0
      ? []
      : [`${countOf(infeasibleDraws, 'configuration')} not begun because infeasible`]),
  ];
  const best = bestTrials(trials, objectives).slice(0, mostShown);
  const [first] = best;
  if (first === undefined) return lines.join('\n');
  const rows = best.map((trial) => [
    showValues(trial.values, objectives),
    `trial ${trial.header.number}`,
    trial.header.run,
    labelsInWords(trial.header.labels),
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const names = objectives.map(({ metric, goal }) => `${goal} ${metric}`).join(', ');
  const front = objectives.length === 1 ? 'the best' : 'none is better in every one of';
  const sort = `${objectives[0]!.goal === 'maximize' ? '-' : ''}${objectives[0]!.metric}`;
  return [
    ...lines,
    '',
    colours.bold(`${front} (${names}):`),
    ...rows.map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}`,
    ),
    '',
    `see the best:  npx assay show ${first.header.run}`,
    `run it again:  ${commandOfTrial(facts, first)}`,
    `list them:     ${shellQuote(['npx', 'assay', 'runs', '--where', `sweep = ${JSON.stringify(header.name)}`, '--sort', sort])}`,
    `compare them:  ${shellQuote(['npx', 'assay', 'compare', '--sweep', header.name])}`,
  ].join('\n');
}

/** What programs get: `--json`, and the webhook. */
export function summaryJson(facts: SummaryFacts) {
  const { header, outcome } = facts;
  const { status, reason, seconds, trials, problem } = outcome;
  const count = counter(trials);
  const states = ['done', 'pruned', 'paused', 'failed', 'infeasible', 'waiting'] as const;
  return {
    sweep: header.name,
    experiment: header.experiment,
    status,
    reason,
    seconds,
    threads: header.threads,
    objectives: header.objectives.map(({ metric, goal }) => ({ metric, goal })),
    counts: Object.fromEntries(states.map((state) => [state, count(state)])),
    infeasibleDraws: outcome.infeasibleDraws,
    best: bestTrials(trials, header.objectives)
      .slice(0, mostShown)
      .map((trial) => ({ ...trialJson(trial), command: commandOfTrial(facts, trial) })),
    ...(problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } }),
  };
}

export function trialJson({ header, state, values, epochs, seconds, failures, problem }: Trial) {
  return {
    trial: header.number,
    run: header.run,
    state,
    ...(values === undefined ? {} : { values }),
    epochs,
    seconds,
    failures,
    assignments: header.assignments,
    ...(problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } }),
  };
}
