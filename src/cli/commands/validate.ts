/** `assay validate`: checks files of any kind, and those in folders, and tells every problem of each. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { checkFile } from '../../config/check-file.js';
import { problemKey } from '../../config/problem-list.js';
import type { Problem } from '../../core/problem.js';
import { exitCodes, print, printJson, refuse } from '../output.js';
import { loadStageFile, openProject } from '../wire.js';

/** The YAML files of a folder and those below it, sorted; hidden folders and installed packages are passed over. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return entry.isFile() && /\.ya?ml$/i.test(entry.name) ? [path] : [];
    });
}

/** What stands for a folder; the path itself where it is none. */
function expand(path: string, problems: Problem[]): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const files = filesIn(path);
  if (files.length === 0) {
    problems.push({
      code: 'no-files',
      message: `expected ${relative(process.cwd(), resolve(path)) || 'this folder'} to hold YAML files, got none`,
    });
  }
  return files;
}

/** What an experiment and its pipeline have in common is told once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problemKey(problem), problem])).values()];
}

export async function validateCommand(
  paths: readonly string[],
  options: { json?: boolean },
): Promise<number> {
  const found: Problem[] = [];
  const valid: { file: string; kind: string }[] = [];
  for (const file of new Set(paths.flatMap((path) => expand(path, found)))) {
    const checked = await checkFile({
      file,
      projectRoot: openProject(file).root,
      loadCustomStage: loadStageFile,
    });
    if (checked.ok) valid.push({ file, kind: checked.value.kind });
    else found.push(...checked.problems);
  }
  const problems = distinct(found);
  if (options.json === true) {
    printJson({ status: problems.length === 0 ? 'valid' : 'invalid', files: valid, problems });
    return problems.length === 0 ? exitCodes.done : exitCodes.invalid;
  }
  for (const { file, kind } of valid) print(`${file}: ${kind}, fine`);
  return problems.length === 0 ? exitCodes.done : refuse(problems);
}
