/** What is known of a run at its beginning, and the command line that makes it again. Reads nothing. */
import type { CheckedExperiment } from '../config/checked-experiment.js';
import type { RunHeader } from '../core/events.js';
import { shellQuote } from '../core/shell-quote.js';
import { engineFacts, type GitState } from './environment.js';
import type { PlannedEngine } from './planned-engine.js';

/** @param command as `commandOfRun` tells. */
export function makeRunHeader(
  id: string,
  experiment: CheckedExperiment,
  { identity, plan }: PlannedEngine,
  git: GitState | undefined,
  command: string,
): RunHeader {
  return {
    id,
    experiment: experiment.name,
    file: experiment.file,
    seed: experiment.seed,
    config: experiment.config,
    git,
    ...engineFacts(identity),
    pid: process.pid,
    command,
    stages: plan.stages.map(({ stage }) => ({
      name: stage.name,
      kind: stage.descriptor.kind,
      needs: stage.needs,
    })),
  };
}

/** @param set arguments of `--set`, in order. */
export function commandOfRun(
  experiment: CheckedExperiment,
  { identity }: PlannedEngine,
  set: readonly string[],
): string {
  const { threads } = identity.numerics;
  return shellQuote([
    'npx',
    'assay',
    'run',
    experiment.file,
    ...set.flatMap((pair) => ['--set', pair]),
    // As many threads elsewhere, where they are part of what gives the same numbers.
    ...(typeof threads === 'number' ? ['--threads', String(threads)] : []),
  ]);
}
