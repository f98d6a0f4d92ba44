/** A Jupyter notebook (nbformat 4.5) beside the runs and curves that it opens, as Parquet and as CSV. */
import { join } from 'node:path';
import { failed, ok, type Result } from '../../core/problem.js';
import type { Objective } from '../../core/sweep-events.js';
import { chooseObjective, commonestObjective } from '../comparison/objective.js';
import { varyingSettings } from '../comparison/statistics/varying-settings.js';
import { exportCsv } from './export-csv.js';
import { exportParquet } from './export-parquet.js';
import { ownColumns, type ExportedRuns } from './exported-runs.js';
import { notebookCells, type Cell, type NotebookFacts } from './notebook-cells.js';
import { writeWhole } from './whole-file.js';

/**
 * Returns the files that it made, the notebook first. Problem: `no-common-metric` where no run has a value to be judged
 * by. Throws as `fs` does.
 */
export async function exportNotebook(
  exported: ExportedRuns,
  folder: string,
  title: string,
): Promise<Result<string[]>> {
  const { runs, objectives } = exported;
  const objective = objectiveOf(runs, objectives);
  if (objective === undefined) {
    return failed({
      code: 'no-common-metric',
      message: 'expected a run to have a metric to be judged by, got none',
      fix: 'wait until runs have ended, or take --format csv, json or parquet',
    });
  }
  const data = [...(await exportParquet(exported, folder)), ...exportCsv(exported, folder)];
  const file = join(folder, 'runs.ipynb');
  writeWhole(file, (write) => {
    const inTrials = isOfTrials(objective, objectives);
    const facts = { title, objective, inTrials, runs: runs.length, settings: settingColumns(runs) };
    write(`${JSON.stringify(makeNotebook(facts), undefined, 1)}\n`);
  });
  return ok([file, ...data]);
}

function objectiveOf(runs: ExportedRuns['runs'], objectives: readonly Objective[]): Objective | undefined {
  const chosen = chooseObjective(runs, undefined, objectives, 1);
  return chosen.ok ? chosen.value : commonestObjective(runs);
}

/** The columns of settings that tell runs apart: those that a sweep searched first, and none that follows from another. */
function settingColumns(runs: ExportedRuns['runs']): string[] {
  return varyingSettings(runs).shown.map(({ path }) => (ownColumns.has(path) ? path : `settings.${path}`));
}

/** Whether the column `objective` holds it: each trial's first one. */
function isOfTrials({ metric, goal }: Objective, [first]: readonly Objective[]): boolean {
  return first?.metric === metric && first.goal === goal;
}

/** As https://nbformat.readthedocs.io/en/latest/format_description.html says. */
function makeNotebook(facts: NotebookFacts): object {
  return {
    cells: notebookCells(facts).map((cell, index) => notebookCell(cell, index)),
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function notebookCell({ kind, source }: Cell, index: number): object {
  const lines = source.split('\n').map((line, i, all) => (i < all.length - 1 ? `${line}\n` : line));
  return {
    cell_type: kind,
    ...(kind === 'code' ? { execution_count: null } : {}),
    id: `assay-${index}`,
    metadata: {},
    ...(kind === 'code' ? { outputs: [] } : {}),
    source: lines,
  };
}
