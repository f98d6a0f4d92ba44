/** `runs.json`, all that is recorded of each run but its curves, and `metrics.json`, a list of curves. */
import { join } from 'node:path';
import { isoTime } from '../../core/iso-time.js';
import type { ExportedRuns } from './exported-runs.js';
import { writeWhole } from './whole-file.js';

/** Returns the files that it made; both are lists with an entry a line. Throws as `fs` does. */
export function exportJson(exported: ExportedRuns, folder: string): string[] {
  const [runs, metrics] = [join(folder, 'runs.json'), join(folder, 'metrics.json')];
  writeWhole(runs, (write) => {
    writeList(write, exported.runs, ({ curves: _, report: __, details: ___, started, ...run }) => ({
      ...run,
      started: isoTime(started),
    }));
  });
  writeWhole(metrics, (write) => {
    writeList(write, exported.curves(), ({ run, stage, scope, key, elapsed, ...points }) => ({
      ...{ run: run.id, stage, scope, metric: key },
      ...points,
      seconds: elapsed.map((time) => (time === null ? null : time / 1000)),
    }));
  });
  return [runs, metrics];
}

function writeList<Item>(
  write: (part: string) => void,
  items: Iterable<Item>,
  entry: (item: Item) => object,
): void {
  let before = '[\n';
  for (const item of items) {
    write(`${before}${JSON.stringify(entry(item))}`);
    before = ',\n';
  }
  write(before === '[\n' ? '[]\n' : '\n]\n');
}
