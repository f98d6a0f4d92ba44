/** A folder a run with one event file in it: its settings, its curves as scalars, its final metrics at the last step. */
import { join } from 'node:path';
import type { ComparedRun } from '../comparison/compared-run.js';
import { pluginRecord, scalarRecord, versionRecord } from './event-file.js';
import type { ExportedCurve, ExportedRuns } from './exported-runs.js';
import { sessionEnd, sessionStart, toldSettings } from './hparams.js';
import { writeWhole } from './whole-file.js';

/** Returns the files that it made. Throws as `fs` does. */
export function exportTensorboard(exported: ExportedRuns, folder: string): string[] {
  const files: string[] = [];
  const told = toldSettings(exported.runs);
  const unwritten = new Set(exported.runs);
  let open: { run: ComparedRun; curves: ExportedCurve[] } | undefined;
  const finish = (run: ComparedRun, curves: readonly ExportedCurve[]): void => {
    unwritten.delete(run);
    files.push(writeRun(run, curves, told, folder));
  };
  // Curves come run by run: those of one run are in memory at a time.
  for (const curve of exported.curves()) {
    if (open !== undefined && open.run !== curve.run) finish(open.run, open.curves);
    open = open?.run === curve.run ? open : { run: curve.run, curves: [] };
    open.curves.push(curve);
  }
  if (open !== undefined) finish(open.run, open.curves);
  for (const run of unwritten) finish(run, []);
  return files;
}

function writeRun(
  run: ComparedRun,
  curves: readonly ExportedCurve[],
  told: ReadonlySet<string>,
  folder: string,
): string {
  const began = run.started / 1000;
  // The time and the ending are what TensorBoard knows an event file by; nothing of this machine goes in.
  const name = `events.out.tfevents.${String(Math.floor(began)).padStart(10, '0')}.assay`;
  // An id is a folder's name already, unless somebody wrote the record by hand.
  const file = join(folder, run.id.replaceAll(/^\.+|[/\\]/g, '-'), name);
  writeWhole(file, (write) => {
    write(versionRecord(began));
    write(pluginRecord(began, sessionStart(run, told)));
    const tags = new Set<string>();
    for (const curve of curves) {
      // Where two stages tell the same, the later ones say which they are, as in a comparison.
      const tag = tags.has(tagOf(curve)) ? `${curve.stage}/${tagOf(curve)}` : tagOf(curve);
      tags.add(tag);
      curve.values.forEach((value, i) => {
        // TensorBoard shows no hole: what was no number is left out.
        if (value === null) return;
        const time = began + (curve.elapsed[i] ?? 0) / 1000;
        write(scalarRecord({ time, step: curve.steps[i]!, tag, value }));
      });
    }
    const last = Math.max(0, ...curves.map(({ steps }) => steps.at(-1) ?? 0));
    const ended = began + (run.seconds ?? 0);
    for (const [key, value] of Object.entries(run.metrics)) {
      if (value !== null) write(scalarRecord({ time: ended, step: last, tag: `final/${key}`, value }));
    }
    const end = sessionEnd(run);
    if (end !== undefined) write(pluginRecord(ended, end));
  });
  return file;
}

/**
 * `validation/accuracy`: what stands before the slash is the group in which TensorBoard shows it. Values of steps have
 * groups of their own, as they would otherwise be mixed with those of epochs.
 */
function tagOf({ scope, key }: ExportedCurve): string {
  const tag = key.replace('.', '/');
  return scope === 'step' ? `step/${key}` : tag;
}
