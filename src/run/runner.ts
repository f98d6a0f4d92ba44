/**
 * Runs a plan: stages that do not need one another side by side, each by `stage-maker.ts`. Owns the run's end: what
 * follows from a failure, an interruption, a verdict of the scheduler, an engine that can't go on. Emits events and
 * returns the outcome; it records nothing, draws nothing and knows no subscriber.
 */
import type { RunEventBody, RunHeader } from '../core/events.js';
import type { PlannedStage } from '../plan/plan.js';
import { EngineInUse } from './engine-in-use.js';
import { engineFacts } from './environment.js';
import { withLayerPlace } from './layer-place.js';
import type { PlannedEngine } from './planned-engine.js';
import { RunLedger } from './run-ledger.js';
import type { RunOutcome } from './run-outcome.js';
import type { RunServices } from './run-services.js';
import { stageFailure, type StageFailure } from './stage-failure.js';
import { StageMaker } from './stage-maker.js';
import { stagesOfEngine, stagesToBegin } from './stage-schedule.js';

interface Settled {
  readonly planned: PlannedStage;
  readonly seconds: number;
  /** Absent when the stage's output lies in the cache. */
  readonly error?: unknown;
}

/** Of several ends at once, the first of these counts. */
const weightiest = ['failed', 'interrupted', 'pruned', 'paused'] as const;

export class Runner {
  readonly #engine: EngineInUse;
  #run: RunHeader;
  readonly #services: RunServices;
  readonly #ledger = new RunLedger();
  readonly #maker: StageMaker;
  readonly #failures = new Map<string, StageFailure>();

  /** @param engine what computes to begin with; opened when a stage first asks for it. */
  constructor(engine: PlannedEngine, run: RunHeader, services: RunServices) {
    this.#engine = new EngineInUse(engine);
    this.#run = run;
    this.#services = services;
    this.#maker = new StageMaker({
      services,
      ledger: this.#ledger,
      engine: this.#engine,
      header: () => this.#run,
      emit: (body) => this.#emit(body),
    });
  }

  async execute(): Promise<RunOutcome> {
    const started = performance.now();
    this.#emit({ type: 'run-started', run: this.#run });
    const hold = await this.#services.cache.hold();
    try {
      await this.#runStages();
    } finally {
      hold.release();
      await this.#engine.close();
    }
    const { plan } = this.#engine;
    const ended = this.#end();
    const metrics = this.#ledger.finalMetrics(plan);
    const seconds = (performance.now() - started) / 1000;
    const { report } = this.#ledger;
    this.#emit({ type: 'run-ended', status: ended.status, seconds, metrics, report });
    const stages = this.#ledger.outcomes(plan);
    return { id: this.#run.id, engine: this.#run.engine, seconds, stages, metrics, report, ...ended };
  }

  #emit(body: RunEventBody): void {
    this.#services.listen({ ...body, runId: this.#run.id, time: Date.now() });
  }

  /** Once a stage has failed no further one begins; those that are running come to their end, and what they make is kept. */
  async #runStages(): Promise<void> {
    const done = new Set<string>();
    const running = new Map<string, Promise<Settled>>();
    for (;;) {
      if (this.#failures.size === 0) {
        for (const planned of stagesToBegin(this.#engine.plan, done, new Set(running.keys())))
          running.set(planned.stage.name, this.#attempt(planned));
      }
      if (running.size === 0) return;
      const settled = await Promise.race(running.values());
      const { name } = settled.planned.stage;
      running.delete(name);
      if (!('error' in settled)) done.add(name);
      else if (await this.#changeEngine(settled.error, running)) {
        for (const stage of stagesOfEngine(this.#engine.plan)) done.delete(stage);
      } else this.#fail(settled);
    }
  }

  /** Never rejects. */
  async #attempt(planned: PlannedStage): Promise<Settled> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      this.#services.signal.throwIfAborted();
      await this.#maker.ensure(planned);
      return { planned, seconds: seconds() };
    } catch (error) {
      const located = withLayerPlace(error, this.#engine.plan, planned.stage);
      return { planned, seconds: seconds(), error: located };
    }
  }

  /** The stages that depend on the engine are then to be done again, so that a run's numbers come from one engine. */
  async #changeEngine(error: unknown, running: ReadonlyMap<string, Promise<Settled>>): Promise<boolean> {
    if (this.#failures.size > 0 || this.#services.signal.aborted) return false;
    // One that computes on the present engine, if any, is not to lose it.
    const onEngine = stagesOfEngine(this.#engine.plan);
    await Promise.all([...running].filter(([name]) => onEngine.has(name)).map(([, stage]) => stage));
    const because = await this.#engine.change(error);
    if (because === undefined) return false;
    const facts = engineFacts(this.#engine.identity);
    this.#run = { ...this.#run, ...facts };
    this.#emit({ type: 'engine-changed', because, ...facts });
    return true;
  }

  #fail({ planned, seconds, error }: Settled): void {
    const failure = stageFailure(error, this.#services.signal);
    const stage = planned.stage.name;
    this.#failures.set(stage, failure);
    if (failure.kind === 'failed')
      this.#emit({ type: 'stage-failed', stage, seconds, problems: failure.problems });
  }

  /** Of the stages that failed, in the order of the plan. */
  #end(): Pick<RunOutcome, 'status' | 'problems' | 'failed'> {
    const failures = this.#engine.plan.stages.flatMap(({ stage }) => {
      const failure = this.#failures.get(stage.name);
      return failure === undefined ? [] : [{ stage, failure }];
    });
    const status = weightiest.find((kind) => failures.some(({ failure }) => failure.kind === kind)) ?? 'done';
    const problems = failures.flatMap(({ failure }) => (failure.kind === 'failed' ? failure.problems : []));
    const first = failures.find(({ failure }) => failure.kind === 'failed')?.stage;
    const failed = first === undefined ? undefined : { stage: first.name, kind: first.descriptor.kind };
    return { status, problems, failed };
  }
}
