/** `runs.csv`, a row a run, and `metrics.csv`, a row a point. */
import { join } from 'node:path';
import { csvLine, csvLines } from './csv.js';
import type { ExportedRuns } from './exported-runs.js';
import { runColumns } from './run-columns.js';
import { writeWhole } from './whole-file.js';

const header = ['run', 'stage', 'scope', 'metric', 'step', 'epoch', 'seconds', 'value'];

/** Returns the files that it made. Throws as `fs` does. */
export function exportCsv(exported: ExportedRuns, folder: string): string[] {
  const [runs, metrics] = [join(folder, 'runs.csv'), join(folder, 'metrics.csv')];
  writeWhole(runs, (write) => {
    for (const line of csvLines(runColumns(exported.runs))) write(line);
  });
  writeWhole(metrics, (write) => {
    write(csvLine(header));
    for (const { run, stage, scope, key, steps, epochs, elapsed, values } of exported.curves()) {
      // All but the numbers is the same in every row of a curve.
      const start = csvLine([run.id, stage, scope, key]).trimEnd();
      const rows = steps.map((step, i) => {
        const time = elapsed[i] ?? null;
        return `${start},${step},${epochs[i]},${time === null ? '' : time / 1000},${values[i] ?? ''}\r\n`;
      });
      write(rows.join(''));
    }
  });
  return [runs, metrics];
}
