/** Wires a sweep: sampler, scheduler, executor and trials, handed to the loop. Nothing below constructs any of them. */
import type { ExperimentTemplate } from '../config/experiment-template.js';
import type { RecordedSweep, SweepHeader, SweepListener } from '../core/sweep-events.js';
import { failed, ok, type Result } from '../core/problem.js';
import type { Executor } from '../sweep/executors/executor.js';
import { createSampler } from '../sweep/samplers/create-sampler.js';
import { createScheduler } from '../sweep/schedulers/create-scheduler.js';
import { experimentTrials } from '../sweep/experiment-trials.js';
import type { SweepParts } from '../sweep/sweep-parts.js';
import { spaceChanged } from './sweep-header.js';
import type { SweepRequest } from './sweep-options.js';
import { openTrialRunner, trialWorkerProgram, type TrialSetup } from './trial-setup.js';
import type { Project } from './wire.js';

/** Problems: why trials can't be run here at all. */
export async function openExecutor(
  { sweep, executor, workers }: SweepRequest,
  setup: TrialSetup,
  project: Project,
): Promise<Result<Executor>> {
  if (executor === 'inline') {
    const runner = await openTrialRunner(setup);
    if (!runner.ok) return failed(...runner.problems);
    const { createInlineExecutor } = await import('../sweep/executors/inline-executor.js');
    return ok(createInlineExecutor(runner.value));
  }
  const { createProcessExecutor } = await import('../sweep/executors/process-executor.js');
  return ok(
    createProcessExecutor({
      program: trialWorkerProgram,
      slots: workers,
      setup,
      stoppedSeconds: stoppedSeconds(),
      limits: { timeoutSeconds: sweep.timeoutSeconds, memoryBytes: sweep.memoryBytes },
      // What dead workers leave lies in nobody's way; a failure to remove it is told by those who need the room.
      sweepLeftovers: () => void project.cache.sweepLeftovers().catch(() => undefined),
    }),
  );
}

/** How long a worker may be silent before it counts as stopped; `ASSAY_STOPPED_SECONDS`, else a minute. */
function stoppedSeconds(): number | undefined {
  const seconds = Number(process.env['ASSAY_STOPPED_SECONDS']);
  return seconds > 0 ? seconds : undefined;
}

export interface SweepSession {
  readonly template: ExperimentTemplate;
  readonly request: SweepRequest;
  readonly header: SweepHeader;
  readonly recorded: RecordedSweep | undefined;
  readonly executor: Executor;
  readonly listen: SweepListener;
  readonly signal: AbortSignal;
}

/** Without a scheduler that looks at epochs, nobody asks how many there are. */
const anyEpochs = Number.MAX_SAFE_INTEGER;

/** Spaces of more points than this are as good as endless. */
const mostPoints = 1_000_000;

function countable(size = Infinity): number | undefined {
  return size <= mostPoints ? size : undefined;
}

export function sweepParts({ template, request, header, recorded, ...rest }: SweepSession): SweepParts {
  const { sweep } = request;
  const { space, objectives } = sweep;
  const context = { space, seed: header.seed, objectives: objectives.length };
  return {
    ...rest,
    sweep,
    header,
    recorded,
    template: experimentTrials(sweep, (assignments) => template.check(assignments)),
    sampler: createSampler(sweep.sampler, context),
    fallback: createSampler({ kind: 'random' }, context),
    size: countable(createSampler({ kind: 'grid', steps: mostPoints + 1 }, context).size),
    spaceChanged: spaceChanged(recorded, header),
    scheduler: (trials) =>
      createScheduler(sweep.scheduler, {
        maxEpochs: header.epochs ?? anyEpochs,
        seed: header.seed,
        trials,
      }),
  };
}
