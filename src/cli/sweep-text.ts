/** A sweep's progress as text for people. Reads and prints nothing itself. */
import { formatCount, formatSeconds } from '../core/format-units.js';
import { minuteOf } from '../core/iso-time.js';
import type { TrialState } from '../core/sweep-events.js';
import type { FailedTrial, RunningTrial, SweepProgress } from '../tracking/sweep-progress.js';

/** As people count them: what is there first, what went wrong last. */
const countedStates: readonly TrialState[] = [
  ...(['done', 'running', 'waiting', 'paused', 'pruned', 'failed', 'infeasible'] as const),
];
const mostLines = 20;

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function showNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

/** `network = cnn-small, learningRate = 0.001` */
function showLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, label]) => `${name} = ${label}`)
    .join(', ');
}

/** Those that are there, and how many were asked for. */
function showCounts({ trials, asked }: SweepProgress): string {
  const counts = countedStates
    .filter((state) => trials[state] > 0)
    .map((state) => `${formatCount(trials[state])} ${state}`);
  const text = counts.length === 0 ? 'none yet' : counts.join(', ');
  return asked === null ? text : `${text} of ${formatCount(asked)}`;
}

function showState(sweep: SweepProgress): string {
  const time = formatSeconds(sweep.seconds);
  if (sweep.status !== 'running') {
    const reason = sweep.reason === null || sweep.reason === sweep.status ? '' : ` (${sweep.reason})`;
    return `${sweep.status}${reason} after ${time}`;
  }
  const where = sweep.alive === null ? ` on ${sweep.host}` : '';
  return `running for ${time}, process ${sweep.pid}${where}`;
}

function showEnd({ estimatedEnd }: SweepProgress, now: number): string[][] {
  if (estimatedEnd === null) return [];
  return [
    [
      'end',
      `in about ${formatSeconds(Math.max(0, estimatedEnd - now) / 1000)}, ${minuteOf(estimatedEnd)} UTC`,
    ],
  ];
}

function showBest({ best, objectives }: SweepProgress): string[][] {
  if (best === null) return [];
  const values = objectives.map(({ metric }, index) => `${metric} ${showNumber(best.values[index] ?? NaN)}`);
  return [
    ['best', `${values.join(', ')}: trial ${best.number}, run ${best.run}`],
    ['', showLabels(best.labels)],
  ];
}

function runningLines(sweep: SweepProgress, now: number): string[] {
  const epoch = (trial: RunningTrial): string => {
    if (trial.epoch === null) return '';
    return `epoch ${trial.epoch}${sweep.epochs === null ? '' : `/${sweep.epochs}`}`;
  };
  return table(
    sweep.running.map((trial) => [
      `trial ${trial.number}`,
      epoch(trial),
      trial.value === null ? '' : `${sweep.objectives[0]?.metric ?? ''} ${showNumber(trial.value)}`,
      formatSeconds(Math.max(0, now - trial.started) / 1000),
      showLabels(trial.labels),
    ]),
  );
}

function failureLine({ number, state, attempts, problem, run }: FailedTrial): string {
  const what = state === 'waiting' ? 'will be tried again' : 'failed';
  const times = attempts > 1 ? ` after ${attempts} attempts` : '';
  return `trial ${number} ${what}${times}: ${problem.message} [${problem.code}], run ${run}`;
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, mostLines).map((line) => `    ${line}`);
  const more = lines.length - shown.length;
  return [`  ${title}`, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])];
}

/** One sweep in full. `now`: milliseconds since 1970. */
export function describeSweep(sweep: SweepProgress, now: number): string {
  const rate = sweep.trialsPerHour;
  const facts = [
    ['experiment', `${sweep.experiment} (${sweep.file})`],
    ['trials', showCounts(sweep)],
    ...showBest(sweep),
    ...(rate === null ? [] : [['rate', `${showNumber(Number(rate.toPrecision(3)))} trials an hour`]]),
    ...showEnd(sweep, now),
  ];
  return [
    `${sweep.name}: ${showState(sweep)}`,
    ...table(facts).map((line) => `  ${line}`),
    ...section('running', runningLines(sweep, now)),
    ...section('failures', sweep.failures.map(failureLine)),
  ].join('\n');
}

/** Those under way in full, or the last one; a line for each of the others. */
export function describeSweeps(sweeps: readonly SweepProgress[], now: number): string {
  if (sweeps.length === 0) return 'no sweeps';
  const underWay = sweeps.filter(({ status }) => status === 'running');
  const full = underWay.length > 0 ? underWay : sweeps.slice(0, 1);
  const others = sweeps.filter((sweep) => !full.includes(sweep));
  const lines = others.map((sweep) => {
    const best = sweep.best?.values[0];
    return [
      sweep.name,
      showState(sweep),
      showCounts(sweep),
      best === undefined ? '' : `best ${sweep.objectives[0]?.metric ?? ''} ${showNumber(best)}`,
    ];
  });
  return [
    ...full.map((sweep) => describeSweep(sweep, now)),
    ...(lines.length > 0 ? [table(lines).join('\n')] : []),
  ].join('\n\n');
}
