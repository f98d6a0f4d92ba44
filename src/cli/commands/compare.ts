/** `assay compare`: runs side by side, as a page, or as Markdown, CSV or JSON. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeFileAtomic } from '../../core/atomic-write.js';
import { sha256 } from '../../core/digest.js';
import { expected, failed, ok, ProblemError, type Problem, type Result } from '../../core/problem.js';
import type { Comparison } from '../../report/comparison/compared-run.js';
import { gatherComparison } from '../../report/comparison/gather-comparison.js';
import { parseObjective } from '../../report/comparison/objective.js';
import { objectiveValue } from '../../report/comparison/statistics/objective-value.js';
import type { Tracking } from '../../tracking/tracking.js';
import { artifactOpener } from '../artifact-opener.js';
import { formatOfFile, formatProblem, isFormat } from '../format-option.js';
import { openFile } from '../open-file.js';
import { outputProblem } from '../output-place.js';
import { exitCodes, printJson, refuse, say } from '../output.js';
import { readRecord } from '../record.js';
import { shownPath } from '../shown-path.js';
import { openProject, type Project } from '../wire.js';

export interface CompareOptions {
  readonly sweep?: string;
  readonly where?: string;
  /** Where there is none, what the ending of `output` says, else `html`. */
  readonly format?: string;
  readonly output?: string;
  readonly template?: string;
  readonly title?: string;
  readonly by?: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

const formats = ['html', 'md', 'csv', 'json'] as const;
type Format = (typeof formats)[number];
type Settled = CompareOptions & { readonly format: string };

export async function compareCommand(runs: readonly string[], given: CompareOptions): Promise<number> {
  const format = given.format ?? formatOfFile(given.output, formats) ?? 'html';
  const options = { ...given, format };
  const problems = problemsOf(runs, options);
  if (problems.length > 0 || !isFormat(format, formats)) return refuse(problems, options);
  const project = openProject();
  const compared = await readRecord(project, (tracking) => compare(tracking, project, runs, options));
  if (!compared.ok) return refuse(compared.problems, options);
  const { comparison, file } = compared.value;
  const text = await render(comparison, format, project, options);
  if (!text.ok) return refuse(text.problems, options);
  if (file === undefined) {
    process.stdout.write(text.value);
    return exitCodes.done;
  }
  const written = writeTo(file, text.value);
  if (!written.ok) {
    refuse(written.problems, options);
    return exitCodes.failed;
  }
  if (options.json === true) printJson(outcome(comparison, format, file));
  else {
    say(`${comparison.runs.length} runs compared: ${shownPath(file)}`);
    if (format === 'html') say(`open it: ${pathToFileURL(file).href}`);
  }
  if (options.open === true && !(await openFile(file)) && options.json !== true)
    say('nothing here opens it by itself: open the line above in a browser');
  return exitCodes.done;
}

function problemsOf(runs: readonly string[], options: Settled): Problem[] {
  const { format, json, output, sweep, where, open, template, title, by } = options;
  const problems: Problem[] = [];
  const refused = (message: string, fix?: string): void => {
    problems.push({ code: 'invalid-option', message, fix });
  };
  if (!isFormat(format, formats)) problems.push(formatProblem(format, formats));
  if (runs.length === 0 && sweep === undefined && where === undefined) {
    refused(
      expected('what is to be compared', 'runs, --sweep or --where', undefined),
      `such as: npx assay compare --sweep NAME, or npx assay compare --where 'accuracy > 0.9'`,
    );
  }
  const toFile = format === 'html' || output !== undefined;
  if (json === true && !toFile)
    refused('expected --json, which tells of a file, to come with --output, got none');
  if (open === true && !toFile)
    refused('expected --open, which opens a file, to come with --output, got none');
  if (template !== undefined && format !== 'html')
    refused(expected('--format with --template', 'html', format));
  const place = output === undefined ? undefined : outputProblem(output, 'file');
  if (place !== undefined) problems.push(place);
  if (title?.trim() === '') refused(expected('--title', 'some text', title));
  if (template?.trim() === '') refused(expected('--template', 'a folder', template));
  if (by?.trim() === '') refused(expected('--by', 'the name of a metric', by));
  return problems;
}

interface Compared {
  readonly comparison: Comparison;
  /** Absolute; undefined: standard output. */
  readonly file: string | undefined;
}

async function compare(
  tracking: Tracking,
  project: Project,
  runs: readonly string[],
  options: Settled,
): Promise<Result<Compared>> {
  const { sweep, where, by, title, format } = options;
  const folder = folderOf(project, options);
  const comparison = await gatherComparison(
    {
      tracking,
      openArtifact: artifactOpener(project),
      reportOf: (run) => {
        const report = join(project.runsFolder, run, 'report.html');
        if (!existsSync(report)) return undefined;
        const link = relative(folder ?? process.cwd(), report).split(/[\\/]/);
        return link.map((part) => (format === 'html' ? encodeURIComponent(part) : part)).join('/');
      },
    },
    {
      ...{ runs, sweep, where, title },
      by: by === undefined ? undefined : parseObjective(by),
      // Only the page and JSON show what the networks saw.
      pixels: format === 'html' || format === 'json',
      ...(format === 'csv' ? { detailed: 0 } : {}),
    },
  );
  if (!comparison.ok) return comparison;
  const file = folder && join(folder, nameOf(comparison.value, runs, options));
  return ok({ comparison: comparison.value, file });
}

/** Where the file is to lie; undefined: on standard output. A page without `--output` goes beside others of its kind. */
function folderOf(project: Project, { output, format }: Settled): string | undefined {
  if (output !== undefined) return dirname(resolve(output));
  return format === 'html' ? join(project.runsFolder, 'comparisons') : undefined;
}

/** A page without `--output` has the name that the same choice of runs, in the same order and form, always has. */
function nameOf(comparison: Comparison, named: readonly string[], options: Settled): string {
  const { output, sweep, where, by, template } = options;
  if (output !== undefined) return basename(resolve(output));
  const isPlain = by === undefined && template === undefined;
  const how = isPlain ? [] : [JSON.stringify({ by, template })];
  if (sweep !== undefined && where === undefined && named.length === 0)
    return `${[fileName(sweep), ...how.map((text) => sha256(text).slice(0, 8))].join('-')}.html`;
  const inTime = comparison.runs.toSorted((a, b) => a.started - b.started || (a.id < b.id ? -1 : 1));
  const digest = sha256([...inTime.map(({ id }) => id), ...how].join('\n')).slice(0, 8);
  const experiments = [...new Set(inTime.map(({ experiment }) => experiment))];
  return `${experiments.length === 1 ? fileName(experiments[0]!) : 'runs'}-${digest}.html`;
}

/** A name that every file system takes; what had to be changed is told apart by a digest. */
function fileName(name: string): string {
  const safe = name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 80);
  return safe === name ? name : `${safe}-${sha256(name).slice(0, 6)}`;
}

async function render(
  comparison: Comparison,
  format: Format,
  project: Project,
  { template }: CompareOptions,
): Promise<Result<string>> {
  switch (format) {
    case 'md': {
      const { comparisonMarkdown } = await import('../../report/comparison/comparison-markdown.js');
      return ok(comparisonMarkdown(comparison));
    }
    case 'csv': {
      const { comparisonCsv } = await import('../../report/comparison/comparison-csv.js');
      return ok(comparisonCsv(comparison));
    }
    case 'json': {
      const { comparisonJson } = await import('../../report/comparison/comparison-json.js');
      return ok(`${JSON.stringify(comparisonJson(comparison), undefined, 2)}\n`);
    }
    case 'html':
      return pageOf(comparison, project, template);
  }
}

async function pageOf(
  comparison: Comparison,
  project: Project,
  template: string | undefined,
): Promise<Result<string>> {
  const { comparisonPage } = await import('../../report/comparison/render-comparison.js');
  try {
    const templateFolder = template === undefined ? undefined : resolve(template);
    return ok(comparisonPage(comparison, { templateFolder, projectRoot: project.root }));
  } catch (error) {
    if (error instanceof ProblemError) return failed(...error.problems);
    throw error;
  }
}

function writeTo(file: string, text: string): Result<void> {
  try {
    writeFileAtomic(file, text);
    return ok(undefined);
  } catch (error) {
    if (error instanceof ProblemError) return failed(...error.problems);
    const { syscall, code, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const fix = `${code === 'ENOSPC' ? 'free some room, or ' : ''}name another file by --output`;
    return failed({ code: 'export-not-written', message: `cannot write ${file}: ${message}`, fix });
  }
}

function outcome({ runs, objective, sweep }: Comparison, format: Format, file: string): object {
  const [best] = runs;
  return {
    status: 'done',
    ...{ format, file, runs: runs.length, objective },
    best: best?.id,
    value: best && objectiveValue(best, objective),
    ...(sweep === undefined ? {} : { sweep: sweep.name }),
  };
}
