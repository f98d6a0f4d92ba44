/** Events of made-up sweeps. */
import type { RunEventBody, RunHeader } from '../../src/core/events.js';
import type { SweepEvent, SweepEventBody, SweepHeader, TrialHeader } from '../../src/core/sweep-events.js';
import type { Tracking } from '../../src/tracking/tracking.js';
import { at, began, header } from './support.js';

export const sweepName = 'architectures';

export function sweepHeader(change: Partial<SweepHeader> = {}): SweepHeader {
  return {
    name: sweepName,
    experiment: 'architectures',
    file: 'experiments/architectures.yaml',
    seed: 7,
    objectives: [{ metric: 'validation.accuracy', goal: 'maximize' }],
    sampler: 'tpe',
    scheduler: 'asha',
    trials: 6,
    epochs: 4,
    workers: 2,
    threads: 1,
    settings: { budget: {}, retries: 1 },
    pid: process.pid,
    ...change,
  };
}

export const runOf = (number: number): string => `architectures-20261123-094105-000${number}`;

export function trialHeader(number: number, change: Partial<TrialHeader> = {}): TrialHeader {
  return {
    number,
    run: runOf(number),
    draw: number,
    rejected: { infeasible: 0, repeated: 0 },
    assignments: { 'build.network.layers': [{ dense: { units: 8 + number } }], 'train.batchSize': 32 },
    labels: { layers: `one of ${8 + number}`, batchSize: '32' },
    configuration: `configuration-${number}`,
    ...change,
  };
}

/** An event of the sweep, so many milliseconds after `began`. */
export function sweepAt(milliseconds: number, body: SweepEventBody, sweep = sweepName): SweepEvent {
  return { ...body, sweep, time: began + milliseconds };
}

export function runAt(
  trial: number,
  milliseconds: number,
  body: RunEventBody,
  sweep = sweepName,
): SweepEvent {
  const event = at(runOf(trial), milliseconds, body);
  return sweepAt(milliseconds, { type: 'trial-run-event', trial, event }, sweep);
}

export function beginSweep(milliseconds = 0, change: Partial<SweepHeader> = {}, resumed = false): SweepEvent {
  const made = sweepHeader(change);
  return sweepAt(milliseconds, { type: 'sweep-started', header: made, resumed }, made.name);
}

export function endSweep(milliseconds: number): SweepEvent {
  return sweepAt(milliseconds, { type: 'sweep-ended', status: 'done', reason: 'trials', seconds: 1 });
}

/** The beginning of a trial's attempt and of its run. */
export function beginTrial(
  number: number,
  milliseconds: number,
  { attempt = 1, ...change }: Partial<RunHeader> & { attempt?: number } = {},
): SweepEvent[] {
  return [
    sweepAt(milliseconds, { type: 'trial-started', trial: number, attempt, worker: 1 + (number % 2) }),
    runAt(number, milliseconds, { type: 'run-started', run: header(runOf(number), change) }),
    runAt(number, milliseconds, {
      type: 'stage-cached',
      stage: 'acquire',
      fingerprint: 'f-acquire',
      artifact: 'a-acquire',
      madeBy: 'earlier',
      summary: {},
    }),
    runAt(number, milliseconds, {
      type: 'stage-started',
      stage: 'train',
      fingerprint: `f-train-${number}`,
      why: [],
    }),
  ];
}

export function epochOf(number: number, epoch: number, milliseconds: number, value: number): SweepEvent[] {
  const record = { epoch, step: 10 * epoch, metrics: { 'validation.accuracy': value } };
  return [
    runAt(number, milliseconds, {
      type: 'stage-event',
      stage: 'train',
      event: { type: 'step-ended', epoch, step: 10 * epoch, metrics: { loss: 1 / epoch } },
    }),
    runAt(number, milliseconds, {
      type: 'stage-event',
      stage: 'train',
      event: { type: 'epoch-ended', record, epochs: 4, seconds: 1 },
    }),
    sweepAt(milliseconds, { type: 'trial-reported', trial: number, epoch, value }),
  ];
}

/** The end of a run and of its trial's attempt. */
export function endTrial(
  number: number,
  milliseconds: number,
  state: 'done' | 'paused' | 'pruned',
  { epochs, seconds, value }: { epochs: number; seconds: number; value: number },
): SweepEvent[] {
  const trained: SweepEvent[] =
    state === 'done'
      ? [
          runAt(number, milliseconds, {
            type: 'stage-ended',
            stage: 'train',
            fingerprint: `f-train-${number}`,
            artifact: `a-train-${number}`,
            seconds,
            bytes: 100,
            summary: {},
          }),
        ]
      : [];
  return [
    ...trained,
    runAt(number, milliseconds, {
      type: 'run-ended',
      status: state,
      seconds,
      metrics: { 'validation.accuracy': value },
    }),
    sweepAt(milliseconds, {
      type: 'trial-ended',
      trial: number,
      state,
      ...(state === 'done' ? { values: [value] } : {}),
      epochs,
      seconds,
    }),
  ];
}

export function recordSweep(tracking: Tracking, events: readonly SweepEvent[]): void {
  const recorder = tracking.sweepRecorder({
    onProblem: ({ message }) => {
      throw new Error(message);
    },
  });
  events.forEach(recorder.listen);
  recorder.close();
}
