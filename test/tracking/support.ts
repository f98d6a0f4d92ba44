/** Events of made-up runs, and folders to record them in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Metrics, RunEvent, RunEventBody, RunHeader, RunStatus } from '../../src/core/events.js';
import type { JsonObject } from '../../src/core/json.js';
import type { Problem, Result } from '../../src/core/problem.js';
import { openTracking, type Tracking } from '../../src/tracking/tracking.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tracking-'));
  folders.push(folder);
  return folder;
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok)
    throw new Error(`expected a value, got ${result.problems.map(({ message }) => message).join('; ')}`);
  return result.value;
}

export function problemOf(result: Result<unknown>): Problem {
  if (result.ok) throw new Error('expected a problem, got a value');
  return result.problems[0]!;
}

export function header(id: string, change: Partial<RunHeader> = {}): RunHeader {
  return {
    id,
    experiment: 'quickstart',
    file: 'experiments/quickstart.yaml',
    seed: 7,
    engine: 'reference',
    config: configWith({}),
    versions: { assay: '0.1.0', node: '20.20.2' },
    machine: { cpu: 'some', cores: 2 },
    pid: process.pid,
    stages: [
      { name: 'acquire', kind: 'acquire', needs: [] },
      { name: 'train', kind: 'train', needs: ['acquire'] },
    ],
    ...change,
  };
}

export function configWith(train: JsonObject, params: JsonObject = { classes: 10 }): JsonObject {
  return {
    name: 'quickstart',
    seed: 7,
    engine: 'auto',
    params,
    stages: {
      acquire: { uses: 'acquire', needs: [], with: { dataset: 'synthetic-digits' } },
      train: {
        uses: 'train',
        needs: ['acquire'],
        with: { epochs: 2, batchSize: 64, optimizer: { kind: 'adam' }, ...train },
      },
    },
  };
}

/** A time to count from: 2026-11-23T09:41:05Z. */
export const began = Date.UTC(2026, 10, 23, 9, 41, 5);

export function at(runId: string, milliseconds: number, body: RunEventBody): RunEvent {
  return { ...body, runId, time: began + milliseconds };
}

export interface QuickRun {
  readonly id: string;
  readonly header?: Partial<RunHeader>;
  readonly metrics?: Metrics;
  readonly status?: Exclude<RunStatus, 'running'>;
  /** Milliseconds after `began`. */
  readonly started?: number;
  readonly seconds?: number;
}

/** A run as events, without stages: enough to be listed. */
export function quickRun({ id, header: change, metrics, status, started, seconds }: QuickRun): RunEvent[] {
  return [
    at(id, started ?? 0, { type: 'run-started', run: header(id, change) }),
    at(id, (started ?? 0) + 1000 * (seconds ?? 1), {
      type: 'run-ended',
      status: status ?? 'done',
      seconds: seconds ?? 1,
      metrics: metrics ?? {},
    }),
  ];
}

export function record(tracking: Tracking, events: readonly RunEvent[]): void {
  const recorder = tracking.recorder({
    onProblem: (problem) => {
      throw new Error(problem.message);
    },
  });
  events.forEach(recorder.listen);
  recorder.close();
}

/** A record with these runs in it; the caller closes it. */
export function trackingWith(folder: string, ...runs: readonly QuickRun[]): Tracking {
  const tracking = valueOf(openTracking(folder));
  record(tracking, runs.flatMap(quickRun));
  return tracking;
}
