/** Checks a pipeline by itself, for `assay validate`: what an experiment would meet that sets nothing. */
import { failed, ok, type Result } from '../core/problem.js';
import { openContext, type CheckOptions } from './check-context.js';
import { completeStages } from './complete-stages.js';
import { mergeConfiguration } from './configuration.js';
import { readPipeline } from './pipeline-file.js';
import { ProblemList } from './problem-list.js';
import { wire } from './wiring.js';

export interface CheckedPipeline {
  /** Relative to the project's root. */
  readonly file: string;
  /** Names in the order in which they run. */
  readonly stages: readonly string[];
}

/** Settings that a kind requires may be missing: experiments give them. Everything else is judged as in an experiment. */
export async function checkPipeline(options: CheckOptions): Promise<Result<CheckedPipeline>> {
  const { projectRoot, request, validators, pipelines } = await openContext(options);
  const problems = new ProblemList();
  const pipeline = await readPipeline(request, pipelines, problems);
  if (pipeline === undefined) return failed(...problems.sorted());
  const configuration = mergeConfiguration(pipeline, [], [], problems);
  completeStages(configuration, { projectRoot, networks: validators, partial: true }, problems);
  const wired = wire(pipeline.stages, problems);
  if (!problems.empty) return failed(...problems.sorted());
  return ok({ file: pipeline.document.source.name, stages: wired.map(({ stage }) => stage.name) });
}
