/**
 * Runs a plan: each stage in order, from the cache where its fingerprint is known, else made once and kept. Emits
 * events and returns the outcome; it records nothing, draws nothing and knows no subscriber.
 */
import type { ArtifactCache, CacheEntry } from '../cache/artifact-cache.js';
import type { EventListener, Metrics, RunEventBody, RunHeader } from '../core/events.js';
import { ProblemError, type Problem } from '../core/problem.js';
import type { Engine } from '../engine/engine.js';
import { nameOf } from '../engine/providers.js';
import { reasonsToRun } from '../plan/explain-difference.js';
import { fingerprintOf, type FingerprintRecord } from '../plan/fingerprint.js';
import type { Plan, PlannedStage } from '../plan/plan.js';
import type { ReportRenderer, RunFacts } from '../stages/stage.js';
import type { RunOutcome, StageOutcome } from './run-outcome.js';
import { engineFacts } from './environment.js';
import { withLayerPlace } from './layer-place.js';
import type { PlannedEngine } from './planned-engine.js';
import { stageFailure } from './stage-failure.js';
import { openInputs } from './stage-inputs.js';

export interface RunServices {
  readonly cache: ArtifactCache;
  readonly reportRenderer: ReportRenderer;
  readonly signal: AbortSignal;
  readonly listen: EventListener;
  /** Puts a finished report where users look for it and returns that path. */
  publishReport(artifactFolder: string): string;
  /** The command line that makes this run again. */
  readonly command: string;
}

/** How often a stage is begun again because one of its inputs turned out rotten in between. */
const attempts = 3;

export class Runner {
  /** Replaced by the next one when it can't go on. */
  #inUse: PlannedEngine;
  #run: RunHeader;
  readonly #services: RunServices;
  readonly #outcomes = new Map<string, StageOutcome>();
  readonly #entries = new Map<string, CacheEntry>();
  #engine: Promise<Engine> | undefined;
  #report: string | undefined;

  /** @param engine what computes to begin with; opened when a stage first asks for it. */
  constructor(engine: PlannedEngine, run: RunHeader, services: RunServices) {
    this.#inUse = engine;
    this.#run = run;
    this.#services = services;
  }

  get #plan(): Plan {
    return this.#inUse.plan;
  }

  async execute(): Promise<RunOutcome> {
    const started = performance.now();
    this.#emit({ type: 'run-started', run: this.#run });
    let status: RunOutcome['status'] = 'done';
    let problems: readonly Problem[] = [];
    const hold = await this.#services.cache.hold();
    try {
      for (let at = 0; at < this.#plan.stages.length; at++) {
        const planned = this.#plan.stages[at]!;
        const stageStarted = performance.now();
        try {
          this.#services.signal.throwIfAborted();
          await this.#ensure(planned);
        } catch (error) {
          const located = withLayerPlace(error, this.#plan, planned.stage);
          if (await this.#changeEngine(located)) {
            at = this.#plan.stages.findIndex(({ stage }) => stage.descriptor.dependsOnEngine) - 1;
            continue;
          }
          const failure = stageFailure(located, this.#services.signal);
          status = failure.kind;
          if (failure.kind === 'failed') {
            problems = failure.problems;
            const seconds = (performance.now() - stageStarted) / 1000;
            this.#emit({ type: 'stage-failed', stage: planned.stage.name, seconds, problems });
          }
          break;
        }
      }
    } finally {
      hold.release();
      await this.#closeEngine();
    }
    const metrics = this.#finalMetrics();
    const seconds = (performance.now() - started) / 1000;
    const report = this.#report;
    this.#emit({ type: 'run-ended', status, seconds, metrics, report });
    const stages = this.#plan.stages.flatMap(({ stage }) => this.#outcomes.get(stage.name) ?? []);
    return { id: this.#run.id, engine: this.#run.engine, status, seconds, stages, metrics, problems, report };
  }

  #emit(body: RunEventBody): void {
    this.#services.listen({ ...body, runId: this.#run.id, time: Date.now() });
  }

  /**
   * Goes on with the next engine where the error is one that another engine would not have; the stages from the first that
   * depends on the engine are then to be done again, so that a run's numbers come from one engine.
   */
  async #changeEngine(error: unknown): Promise<boolean> {
    if (!(error instanceof ProblemError) || this.#services.signal.aborted) return false;
    const [problem] = error.problems as readonly [Problem];
    const next = await this.#inUse.next(problem);
    if (next === undefined) return false;
    await this.#closeEngine();
    this.#engine = undefined;
    this.#inUse = next;
    const facts = engineFacts(next.identity);
    this.#run = { ...this.#run, ...facts };
    const because = {
      ...problem,
      message: `${problem.message}; going on with ${nameOf(next.identity)}`,
      fix: undefined,
    };
    this.#emit({ type: 'engine-changed', because, ...facts });
    return true;
  }

  /** Brings about that the stage's output lies in the cache. */
  async #ensure(planned: PlannedStage): Promise<void> {
    const { cache, signal } = this.#services;
    const { stage } = planned;
    const record = planned.record(this.#inputDigests(planned));
    const fingerprint = fingerprintOf(record);
    if (await this.#takeFromCache(planned, fingerprint)) return;

    const onWait = (): void => this.#emit({ type: 'stage-waiting', stage: stage.name, fingerprint });
    const lock = await cache.lock(fingerprint, { signal, onWait });
    try {
      // Somebody else may have made it while we waited.
      if (await this.#takeFromCache(planned, fingerprint)) return;
      await this.#make(planned, record, fingerprint);
    } finally {
      lock.release();
    }
  }

  async #takeFromCache(planned: PlannedStage, fingerprint: string): Promise<boolean> {
    const found = await this.#services.cache.find(fingerprint);
    switch (found.state) {
      case 'absent':
        return false;
      case 'rotten':
        this.#emit({ type: 'warning', problem: found.problem });
        return false;
      case 'present': {
        const { entry } = found;
        if (!(await this.#publish(planned, entry))) return false;
        this.#keep(planned, entry, 'cached', 0);
        const { artifact, madeBy, summary } = entry;
        this.#emit({
          type: 'stage-cached',
          stage: planned.stage.name,
          fingerprint,
          artifact,
          madeBy,
          summary,
        });
        return true;
      }
    }
  }

  async #make(planned: PlannedStage, record: FingerprintRecord, fingerprint: string): Promise<void> {
    const { stage } = planned;
    const inputs = await this.#openInputs(planned);
    const last = this.#services.cache.lastUsed(stageKey(this.#plan, stage.name));
    const why = reasonsToRun(last?.record, record, stage.name);
    this.#emit({ type: 'stage-started', stage: stage.name, fingerprint, why });
    const started = performance.now();
    const workspace = await this.#services.cache.workspace(fingerprint);
    const checkpoints = this.#services.cache.checkpoints(fingerprint);
    try {
      const implementation = await stage.descriptor.load();
      const summary = await implementation.execute({
        settings: stage.settings as never,
        seed: this.#plan.experiment.seed,
        inputs: inputs.byRole,
        allInputs: inputs.all,
        output: workspace.folder,
        engine: () => (this.#engine ??= this.#inUse.open()),
        checkpoints,
        emit: (event) => this.#emit({ type: 'stage-event', stage: stage.name, event }),
        signal: this.#services.signal,
        projectRoot: this.#plan.experiment.projectRoot,
        locate: (path) => stage.locate(path),
        run: this.#facts(),
        reportRenderer: this.#services.reportRenderer,
      });
      const seconds = (performance.now() - started) / 1000;
      const entry = await workspace.commit({ record, summary, seconds, madeBy: this.#run.id });
      await this.#publish(planned, entry);
      this.#keep(planned, entry, 'ran', seconds);
      const bytes = entry.files.reduce((sum, file) => sum + file.bytes, 0);
      this.#emit({
        type: 'stage-ended',
        stage: stage.name,
        fingerprint,
        artifact: entry.artifact,
        seconds,
        bytes,
        summary,
      });
    } catch (error) {
      await workspace.discard();
      throw error;
    }
    await checkpoints.clear();
  }

  /** Opens the inputs; one that is rotten is made anew first. */
  async #openInputs(planned: PlannedStage) {
    for (let attempt = 1; ; attempt++) {
      const needed = new Map(
        planned.stage.needs.map((name) => [
          name,
          { stage: this.#stage(name).stage, entry: this.#entries.get(name)! },
        ]),
      );
      const opened = await openInputs(this.#services.cache, planned.stage, needed);
      if (opened.ok) return opened;
      this.#emit({ type: 'warning', problem: opened.problem });
      if (attempt === attempts)
        throw new Error(`the output of ${opened.stage} rotted ${attempts} times in a row`);
      await this.#ensure(this.#stage(opened.stage));
    }
  }

  #stage(name: string): PlannedStage {
    return this.#plan.stages.find(({ stage }) => stage.name === name)!;
  }

  /** Copies a report to where users look for it. False when its artifact can't be read back whole. */
  async #publish(planned: PlannedStage, entry: CacheEntry): Promise<boolean> {
    if (planned.stage.descriptor.produces !== 'report') return true;
    const opened = await this.#services.cache.open(entry);
    if (!opened.ok) {
      this.#emit({ type: 'warning', problem: opened.problem });
      return false;
    }
    this.#report = this.#services.publishReport(opened.folder);
    return true;
  }

  #keep(planned: PlannedStage, entry: CacheEntry, status: 'ran' | 'cached', seconds: number): void {
    const { name, descriptor } = planned.stage;
    const { fingerprint, artifact, summary } = entry;
    this.#entries.set(name, entry);
    this.#outcomes.set(name, {
      name,
      kind: descriptor.kind,
      status,
      fingerprint,
      artifact,
      seconds,
      summary,
    });
    this.#services.cache.remember(stageKey(this.#plan, name), entry);
  }

  #inputDigests(planned: PlannedStage): Record<string, string> {
    return Object.fromEntries(planned.stage.needs.map((name) => [name, this.#entries.get(name)!.artifact]));
  }

  #facts(): RunFacts {
    const { id, experiment, file, seed, engine, config, git, versions, machine } = this.#run;
    const { parent, differences } = this.#plan.experiment;
    const stages = [...this.#outcomes.values()].map(({ name, kind, status, seconds, fingerprint }) => ({
      name,
      kind,
      status,
      seconds,
      fingerprint,
    }));
    const { command } = this.#services;
    return {
      id,
      experiment,
      file,
      seed,
      engine,
      config,
      differences,
      parent,
      git,
      versions,
      machine,
      stages,
      command,
    };
  }

  #finalMetrics(): Metrics {
    const metrics: Record<string, number> = {};
    for (const { stage } of this.#plan.stages)
      Object.assign(metrics, this.#outcomes.get(stage.name)?.summary.metrics);
    return metrics;
  }

  async #closeEngine(): Promise<void> {
    try {
      await (await this.#engine)?.close();
    } catch {
      // Why it could not be opened was told by the stage that asked for it.
    }
  }
}

/** Under which key the cache remembers what a stage of an experiment last used. */
export function stageKey(plan: Plan, stage: string): string {
  return `${plan.experiment.name}/${stage}`;
}
