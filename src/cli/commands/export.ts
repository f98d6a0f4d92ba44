/** `assay export`: runs and their curves in the formats of other tools. */
import { resolve } from 'node:path';
import { formatCount } from '../../core/format-units.js';
import { expected, type Problem } from '../../core/problem.js';
import { shellQuote } from '../../core/shell-quote.js';
import { exportFormats, exportRuns, type ExportFormat } from '../../report/export/export-runs.js';
import { formatProblem, isFormat } from '../format-option.js';
import { outputProblem } from '../output-place.js';
import { exitCodes, printJson, refuse, say } from '../output.js';
import { readRecord } from '../record.js';
import { shownPath } from '../shown-path.js';
import { openProject } from '../wire.js';

export interface ExportOptions {
  readonly sweep?: string;
  readonly where?: string;
  readonly format?: string;
  readonly output?: string;
  readonly json?: boolean;
}

const mostNamed = 6;

export async function exportCommand(runs: readonly string[], options: ExportOptions): Promise<number> {
  const { format, output, sweep, where } = options;
  const problems: Problem[] = [];
  if (!isFormat(format, exportFormats)) problems.push(formatProblem(format, exportFormats));
  const place =
    output === undefined
      ? { code: 'invalid-option', message: expected('--output', 'a folder', output) }
      : outputProblem(output, 'folder');
  if (place !== undefined) problems.push(place);
  if (problems.length > 0 || !isFormat(format, exportFormats) || output === undefined)
    return refuse(problems, options);
  const folder = resolve(output);
  const everything = runs.length === 0 && sweep === undefined && where === undefined;
  const exported = await readRecord(openProject(), (tracking) =>
    exportRuns(tracking, { runs, sweep, where, everything, format, folder }),
  );
  if (!exported.ok) {
    const code = refuse(exported.problems, options);
    return exported.problems.some((problem) => problem.code === 'export-not-written')
      ? exitCodes.failed
      : code;
  }
  const { files, runs: count } = exported.value;
  if (options.json === true) printJson({ status: 'done', format, runs: count, files });
  else {
    say(`${formatCount(count)} ${count === 1 ? 'run' : 'runs'} exported:`);
    const shown = files.map(shownPath);
    for (const file of shown.slice(0, mostNamed)) say(`  ${file}`);
    if (shown.length > mostNamed) say(`  and ${formatCount(shown.length - mostNamed)} more`);
    const hint = hints[format]?.(shownPath(folder));
    if (hint !== undefined) say(hint);
  }
  return exitCodes.done;
}

/** How to open it. */
const hints: Readonly<Partial<Record<ExportFormat, (folder: string) => string>>> = {
  tensorboard: (folder) => `open them: ${shellQuote(['tensorboard', '--logdir', folder])}`,
  notebook: (folder) => `open it: ${shellQuote(['cd', folder])} && jupyter lab runs.ipynb`,
};
