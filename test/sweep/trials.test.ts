/** Trials that train: paused and gone on with as if nothing had been, their common beginning made once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import type { RunEvent } from '../../src/core/events.js';
import type { JsonObject } from '../../src/core/json.js';
import type { Executor, TrialJob } from '../../src/sweep/executors/executor.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';
import { Listener, runJob, TrialRig } from './trial-rig.js';

let rig: TrialRig;
beforeEach(() => {
  rig = new TrialRig();
  writeSmallProject(rig);
});
afterEach(async () => {
  await rig.closeAll();
  rig[Symbol.dispose]();
});

const processes = (slots = 1): Executor => rig.processes({ slots, setup: rig.setup(smallExperiment) });

function trains(trial: number, assignments: JsonObject = {}, more: Partial<TrialJob> = {}): TrialJob {
  return { trial, run: `small-${trial}`, assignments, asks: true, ...more };
}

/** Digest of the weights that a run ended with. */
function weightsOf(folder: string, events: readonly RunEvent[]): string {
  const ended = events.find((event) => event.type === 'stage-ended' && event.stage === 'train');
  const digest = (ended as Extract<RunEvent, { type: 'stage-ended' }>).artifact;
  return sha256(readFileSync(join(folder, '.assay', 'artifacts', digest.slice(0, 2), digest, 'weights.bin')));
}

it('goes on from where it was paused, in whatever worker, and trains no epoch twice', async () => {
  using other = new TrialRig();
  writeSmallProject(other);
  const undisturbed = await runJob(await other.inline(other.setup(smallExperiment)), trains(1));
  expect(undisturbed.outcome.status).toBe('done');
  expect(undisturbed.listener.epochs).toEqual([1, 2, 3]);
  expect(undisturbed.listener.asked).toEqual([1, 2]);

  const first = processes();
  const paused = await runJob(first, trains(1), new Listener(() => 'pause'));
  expect(paused.outcome).toEqual({ status: 'paused' });
  expect(paused.listener.epochs).toEqual([1]);
  await first.close();

  const promoted = await runJob(processes(), trains(1));
  expect(promoted.listener.epochs).toEqual([2, 3]);
  expect(promoted.listener.asked).toEqual([2]);
  expect(promoted.listener.events[0]!.type).toBe('run-started');
  expect(promoted.outcome).toEqual(undisturbed.outcome);
  expect(weightsOf(rig.folder, promoted.listener.events)).toBe(
    weightsOf(other.folder, undisturbed.listener.events),
  );
  await other.closeAll();
});

it('asks again about an epoch whose report nobody recorded', async () => {
  const executor = processes();
  await runJob(executor, trains(1), new Listener(() => 'pause'));
  const unheard = await runJob(executor, trains(1, {}, { reported: 0 }), new Listener(() => 'pause'));
  expect(unheard.outcome).toEqual({ status: 'paused' });
  expect(unheard.listener.asked).toEqual([1]);
  expect(unheard.listener.epochs).toEqual([]);
  const heard = await runJob(executor, trains(1, {}, { reported: 1 }), new Listener(() => 'stop'));
  expect(heard.outcome).toEqual({ status: 'pruned' });
  expect(heard.listener.asked).toEqual([2]);
});

it('keeps a checkpoint when it is cancelled', async () => {
  const executor = processes();
  const listener = new Listener();
  const job = trains(1, { 'train.epochs': 40 }, { asks: false });
  const tell = listener.event.bind(listener);
  listener.event = (event) => {
    tell(event);
    if (listener.epochs.length === 2) executor.cancel(1);
  };
  const cancelled = await runJob(executor, job, listener);
  expect(cancelled.outcome).toEqual({ status: 'interrupted' });
  const again = await runJob(executor, job);
  expect(again.outcome.status).toBe('done');
  const before = listener.epochs.length;
  expect(again.listener.epochs).toEqual(Array.from({ length: 40 - before }, (_, i) => before + 1 + i));
});

it('tells a loss that is no number as a failure of the stage that trains', async () => {
  // The penalty makes weights grow by a factor of two thousand a step.
  const assignments = {
    'train.optimizer': { kind: 'sgd', learningRate: 1000 },
    'build.network.layers.1.dense.kernelRegularizer': { kind: 'l2', l2: 1 },
  };
  const { outcome } = await runJob(processes(), trains(1, assignments));
  expect(outcome).toMatchObject({
    status: 'failed',
    stage: 'train',
    kind: 'train',
    problems: [{ code: 'loss-not-finite' }],
  });
});

it('makes what trials share once, whatever the number of workers', async () => {
  const executor = processes(3);
  const rates = Array.from({ length: 12 }, (_, i) => 0.001 * (i + 1));
  const runs = await Promise.all(
    rates.map((rate, trial) =>
      // Two networks: `build` is made twice, for six trials each.
      runJob(
        executor,
        trains(
          trial,
          { 'train.optimizer.learningRate': rate, 'build.network.layers.1.dense.units': 12 + (trial % 2) },
          { asks: false },
        ),
      ),
    ),
  );
  expect(runs.map(({ outcome }) => outcome.status)).toEqual(rates.map(() => 'done'));
  const made = (stage: string): number =>
    runs
      .flatMap(({ listener }) => listener.events)
      .filter((event) => event.type === 'stage-ended' && event.stage === stage).length;
  expect(['acquire', 'preprocess', 'build', 'train'].map(made)).toEqual([1, 1, 2, 12]);
  const workers = new Set(runs.flatMap(({ listener }) => listener.workers));
  expect(workers.size).toBe(3);
});
