/** `assay sweep`: searches the space of an experiment's `sweep:` block, or goes on with it. */
import { resolve } from 'node:path';
import { openExperimentTemplate } from '../../config/experiment-template.js';
import { readGitState } from '../../run/environment.js';
import { refuse } from '../output.js';
import { runSweep } from '../run-sweep.js';
import { withOptions, type SweepOptions } from '../sweep-options.js';
import { loadStageFile, openProject } from '../wire.js';

export async function sweepCommand(file: string, options: SweepOptions): Promise<number> {
  const path = resolve(file);
  const git = readGitState(resolve(path, '..'));
  const project = openProject(file);
  const opened = await openExperimentTemplate({
    file,
    projectRoot: project.root,
    set: options.set,
    loadCustomStage: loadStageFile,
  });
  if (!opened.ok) return refuse(opened.problems, options);
  const template = opened.value;
  if (template.sweep === undefined) {
    const problem = {
      code: 'no-sweep',
      message: `expected ${file} to have a block "sweep", got none`,
      fix: `say what to try in it (docs/sweeps.md), or run it once: npx assay run ${file}`,
    };
    return refuse([problem], options);
  }
  const request = withOptions(template.sweep, options);
  if (!request.ok) return refuse(request.problems, options);
  return runSweep({
    ...{ project, file: path, template, request: request.value, git },
    set: options.set,
    verify: false,
    json: options.json === true,
  });
}
