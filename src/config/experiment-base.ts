/**
 * An experiment whose files were read, and which is judged again and again with more set over it. What no setting changes
 * is worked out once. Reads nothing but networks, and those once.
 */
import type { Result } from '../core/problem.js';
import { failed, ok } from '../core/problem.js';
import { assemble, parentOf, type Parent } from './assemble-experiment.js';
import type { CheckContext } from './check-context.js';
import type { CheckedExperiment } from './checked-experiment.js';
import { completeStages, type CompleteConfiguration } from './complete-stages.js';
import { assignOver, mergeConfiguration, type Configuration } from './configuration.js';
import type { Assignment } from './dotted-path.js';
import { checkFacts, type ExperimentFiles } from './experiment-files.js';
import type { NetworkFiles } from './inline-network.js';
import { ProblemList } from './problem-list.js';
import { wire, type WiredStage } from './wiring.js';

/** An experiment with everything put in, and all that is wrong with it. */
export interface Judgement {
  readonly problems: ProblemList;
  readonly configuration: Configuration;
  readonly complete: CompleteConfiguration;
}

export class ExperimentBase {
  readonly files: ExperimentFiles;
  readonly projectRoot: string;
  private readonly context: CheckContext;
  private readonly networkFiles: NetworkFiles = new Map();
  private readonly configuration: Configuration;
  private readonly wired: readonly WiredStage[];
  private readonly problems = new ProblemList();
  private parent: Parent | undefined;

  constructor(files: ExperimentFiles, context: CheckContext) {
    this.files = files;
    this.context = context;
    this.projectRoot = context.projectRoot;
    this.configuration = mergeConfiguration(files.pipeline, files.layers, files.commandLine, this.problems);
    checkFacts(files.commandLine, context.validators.experiment, this.problems);
    this.wired = wire(files.pipeline.stages, this.problems);
  }

  /** Assignments to a path go before those to paths below it, whatever their order. */
  judge(assignments: readonly Assignment[]): Judgement {
    const problems = new ProblemList();
    problems.addAll(this.problems.all);
    checkFacts(assignments, this.context.validators.experiment, problems);
    const configuration =
      assignments.length === 0
        ? this.configuration
        : assignOver(this.configuration, outermostFirst(assignments), problems);
    const { projectRoot, networkFiles } = this;
    const networks = this.context.validators;
    const complete = completeStages(
      configuration,
      { projectRoot, networks, networkFiles, partial: false },
      problems,
    );
    return { problems, configuration, complete };
  }

  /** What was judged, if nothing is wrong with it. */
  finish({ problems, configuration, complete }: Judgement): Result<CheckedExperiment> {
    if (!problems.empty) return failed(...problems.sorted());
    this.parent ??= parentOf(this.files, this.projectRoot);
    const [own] = this.files.layers;
    const { wired, projectRoot, parent } = this;
    return ok(assemble({ own: own!, configuration, complete, wired, projectRoot, parent }));
  }
}

function outermostFirst(assignments: readonly Assignment[]): readonly Assignment[] {
  const depth = ({ path }: Assignment): number => path.split('.').length;
  return assignments.toSorted((one, other) => depth(one) - depth(other));
}
