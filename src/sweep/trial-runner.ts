/**
 * Runs a trial: the experiment with the trial's assignments set over it, checked, planned and executed as `assay run`
 * does it. What trials share (engines, data in memory, what git says) is kept from one to the next. Knows neither
 * processes nor the sweep.
 */
import { join } from 'node:path';
import type { ArtifactCache, Lock } from '../cache/artifact-cache.js';
import type { CheckedExperiment } from '../config/checked-experiment.js';
import type { JsonObject } from '../core/json.js';
import { ok, type Result } from '../core/problem.js';
import type { EngineOptions } from '../engine/engine.js';
import type { GitState } from '../run/environment.js';
import { planForEngine, type PlannedEngine } from '../run/planned-engine.js';
import { publishReport } from '../run/publish-report.js';
import { commandOfRun, makeRunHeader } from '../run/run-header.js';
import type { RunOutcome } from '../run/run-outcome.js';
import { Runner } from '../run/runner.js';
import type { ReportRenderer } from '../stages/stage.js';
import type { JobOutcome, TrialHost, TrialJob, TrialRunner } from './executors/executor.js';
import { KeptEngines } from './kept-engines.js';
import { setArguments } from '../core/set-arguments.js';

export interface TrialRunnerOptions {
  /** The experiment with these set over it (dotted path → value). */
  check(assignments: JsonObject): Result<CheckedExperiment> | Promise<Result<CheckedExperiment>>;
  readonly cache: ArtifactCache;
  /** Reports are put into `<runsFolder>/<run>/`. */
  readonly runsFolder: string;
  readonly reportRenderer: ReportRenderer;
  readonly share: Pick<EngineOptions, 'threads' | 'verify'>;
  readonly git?: GitState | undefined;
  /** Arguments of the sweep's own `--set`, for the command line that makes a trial again. */
  readonly set?: readonly string[] | undefined;
}

interface PreparedTrial {
  readonly experiment: CheckedExperiment;
  readonly engine: PlannedEngine;
}

export function createTrialRunner(options: TrialRunnerOptions): TrialRunner {
  return new LocalTrialRunner(options);
}

class LocalTrialRunner implements TrialRunner {
  readonly #options: TrialRunnerOptions;
  readonly #engines: KeptEngines;
  /** What was read ahead, by run. */
  readonly #prepared = new Map<string, Promise<Result<PreparedTrial>>>();
  /** Held from the first trial on: garbage is not collected between two trials either. */
  #hold: Promise<Lock> | undefined;

  constructor(options: TrialRunnerOptions) {
    this.#options = options;
    this.#engines = new KeptEngines(options.share);
  }

  prepare(job: TrialJob): void {
    const prepared = this.#prepare(job);
    // A bug in there is told when the trial is run.
    prepared.catch(() => undefined);
    this.#prepared.set(job.run, prepared);
  }

  async run(job: TrialJob, host: TrialHost): Promise<JobOutcome> {
    this.#hold ??= this.#options.cache.hold();
    await this.#hold;
    const prepared = await (this.#prepared.get(job.run) ?? this.#prepare(job));
    // What was read ahead for jobs that went elsewhere is dropped as well.
    this.#prepared.clear();
    if (!prepared.ok)
      return { status: 'failed', stage: undefined, kind: undefined, problems: prepared.problems };
    const outcome = await this.#execute(job, prepared.value, host);
    // An engine that failed may be no good any more.
    if (outcome.status === 'failed') await this.#engines.close();
    return asJobOutcome(outcome);
  }

  async close(): Promise<void> {
    await this.#engines.close();
    (await this.#hold)?.release();
    this.#hold = undefined;
  }

  async #prepare({ assignments }: TrialJob): Promise<Result<PreparedTrial>> {
    const experiment = await this.#options.check(assignments);
    if (!experiment.ok) return experiment;
    const engine = await this.#engines.select(experiment.value.engine);
    if (!engine.ok) return engine;
    const planned = planForEngine(experiment.value, engine.value, this.#options.reportRenderer);
    return ok({ experiment: experiment.value, engine: planned });
  }

  #execute(job: TrialJob, { experiment, engine }: PreparedTrial, host: TrialHost): Promise<RunOutcome> {
    const { cache, reportRenderer, runsFolder, git, set = [] } = this.#options;
    const assigned = setArguments(job.assignments, experiment.file);
    const command = commandOfRun(experiment, engine, [...set, ...assigned]);
    return new Runner(engine, makeRunHeader(job.run, experiment, engine, git, command), {
      cache,
      reportRenderer,
      signal: host.signal,
      listen: (event) => host.event(event),
      publishReport: (folder) => publishReport(folder, join(runsFolder, job.run)),
      command,
      ...(job.asks ? { afterEpoch: (_, record, resumed) => this.#decide(job, record, resumed, host) } : {}),
    }).execute();
  }

  #decide(
    { reported = Infinity }: TrialJob,
    record: Parameters<TrialHost['decide']>[0],
    resumed: boolean,
    host: TrialHost,
  ): ReturnType<TrialHost['decide']> {
    return resumed && record.epoch <= reported ? Promise.resolve('continue') : host.decide(record);
  }
}

function asJobOutcome({ status, metrics, problems, failed }: RunOutcome): JobOutcome {
  switch (status) {
    case 'done':
      return { status, metrics };
    case 'failed':
      return { status, stage: failed?.stage, kind: failed?.kind, problems };
    case 'interrupted':
    case 'paused':
    case 'pruned':
      return { status };
  }
}
