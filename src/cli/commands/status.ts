/** `assay status`: how far sweeps are, read from the record; the process that runs one is neither asked nor disturbed. */
import { isoTime } from '../../core/iso-time.js';
import { ok, type Result } from '../../core/problem.js';
import type { SweepProgress } from '../../tracking/sweep-progress.js';
import type { Tracking } from '../../tracking/tracking.js';
import { exitCodes, print, printJson, refuse } from '../output.js';
import { readRecord } from '../record.js';
import { describeSweep, describeSweeps } from '../sweep-text.js';
import { openProject } from '../wire.js';

async function readAll(tracking: Tracking): Promise<Result<readonly SweepProgress[]>> {
  const list = await tracking.sweeps();
  if (!list.ok) return list;
  const all: SweepProgress[] = [];
  for (const { name } of list.value) {
    const progress = await tracking.sweepProgress(name);
    if (!progress.ok) return progress;
    all.push(progress.value);
  }
  return ok(all);
}

async function readOne(tracking: Tracking, name: string): Promise<Result<readonly SweepProgress[]>> {
  const progress = await tracking.sweepProgress(name);
  return progress.ok ? ok([progress.value]) : progress;
}

/** Times as ISO 8601 in UTC. */
function toJson({
  started,
  resumed,
  ended,
  estimatedEnd,
  running,
  failures,
  ...facts
}: SweepProgress): object {
  return {
    ...facts,
    started: isoTime(started),
    resumed: isoTime(resumed),
    ended: isoTime(ended),
    estimatedEnd: isoTime(estimatedEnd),
    running: running.map((trial) => ({ ...trial, started: isoTime(trial.started) })),
    failures: failures.map((trial) => ({ ...trial, ended: isoTime(trial.ended) })),
  };
}

export async function statusCommand(name: string | undefined, options: { json?: boolean }): Promise<number> {
  const read = (tracking: Tracking): Promise<Result<readonly SweepProgress[]>> =>
    name === undefined ? readAll(tracking) : readOne(tracking, name);
  const sweeps = await readRecord(openProject(), read, { untouched: true });
  if (!sweeps.ok) return refuse(sweeps.problems, options);
  if (options.json === true) printJson({ sweeps: sweeps.value.map(toJson) });
  else if (name !== undefined) print(describeSweep(sweeps.value[0]!, Date.now()));
  else print(describeSweeps(sweeps.value, Date.now()));
  return exitCodes.done;
}
