/**
 * Brings about that a stage's output lies in the cache: taken from there where its fingerprint is known, else made once
 * and kept. Emits what happens; in which order stages come, and what follows from a failure, is `runner.ts`'s.
 */
import type { CacheEntry } from '../cache/artifact-cache.js';
import type { RunEventBody, RunHeader } from '../core/events.js';
import { reasonsToRun } from '../plan/explain-difference.js';
import { fingerprintOf, type FingerprintRecord } from '../plan/fingerprint.js';
import type { Plan, PlannedStage } from '../plan/plan.js';
import { Halt } from '../stages/halt.js';
import type { RunFacts, StageContext } from '../stages/stage.js';
import type { EngineInUse } from './engine-in-use.js';
import type { RunLedger } from './run-ledger.js';
import type { RunServices } from './run-services.js';
import { openInputs } from './stage-inputs.js';

/** How often a stage is begun again because one of its inputs turned out rotten in between. */
const attempts = 3;

export interface RunParts {
  readonly services: RunServices;
  readonly ledger: RunLedger;
  readonly engine: EngineInUse;
  /** As it is now: another engine changes it. */
  readonly header: () => RunHeader;
  readonly emit: (body: RunEventBody) => void;
}

export class StageMaker {
  readonly #parts: RunParts;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Two who want the same stage at once (it turned out rotten for both) get it by one making. */
  ensure(planned: PlannedStage): Promise<void> {
    const { name } = planned.stage;
    let under = this.#underWay.get(name);
    if (under === undefined) {
      under = this.#ensure(planned).finally(() => this.#underWay.delete(name));
      this.#underWay.set(name, under);
    }
    return under;
  }

  get #plan(): Plan {
    return this.#parts.engine.plan;
  }

  async #ensure(planned: PlannedStage): Promise<void> {
    const { cache, signal } = this.#parts.services;
    const record = planned.record(this.#parts.ledger.inputDigests(planned));
    const fingerprint = fingerprintOf(record);
    if (await this.#takeFromCache(planned, fingerprint)) return;

    const stage = planned.stage.name;
    const onWait = (): void => this.#parts.emit({ type: 'stage-waiting', stage, fingerprint });
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
    const found = await this.#parts.services.cache.find(fingerprint);
    switch (found.state) {
      case 'absent':
        return false;
      case 'rotten':
        this.#parts.emit({ type: 'warning', problem: found.problem });
        return false;
      case 'present': {
        const { entry } = found;
        if (!(await this.#publish(planned, entry))) return false;
        this.#keep(planned, entry, 'cached', 0);
        const { artifact, madeBy, summary } = entry;
        const stage = planned.stage.name;
        this.#parts.emit({ type: 'stage-cached', stage, fingerprint, artifact, madeBy, summary });
        return true;
      }
    }
  }

  async #make(planned: PlannedStage, record: FingerprintRecord, fingerprint: string): Promise<void> {
    const { stage } = planned;
    const { services, emit } = this.#parts;
    const inputs = await this.#openInputs(planned);
    const last = services.cache.lastUsed(stageKey(this.#plan, stage.name));
    const why = reasonsToRun(last?.record, record, stage.name);
    emit({ type: 'stage-started', stage: stage.name, fingerprint, why });
    const started = performance.now();
    const workspace = await services.cache.workspace(fingerprint);
    const checkpoints = services.cache.checkpoints(fingerprint);
    try {
      const implementation = await stage.descriptor.load();
      const summary = await implementation.execute({
        settings: stage.settings as never,
        seed: this.#plan.experiment.seed,
        inputs: inputs.byRole,
        allInputs: inputs.all,
        output: workspace.folder,
        engine: () => this.#parts.engine.open(),
        checkpoints,
        emit: (event) => emit({ type: 'stage-event', stage: stage.name, event }),
        afterEpoch: this.#afterEpoch(stage.name),
        signal: services.signal,
        projectRoot: this.#plan.experiment.projectRoot,
        locate: (path) => stage.locate(path),
        run: this.#facts(planned),
        reportRenderer: services.reportRenderer,
      });
      const seconds = (performance.now() - started) / 1000;
      const entry = await workspace.commit({ record, summary, seconds, madeBy: this.#parts.header().id });
      await this.#publish(planned, entry);
      this.#keep(planned, entry, 'ran', seconds);
      const bytes = entry.files.reduce((sum, file) => sum + file.bytes, 0);
      const { artifact } = entry;
      emit({ type: 'stage-ended', stage: stage.name, fingerprint, artifact, seconds, bytes, summary });
    } catch (error) {
      await workspace.discard();
      throw error;
    }
    await checkpoints.clear();
  }

  #afterEpoch(stage: string): StageContext['afterEpoch'] {
    return async (record, resumed = false) => {
      const verdict = (await this.#parts.services.afterEpoch?.(stage, record, resumed)) ?? 'continue';
      if (verdict !== 'continue') throw new Halt(verdict);
    };
  }

  /** Opens the inputs; one that is rotten is made anew first. */
  async #openInputs(planned: PlannedStage) {
    const { services, ledger, emit } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const needed = new Map(
        planned.stage.needs.map((name) => [
          name,
          { stage: this.#stage(name).stage, entry: ledger.entry(name) },
        ]),
      );
      const opened = await openInputs(services.cache, planned.stage, needed);
      if (opened.ok) return opened;
      emit({ type: 'warning', problem: opened.problem });
      if (attempt === attempts)
        throw new Error(`the output of ${opened.stage} rotted ${attempts} times in a row`);
      await this.ensure(this.#stage(opened.stage));
    }
  }

  #stage(name: string): PlannedStage {
    return this.#plan.stages.find(({ stage }) => stage.name === name)!;
  }

  /** Copies a report to where users look for it. False when its artifact can't be read back whole. */
  async #publish(planned: PlannedStage, entry: CacheEntry): Promise<boolean> {
    if (planned.stage.descriptor.produces !== 'report') return true;
    const { services, ledger, emit } = this.#parts;
    const opened = await services.cache.open(entry);
    if (!opened.ok) {
      emit({ type: 'warning', problem: opened.problem });
      return false;
    }
    ledger.report = services.publishReport(opened.folder);
    return true;
  }

  #keep(planned: PlannedStage, entry: CacheEntry, status: 'ran' | 'cached', seconds: number): void {
    this.#parts.ledger.keep(planned, entry, status, seconds);
    this.#parts.services.cache.remember(stageKey(this.#plan, planned.stage.name), entry);
  }

  #facts(planned: PlannedStage): RunFacts {
    const { id, experiment, file, seed, engine, config, git, versions, machine } = this.#parts.header();
    const { parent, differences } = this.#plan.experiment;
    const stages = this.#parts.ledger.stageFacts(this.#plan, planned);
    const { command } = this.#parts.services;
    const of = { id, experiment, file, seed, engine, config, differences, parent, git, versions, machine };
    return { ...of, stages, command };
  }
}

/** Under which key the cache remembers what a stage of an experiment last used. */
export function stageKey(plan: Plan, stage: string): string {
  return `${plan.experiment.name}/${stage}`;
}
