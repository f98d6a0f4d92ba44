/** `assay validate`: checks files of any kind and tells every problem of each. */
import { resolve } from 'node:path';
import { checkFile } from '../../config/check-file.js';
import type { Problem } from '../../core/problem.js';
import { exitCodes, print, printJson, refuse } from '../output.js';
import { loadStageFile, openProject } from '../wire.js';

export async function validateCommand(
  files: readonly string[],
  options: { json?: boolean },
): Promise<number> {
  const problems: Problem[] = [];
  const valid: { file: string; kind: string }[] = [];
  for (const file of files) {
    const checked = await checkFile({
      file: resolve(file),
      projectRoot: openProject(file).root,
      loadCustomStage: loadStageFile,
    });
    if (checked.ok) valid.push({ file, kind: checked.value.kind });
    else problems.push(...checked.problems);
  }
  if (options.json === true) {
    printJson({ status: problems.length === 0 ? 'valid' : 'invalid', files: valid, problems });
    return problems.length === 0 ? exitCodes.done : exitCodes.invalid;
  }
  for (const { file, kind } of valid) print(`${file}: ${kind}, fine`);
  return problems.length === 0 ? exitCodes.done : refuse(problems);
}
