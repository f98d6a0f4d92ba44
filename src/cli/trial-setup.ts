/** Wires what a trial needs, in this process or in a worker's: from a few plain facts to a trial runner. */
import { fileURLToPath } from 'node:url';
import { openExperimentTemplate } from '../config/experiment-template.js';
import { ok, type Result } from '../core/problem.js';
import { keepPreparedData } from '../data/kept-data.js';
import { createReportRenderer } from '../report/report-renderer.js';
import type { GitState } from '../run/environment.js';
import type { TrialRunner } from '../sweep/executors/executor.js';
import { createTrialRunner } from '../sweep/trial-runner.js';
import { loadStageFile, openProject } from './wire.js';

/** Plain data: it is sent to worker processes. */
export interface TrialSetup {
  /** The experiment's file, absolute. */
  readonly file: string;
  /** Arguments of the sweep's own `--set`. */
  readonly set: readonly string[];
  /** Those of them that are searched over: lists where settings take none. */
  readonly lists?: readonly string[] | undefined;
  readonly threads: number;
  readonly verify: boolean;
  /** As it was read once for the whole sweep. */
  readonly git?: GitState | undefined;
}

/** What trials share stays in memory: the data of two preparations. */
const keptPreparations = 2;

/** What worker processes run: from the package's root, so that `src/` under a test runner and `dist/` start the same file. */
export const trialWorkerProgram = fileURLToPath(
  new URL('../../dist/bundle/trial-worker.js', import.meta.url),
);

export async function openTrialRunner({
  file,
  set,
  lists = [],
  threads,
  verify,
  git,
}: TrialSetup): Promise<Result<TrialRunner>> {
  keepPreparedData(keptPreparations);
  const project = openProject(file);
  const template = await openExperimentTemplate({
    file,
    projectRoot: project.root,
    set: [...set, ...lists],
    loadCustomStage: loadStageFile,
    expandLists: lists.length > 0,
  });
  if (!template.ok) return template;
  const runner = createTrialRunner({
    check: (assignments) => template.value.check(assignments),
    cache: project.cache,
    runsFolder: project.runsFolder,
    reportRenderer: createReportRenderer(),
    share: { threads, verify },
    git,
    set,
  });
  return ok(runner);
}
