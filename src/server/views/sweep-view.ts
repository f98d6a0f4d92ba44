/** One sweep as its page and the list of sweeps under way show it: how far, the best so far, what runs, what failed. */
import { formatCount, formatSeconds } from '../../core/format-units.js';
import type { TrialState } from '../../core/sweep-events.js';
import { labelsInWords } from '../../core/short-paths.js';
import type { SweepProgress } from '../../tracking/sweep-progress.js';
import { runAddress, shownNumber, shownTime, sweepAddress } from './words.js';

const states: readonly TrialState[] = [
  ...(['done', 'running', 'waiting', 'paused', 'pruned', 'failed', 'infeasible'] as const),
];

export interface SweepView {
  readonly name: string;
  readonly address: string;
  readonly experiment: string;
  readonly file: string;
  readonly status: string;
  readonly sentence: string;
  readonly counts: readonly { readonly state: TrialState; readonly count: string }[];
  /** Of the trials asked for, those that are settled: from 0 to 100, null when nothing was asked for. */
  readonly percent: number | null;
  readonly progressText: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly best: {
    readonly value: string;
    readonly metric: string;
    readonly trial: number;
    readonly address: string;
    readonly labels: string;
  } | null;
  readonly metric: string;
  readonly running: readonly {
    readonly number: number;
    readonly address: string;
    readonly worker: string;
    readonly epoch: string;
    readonly value: string;
    readonly time: string;
    readonly labels: string;
  }[];
  /** How many more are running than are listed. */
  readonly more: number;
  readonly failures: readonly {
    readonly number: number;
    readonly address: string;
    readonly state: string;
    readonly attempts: number;
    readonly code: string;
    readonly message: string;
    readonly when: string;
  }[];
}

const mostRunning = 50;

/** @param now milliseconds since 1970. */
export function sweepView(sweep: SweepProgress, now: number): SweepView {
  const { trials, asked, objectives, best } = sweep;
  const settled = trials.done + trials.paused + trials.pruned + trials.failed;
  const metric = objectives[0]?.metric ?? '';
  return {
    name: sweep.name,
    address: sweepAddress(sweep.name),
    experiment: sweep.experiment,
    file: sweep.file,
    status: sweep.status,
    sentence: sentenceOf(sweep, now),
    counts: states
      .filter((state) => trials[state] > 0)
      .map((state) => ({ state, count: formatCount(trials[state]) })),
    percent: asked === null || asked === 0 ? null : Math.min(100, Math.round((1000 * settled) / asked) / 10),
    progressText: asked === null ? formatCount(settled) : `${formatCount(settled)} of ${formatCount(asked)}`,
    facts: factsOf(sweep),
    best:
      best === null
        ? null
        : {
            ...{
              metric,
              trial: best.number,
              address: runAddress(best.run),
              labels: labelsInWords(best.labels),
            },
            value: shownNumber(best.values[0] ?? NaN),
          },
    metric,
    running: sweep.running.slice(0, mostRunning).map((trial) => ({
      number: trial.number,
      address: runAddress(trial.run),
      worker: trial.worker === null ? '–' : String(trial.worker),
      epoch:
        trial.epoch === null ? '–' : `${trial.epoch}${sweep.epochs === null ? '' : ` of ${sweep.epochs}`}`,
      value: trial.value === null ? '–' : shownNumber(trial.value),
      time: formatSeconds(Math.max(0, now - trial.started) / 1000),
      labels: labelsInWords(trial.labels),
    })),
    more: Math.max(0, sweep.running.length - mostRunning),
    failures: sweep.failures.map(({ number, run, state, attempts, problem, ended }) => ({
      ...{ number, address: runAddress(run), attempts, code: problem.code, message: problem.message },
      state: state === 'waiting' ? 'will be tried again' : state,
      when: shownTime(ended),
    })),
  };
}

function sentenceOf(sweep: SweepProgress, now: number): string {
  const time = formatSeconds(sweep.seconds);
  if (sweep.status !== 'running') {
    const reason = sweep.reason === null || sweep.reason === sweep.status ? '' : ` (${sweep.reason})`;
    return `${sweep.status === 'done' ? 'Done' : sweep.status === 'failed' ? 'Failed' : 'Interrupted'}${reason} after ${time}.`;
  }
  const rate = sweep.trialsPerHour;
  const speed =
    rate === null
      ? ''
      : `, ${rate < 1000 ? shownNumber(Number(rate.toPrecision(3))) : formatCount(Number(rate.toPrecision(3)))} trials an hour`;
  const { estimatedEnd } = sweep;
  const left = estimatedEnd === null ? undefined : Math.max(0, estimatedEnd - now) / 1000;
  const end = left === undefined ? '' : `; about ${formatSeconds(left)} left`;
  return `Running for ${time}${speed}${end}.`;
}

function factsOf(sweep: SweepProgress): SweepView['facts'] {
  const { objectives, sampler, scheduler, workers, threads, seed, host, pid, started, epochs } = sweep;
  return [
    { label: 'Objective', value: objectives.map(({ metric, goal }) => `${goal} ${metric}`).join(', ') },
    { label: 'Sampler', value: sampler },
    { label: 'Scheduler', value: epochs === null ? scheduler : `${scheduler}, up to ${epochs} epochs` },
    { label: 'Workers', value: `${workers}, ${threads} ${threads === 1 ? 'thread' : 'threads'} each` },
    { label: 'Seed', value: String(seed) },
    { label: 'Began', value: shownTime(started) },
    { label: 'Process', value: `${pid} on ${host}` },
  ];
}
