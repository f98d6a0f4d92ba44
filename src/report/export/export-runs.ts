/** The formats of `assay export`, each a file of its own beside this one. */
import { failed, ok, type Result } from '../../core/problem.js';
import type { RunSelection } from '../../tracking/run-selection.js';
import type { Tracking } from '../../tracking/tracking.js';
import { readExportedRuns, type ExportedRuns } from './exported-runs.js';

export const exportFormats = ['csv', 'json', 'parquet', 'tensorboard', 'notebook'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportRequest extends RunSelection {
  readonly format: ExportFormat;
  /** Absolute; made when missing. Other files in it stay. */
  readonly folder: string;
}

export interface Exported {
  readonly runs: number;
  /** Absolute. */
  readonly files: readonly string[];
}

/** Problems: as `readExportedRuns` tells, `export-not-written`, and of a notebook `no-common-metric`. */
export async function exportRuns(tracking: Tracking, request: ExportRequest): Promise<Result<Exported>> {
  const exported = await readExportedRuns(tracking, request);
  if (!exported.ok) return exported;
  try {
    const files = await write(request, exported.value);
    return files.ok ? ok({ runs: exported.value.runs.length, files: files.value }) : files;
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined || code === undefined) throw error;
    return failed({
      code: 'export-not-written',
      message: `cannot write to ${request.folder}: ${message}`,
      fix: 'free some room or choose another folder by --output; what was written whole is whole',
    });
  }
}

async function write(
  { format, folder, sweep }: ExportRequest,
  exported: ExportedRuns,
): Promise<Result<string[]>> {
  switch (format) {
    case 'csv':
      return ok((await import('./export-csv.js')).exportCsv(exported, folder));
    case 'json':
      return ok((await import('./export-json.js')).exportJson(exported, folder));
    case 'parquet':
      return ok(await (await import('./export-parquet.js')).exportParquet(exported, folder));
    case 'tensorboard':
      return ok((await import('./export-tensorboard.js')).exportTensorboard(exported, folder));
    case 'notebook': {
      const { exportNotebook } = await import('./export-notebook.js');
      const experiments = [...new Set(exported.runs.map(({ experiment }) => experiment))];
      return exportNotebook(exported, folder, sweep ?? experiments.join(', '));
    }
  }
}
