/** `assay run`: subscribes the terminal and SQLite to a run, and says at the end how it went. */
import { join, resolve } from 'node:path';
import type { EventListener, StepVerification } from '../../core/events.js';
import type { Problem } from '../../core/problem.js';
import { assessPlan, showCheckpoint } from '../../run/assess-plan.js';
import { readGitState } from '../../run/environment.js';
import { publishReport } from '../../run/publish-report.js';
import { commandOfRun, makeRunHeader } from '../../run/run-header.js';
import { makeRunId } from '../../run/run-id.js';
import type { RunOutcome } from '../../run/run-outcome.js';
import { Runner } from '../../run/runner.js';
import { openTracking } from '../../tracking/tracking.js';
import { modelFile } from '../artifact-folders.js';
import { engineShare, type ShareOptions } from '../engine-share.js';
import { watchInterruption } from '../interruption.js';
import { exitCodes, printJson, problemStyle, refuse, say } from '../output.js';
import { formatProblem } from '../../core/format-problem.js';
import { Terminal } from '../terminal.js';
import { shownPath } from '../shown-path.js';
import { prepare, type Prepared } from '../wire.js';

export interface RunOptions extends ShareOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
}

interface Verification extends StepVerification {
  readonly stage: string;
}

/** Why `--verify-engine` had nothing to compare. */
function nothingVerified({ engine, stages }: RunOutcome): string {
  const trained = stages.some(({ kind, status }) => kind === 'train' && status === 'ran');
  if (engine !== 'onnx')
    return `nothing was verified: only the engine onnx is compared with tfjs, not ${engine}`;
  return trained
    ? 'nothing was verified: no step was computed'
    : 'nothing was verified: nothing was trained, as it lay in the cache or was not reached';
}

function printOutcome(
  outcome: RunOutcome,
  prepared: Prepared,
  verified: readonly Verification[] | undefined,
): void {
  printJson({
    run: outcome.id,
    status: outcome.status,
    experiment: prepared.experiment.name,
    engine: outcome.engine,
    seconds: outcome.seconds,
    stages: outcome.stages.map(({ name, status, fingerprint, seconds, artifact }) => ({
      name,
      status,
      fingerprint,
      seconds,
      artifact,
      folder: prepared.project.cache.folderOf(artifact),
    })),
    metrics: outcome.metrics,
    model: modelFile(outcome, prepared),
    report: outcome.report,
    verified,
    ...(outcome.problems.length === 0 ? {} : { problems: outcome.problems }),
  });
}

/** `train.batchSize=[32, 64]`: perhaps a grid. What the setting takes decides. */
function looksLikeList(pair: string): boolean {
  return /^[^=]*=\s*\[/.test(pair);
}

/** Stages that go on from a checkpoint; what ended lies in the cache, and need not be told. */
async function sayWhatWasKept({ engine, project }: Prepared): Promise<void> {
  const { stages } = await assessPlan(engine.plan, project.cache);
  for (const stage of stages) {
    if (stage.state === 'runs' && stage.checkpoint !== undefined)
      say(`kept: ${stage.name} ${showCheckpoint(stage.checkpoint)}`);
  }
}

export async function runCommand(file: string, options: RunOptions): Promise<number> {
  // Asked of git at once, in another process, while the files are read here.
  const git = readGitState(resolve(file, '..'));
  const share = engineShare(options);
  if (!share.ok) return refuse(share.problems, options);
  if (options.set.some((pair) => looksLikeList(pair))) {
    const { runGrid } = await import('../run-grid.js');
    const code = await runGrid(file, options, git);
    if (code !== undefined) return code;
  }
  const prepared = await prepare(file, options.set, share.value);
  if (!prepared.ok) return refuse(prepared.problems, options);
  const { project, experiment, engine, note, reportRenderer } = prepared.value;
  const tracking = openTracking(project.runsFolder);
  if (!tracking.ok) {
    refuse(tracking.problems, options);
    return exitCodes.failed;
  }
  const warn = (problem: Problem): void => say(formatProblem(problem, problemStyle, 'warning'));
  tracking.value.markInterrupted();
  const recorder = tracking.value.recorder({ onProblem: warn });
  const id = makeRunId(experiment.name, new Date());
  const command = commandOfRun(experiment, engine, options.set);
  const run = makeRunHeader(id, experiment, engine, await git, command);
  const listeners: EventListener[] = [recorder.listen];
  if (options.json !== true) listeners.push((await Terminal.open()).listen);
  if (note !== undefined && options.json !== true) say(note);

  const verifications: Verification[] = [];
  listeners.push((event) => {
    if (event.type === 'stage-event' && event.event.type === 'engine-verified')
      verifications.push({ stage: event.stage, ...event.event.verification });
  });

  const interruption = watchInterruption();
  try {
    const outcome = await new Runner(engine, run, {
      cache: project.cache,
      reportRenderer,
      signal: interruption.signal,
      listen: (event) => {
        for (const listen of listeners) listen(event);
      },
      publishReport: (folder) => publishReport(folder, join(project.runsFolder, run.id)),
      command,
    }).execute();
    if (outcome.status === 'interrupted' && options.json !== true) await sayWhatWasKept(prepared.value);
    const model = modelFile(outcome, prepared.value);
    if (options.json !== true && model !== undefined) say(`model: ${shownPath(model)}`);
    const verified = options.verifyEngine === true ? verifications : undefined;
    if (options.json !== true && verified?.length === 0) say(nothingVerified(outcome));
    if (options.json === true) printOutcome(outcome, prepared.value, verified);
    else if (outcome.report !== undefined) say(`open it: file://${outcome.report}`);
    else if (outcome.status === 'failed') say(`see it again: npx assay show ${run.id}`);
    return exitCodes[outcome.status];
  } finally {
    interruption.stop();
    recorder.close();
    tracking.value.close();
  }
}
