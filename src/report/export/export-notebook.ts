/** A Jupyter notebook (nbformat 4.5) beside the runs and curves that it opens, as Parquet and as CSV. */
import { join } from 'node:path';
import { ok, type Result } from '../../core/problem.js';
import { chooseObjective } from '../comparison/objective.js';
import type { Objective } from '../../core/sweep-events.js';
import { exportCsv } from './export-csv.js';
import { exportParquet } from './export-parquet.js';
import type { ExportedRuns } from './exported-runs.js';
import { notebookCells, type Cell, type NotebookFacts } from './notebook-cells.js';
import { writeWhole } from './whole-file.js';

/**
 * Returns the files that it made, the notebook first. Problem: `no-common-metric` where no run has a value to be judged
 * by. Throws as `fs` does.
 * @param objectives of the sweep that is exported; empty where it is none
 */
export async function exportNotebook(
  exported: ExportedRuns,
  folder: string,
  title: string,
  objectives: readonly Objective[],
): Promise<Result<string[]>> {
  const { runs } = exported;
  const objective = chooseObjective(runs, undefined, objectives, 1);
  if (!objective.ok) return objective;
  const data = [...(await exportParquet(exported, folder)), ...exportCsv(exported, folder)];
  const file = join(folder, 'runs.ipynb');
  writeWhole(file, (write) => {
    const facts = { title, objective: objective.value, runs: runs.length };
    write(`${JSON.stringify(makeNotebook(facts), undefined, 1)}\n`);
  });
  return ok([file, ...data]);
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
