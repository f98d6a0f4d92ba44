/** `assay run` with a list given to a setting that takes none: a small sweep over the grid of the values, at once. */
import { resolve } from 'node:path';
import { openExperimentTemplate } from '../config/experiment-template.js';
import type { GitState } from '../run/environment.js';
import type { ShareOptions } from './engine-share.js';
import { refuse } from './output.js';
import { runSweep } from './run-sweep.js';
import { withOptions } from './sweep-options.js';
import { loadStageFile, openProject } from './wire.js';

export interface GridOptions extends ShareOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** Resolves to the exit code; to nothing where every list is what its setting takes, so that there is no grid. */
export async function runGrid(
  file: string,
  options: GridOptions,
  git: Promise<GitState | undefined>,
): Promise<number | undefined> {
  const path = resolve(file);
  const project = openProject(file);
  const opened = await openExperimentTemplate({
    file,
    projectRoot: project.root,
    set: options.set,
    loadCustomStage: loadStageFile,
    expandLists: true,
  });
  if (!opened.ok) return refuse(opened.problems, options);
  const template = opened.value;
  const { sweep } = template;
  if (sweep === undefined) return undefined;
  const request = withOptions(sweep, { ...options });
  if (!request.ok) return refuse(request.problems, options);
  const searched = new Set(sweep.space.parameters.map((parameter) => parameter.path));
  const isSearched = (pair: string): boolean => searched.has(pair.slice(0, pair.indexOf('=')).trim());
  return runSweep({
    ...{ project, file: path, template, request: request.value, git },
    set: options.set.filter((pair) => !isSearched(pair)),
    lists: options.set.filter(isSearched),
    verify: options.verifyEngine ?? false,
    json: options.json === true,
  });
}
