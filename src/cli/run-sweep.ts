/** Runs a sweep: claims its name, subscribes the terminal and SQLite, and says at the end how it went. */
import type { CheckedExperiment } from '../config/checked-experiment.js';
import type { ExperimentTemplate } from '../config/experiment-template.js';
import { formatProblem } from '../core/format-problem.js';
import type { Problem } from '../core/problem.js';
import type { RecordedSweep, SweepEvent, SweepHeader } from '../core/sweep-events.js';
import { selectEngine } from '../engine/providers.js';
import type { GitState } from '../run/environment.js';
import { createSampler } from '../sweep/samplers/create-sampler.js';
import { Sweep } from '../sweep/sweep.js';
import type { SweepOutcome } from '../sweep/sweep-parts.js';
import { sweepChanged } from '../sweep/sweep-changed.js';
import { openTracking, type Tracking } from '../tracking/tracking.js';
import { watchInterruption } from './interruption.js';
import { exitCodes, printJson, problemStyle, refuse, say } from './output.js';
import { makeSweepHeader } from './sweep-header.js';
import { callWebhook, ringBell } from './sweep-notice.js';
import type { SweepRequest } from './sweep-options.js';
import { summaryJson, summaryText, trialJson, type SummaryFacts } from './sweep-summary.js';
import { SweepTerminal } from './sweep-terminal.js';
import { SweepView } from './sweep-view.js';
import { openExecutor, sweepParts } from './sweep-wire.js';
import { countOf } from './sweep-words.js';
import type { Project } from './wire.js';

export interface SweepToRun {
  readonly project: Project;
  /** Absolute. */
  readonly file: string;
  readonly template: ExperimentTemplate;
  readonly request: SweepRequest;
  /** Arguments of `--set` that are not searched over. */
  readonly set: readonly string[];
  /** And those that are. */
  readonly lists?: readonly string[];
  readonly git: Promise<GitState | undefined>;
  readonly verify: boolean;
  readonly json: boolean;
}

/** Resolves to the exit code. */
export async function runSweep(run: SweepToRun): Promise<number> {
  const { project, template, request, json } = run;
  const base = template.check({});
  if (!base.ok) return refuse(base.problems, run);
  const tracking = openTracking(project.runsFolder);
  if (!tracking.ok) {
    refuse(tracking.problems, run);
    return exitCodes.failed;
  }
  const { name } = request.sweep;
  try {
    tracking.value.markInterrupted();
    const claimed = tracking.value.claimSweep(name);
    if (!claimed.ok) return refuse(claimed.problems, run);
    const recorded = await tracking.value.sweep(name);
    if (!recorded.ok) return refuse(recorded.problems, { json });
    return await goOn(run, base.value, tracking.value, recorded.value);
  } finally {
    // Given back already where the sweep began and ended.
    tracking.value.releaseSweep(name);
    tracking.value.close();
  }
}

async function goOn(
  run: SweepToRun,
  base: CheckedExperiment,
  tracking: Tracking,
  recorded: RecordedSweep | undefined,
): Promise<number> {
  const { request, json, set, lists, verify, template } = run;
  const { sweep } = request;
  const header = makeSweepHeader(base, request, recorded);
  const searched = sweep.space.parameters.map(({ path }) => path);
  const changed = recorded === undefined ? undefined : sweepChanged(recorded, header, searched);
  if (changed !== undefined) return refuse([changed], run);
  // Without an engine every trial would fail in the same way.
  const engine = await selectEngine(base.engine, { threads: header.threads, verify });
  if (!engine.ok) return refuse(engine.problems, run);
  const setup = { file: run.file, set, lists, threads: header.threads, verify, git: await run.git };
  // Of an earlier session that was killed, and of workers of this one.
  const tidy = (): Promise<unknown> => run.project.cache.sweepLeftovers().catch(() => undefined);
  await tidy();
  const executor = await openExecutor(request, setup, run.project);
  if (!executor.ok) return refuse(executor.problems, run);
  if (!json) for (const line of introduction(run, header, recorded)) say(line);

  const warn = (problem: Problem): void => say(formatProblem(problem, problemStyle, 'warning'));
  const recorder = tracking.sweepRecorder({ onProblem: warn });
  const terminal = json ? undefined : await SweepTerminal.open(new SweepView(recorded));
  const interruption = watchInterruption();
  let outcome: SweepOutcome;
  try {
    outcome = await new Sweep(
      sweepParts({
        ...{ template, request, header, recorded },
        executor: executor.value,
        listen: (event: SweepEvent) => {
          recorder.listen(event);
          terminal?.listen(event);
        },
        signal: interruption.signal,
      }),
    ).run();
  } finally {
    try {
      await executor.value.close();
      await tidy();
    } finally {
      terminal?.close();
      recorder.close();
      interruption.stop();
    }
  }
  return conclude(run, { header, outcome, set });
}

/** What a sweep says before it begins. */
function introduction(
  { request: { sweep } }: SweepToRun,
  { seed }: SweepHeader,
  recorded: RecordedSweep | undefined,
): string[] {
  const lines: string[] = [];
  const { size } = createSampler(sweep.sampler, {
    space: sweep.space,
    seed,
    objectives: sweep.objectives.length,
  });
  if (size !== undefined) {
    const least =
      sweep.trials === undefined || sweep.trials >= size ? '' : `; ${sweep.trials} of them are tried`;
    lines.push(`the grid holds ${countOf(size, 'configuration')}${least}`);
  }
  if (recorded !== undefined && recorded.trials.length > 0) {
    const done = recorded.trials.filter(({ state }) => ['done', 'pruned', 'failed'].includes(state)).length;
    const all = sweep.trials ?? size;
    lines.push(
      `going on with sweep ${sweep.name}: ${done}${all === undefined ? '' : ` of ${all}`} trials are done`,
    );
  }
  return lines;
}

async function conclude(run: SweepToRun, facts: SummaryFacts): Promise<number> {
  const { outcome } = facts;
  const { notify } = run.request.sweep;
  if (run.json) printJson({ ...summaryJson(facts), trials: outcome.trials.map(trialJson) });
  else {
    if (outcome.problem !== undefined)
      say(
        `\n${formatProblem(outcome.problem, problemStyle, outcome.status === 'failed' ? 'error' : 'warning')}`,
      );
    say(`\n${summaryText(facts)}`);
  }
  if (notify.webhook !== undefined) {
    const problem = await callWebhook(notify.webhook, summaryJson(facts));
    if (problem !== undefined) say(formatProblem(problem, problemStyle, 'warning'));
  }
  if (notify.bell) ringBell();
  return exitCodeOf(outcome);
}

function exitCodeOf({ status, trials }: SweepOutcome): number {
  if (status !== 'done') return exitCodes[status];
  const ended = trials.filter(({ state }) => state === 'failed' || state === 'done' || state === 'pruned');
  const allFailed = ended.length > 0 && ended.every(({ state }) => state === 'failed');
  return allFailed ? exitCodes.failed : exitCodes.done;
}
