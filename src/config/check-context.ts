/** What every check needs beside its file: the project, the stage kinds, the compiled validators. */
import { realPath } from '../core/inside-folder.js';
import { loadValidators, type CompiledValidators } from './compiled-validators.js';
import type { CustomStageLoader, PipelineContext } from './pipeline-file.js';
import type { FileRequest } from './read-source.js';
import { builtInKinds, type StageKinds } from './stage-kinds.js';

export interface CheckOptions {
  /** The file, absolute or relative to the working directory. */
  readonly file: string;
  /** As `findProjectRoot` gives it. Every file that is read must lie in it. */
  readonly projectRoot: string;
  readonly loadCustomStage: CustomStageLoader;
  /** Default: the kinds that come with Assay. */
  readonly kinds?: StageKinds | undefined;
}

export interface CheckContext {
  readonly projectRoot: string;
  readonly request: FileRequest;
  readonly validators: CompiledValidators;
  readonly pipelines: PipelineContext;
}

export async function openContext(options: CheckOptions): Promise<CheckContext> {
  const validators = await loadValidators();
  const projectRoot = realPath(options.projectRoot);
  const kinds = options.kinds ?? builtInKinds(validators);
  return {
    projectRoot,
    validators,
    request: {
      path: options.file,
      from: process.cwd(),
      root: projectRoot,
      what: 'the file',
      absoluteAllowed: true,
    },
    pipelines: { checker: validators.pipeline, kinds, loadCustomStage: options.loadCustomStage },
  };
}
