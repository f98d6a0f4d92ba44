/** Opens a project's record of runs for reading. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failed, type Result } from '../core/problem.js';
import { openTracking, type Tracking } from '../tracking/tracking.js';
import type { Project } from './wire.js';

interface ReadOptions {
  /** Leave the file as it is, even where it names as running what is not. */
  readonly untouched?: boolean;
}

/** Calls `read` with the record and closes it. Problem `no-runs` where nothing was ever recorded. */
export async function readRecord<T>(
  project: Project,
  read: (tracking: Tracking) => Promise<Result<T>>,
  { untouched = false }: ReadOptions = {},
): Promise<Result<T>> {
  if (!existsSync(join(project.runsFolder, 'assay.sqlite'))) {
    return failed({
      code: 'no-runs',
      message: `expected a record of runs in ${project.runsFolder}, got none`,
      fix: 'run an experiment first: npx assay run experiments/quickstart.yaml',
    });
  }
  // Writing serves to mark runs whose process died; a record that can't be written can still be read.
  let tracking = openTracking(project.runsFolder, { readOnly: untouched });
  if (!untouched && !tracking.ok) {
    // What holds the lock has been waited for once; it may still let others read.
    const waited = tracking.problems.some(({ code }) => code === 'tracking-locked');
    tracking = openTracking(project.runsFolder, {
      readOnly: true,
      ...(waited ? { busyMilliseconds: 0 } : {}),
    });
  }
  if (!tracking.ok) return tracking;
  try {
    if (!untouched) tracking.value.markInterrupted();
    return await read(tracking.value);
  } finally {
    tracking.value.close();
  }
}
