/** A comparison as a table for spreadsheets and scripts: the best run first, of the settings only those that differ. */
import { csvLines } from '../export/csv.js';
import { runColumns } from '../export/run-columns.js';
import type { Comparison } from './compared-run.js';
import { tellsOf } from './statistics/with-run.js';

export function comparisonCsv({ runs }: Comparison): string {
  const paths = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const differing = paths.filter((path) => {
    const telling = runs.filter((run) => tellsOf(run, path));
    return new Set(telling.map(({ settings }) => JSON.stringify(settings[path]))).size > 1;
  });
  return [...csvLines(runColumns(runs, differing))].join('');
}
