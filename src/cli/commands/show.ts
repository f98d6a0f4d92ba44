/** `assay show`: one run, its stages, metrics and configuration. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { formatSeconds } from '../../core/format-units.js';
import { isoTime } from '../../core/iso-time.js';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js';
import type { RunDetail } from '../../tracking/run-detail.js';
import { outputFolder } from '../artifact-folders.js';
import { exitCodes, print, printJson, refuse } from '../output.js';
import { readRecord } from '../record.js';
import { shownPath } from '../shown-path.js';
import { openProject, type Project } from '../wire.js';

/** A setting a line, by dotted path. */
function settingLines(value: Json, path: string): string[] {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, member]) =>
      settingLines(member, path === '' ? key : `${path}.${key}`),
    );
  }
  const text = JSON.stringify(value);
  return [`${path}: ${text.length > 100 ? `${text.slice(0, 97)}…` : text}`];
}

/** By the paths that `--set` takes. What each stage is and needs, `--json` tells. */
function settingsAsTyped({ seed, engine, params, stages }: JsonObject): string[] {
  const facts = Object.entries({ seed, engine, params }).flatMap(([path, value]) =>
    value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)
      ? []
      : settingLines(value, path),
  );
  const settings = Object.entries(isJsonObject(stages) ? stages : {}).flatMap(([name, stage]) => {
    const given = isJsonObject(stage) ? stage['with'] : undefined;
    return isJsonObject(given) && Object.keys(given).length > 0 ? settingLines(given, name) : [];
  });
  return [...facts, ...settings];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function describe(run: RunDetail, project: Project): string {
  const facts = [
    ['experiment', `${run.experiment} (${run.file})`],
    ...(run.trial === null ? [] : [['trial', `${run.trial.number} of sweep ${run.trial.sweep}`]]),
    ['status', run.status],
    ['started', `${isoTime(run.started).slice(0, 19).replace('T', ' ')} UTC`],
    ['took', run.seconds === null ? '' : formatSeconds(run.seconds)],
    ['engine', run.engine],
    ['seed', String(run.seed)],
  ];
  const stages = run.stages.map(({ name, status, seconds, summary }) => [
    name,
    status,
    seconds === null ? '' : formatSeconds(seconds),
    summary?.note ?? '',
  ]);
  const folders = run.stages.flatMap(({ name, artifact }) => {
    const folder = artifact === null ? undefined : project.cache.folderOf(artifact);
    if (folder === undefined) return [];
    return [[name, existsSync(folder) ? shownPath(folder) : 'removed from the cache']];
  });
  const report = join(project.runsFolder, run.id, 'report.html');
  const metrics = Object.entries(run.metrics).map(([key, value]) => [
    key,
    String(Number(value.toPrecision(6))),
  ]);
  return [
    run.id,
    ...table(facts).map((line) => `  ${line}`),
    ...(existsSync(report) ? [`  report      ${relative(process.cwd(), report)}`] : []),
    ...section('varied', table(Object.entries(run.trial?.labels ?? {}))),
    ...section('stages', table(stages)),
    ...section('metrics', table(metrics)),
    ...section('folders', table(folders)),
    ...section(
      'problems',
      run.problems.map(({ severity, code, message }) => `${severity} [${code}] ${message}`),
    ),
    ...section('settings', settingsAsTyped(run.config)),
    ...section(
      'versions',
      Object.entries(run.versions).map(([name, version]) => `${name} ${version}`),
    ),
  ].join('\n');
}

export interface ShowOptions {
  readonly json?: boolean;
  /** A stage, whose folder is all that is wanted. */
  readonly path?: string;
}

/** Times as ISO 8601 in UTC, and where each output lies. */
function toJson(run: RunDetail, { cache }: Project): object {
  return {
    ...run,
    started: isoTime(run.started),
    ended: isoTime(run.ended),
    stages: run.stages.map((stage) => ({
      ...stage,
      folder: stage.artifact === null ? null : (cache.folderOf(stage.artifact) ?? null),
    })),
    problems: run.problems.map((problem) => ({ ...problem, time: isoTime(problem.time) })),
  };
}

export async function showCommand(reference: string, options: ShowOptions): Promise<number> {
  const project = openProject();
  const run = await readRecord(project, (tracking) => tracking.run(reference));
  if (!run.ok) return refuse(run.problems, options);
  if (options.path !== undefined) {
    const folder = outputFolder(run.value, options.path, project);
    if (!folder.ok) return refuse(folder.problems, options);
    if (options.json === true) printJson({ run: run.value.id, stage: options.path, folder: folder.value });
    else print(folder.value);
  } else if (options.json === true) printJson(toJson(run.value, project));
  else print(describe(run.value, project));
  return exitCodes.done;
}
