/**
 * An executor whose trials do as a test says, in the order and at the moment it says: an implementation of the contract
 * for tests of the loop where timing matters. And the other parts of a sweep, as small as they can be.
 */
import type { CheckedSweep, Point } from '../../src/config/checked-sweep.js';
import type { JsonObject } from '../../src/core/json.js';
import { failed, ok, type Result } from '../../src/core/problem.js';
import { sha256 } from '../../src/core/digest.js';
import type {
  RecordedSweep,
  RecordedTrial,
  SweepEvent,
  SweepHeader,
  WorkerState,
} from '../../src/core/sweep-events.js';
import type { Executor, JobListener, JobOutcome, TrialJob } from '../../src/sweep/executors/executor.js';
import type { Sampler } from '../../src/sweep/samplers/sampler.js';
import type { ScheduledTrial, Scheduler } from '../../src/sweep/schedulers/scheduler.js';
import { Sweep } from '../../src/sweep/sweep.js';
import type { SweepOutcome, SweepParts } from '../../src/sweep/sweep-parts.js';
import type { TrialTemplate } from '../../src/sweep/trial-template.js';

export type Script = (
  job: TrialJob,
  listener: JobListener,
  /** Settles when the job is cancelled. */
  cancelled: Promise<void>,
) => Promise<JobOutcome> | JobOutcome;

export class ScriptedExecutor implements Executor {
  readonly name = 'scripted';
  readonly slots: number;
  readonly jobs: TrialJob[] = [];
  readonly cancelled: number[] = [];
  most = 0;
  readonly #script: Script;
  readonly #startedUntil: number;
  readonly #cancels = new Map<number, () => void>();

  /** @param startedUntil from this trial on no worker takes one up. */
  constructor(script: Script, slots = 1, startedUntil = Infinity) {
    this.#script = script;
    this.#startedUntil = startedUntil;
    this.slots = slots;
  }

  async submit(job: TrialJob, listener: JobListener): Promise<JobOutcome> {
    this.jobs.push(job);
    const cancelled = new Promise<void>((resolve) => this.#cancels.set(job.trial, resolve));
    this.most = Math.max(this.most, this.#cancels.size);
    if (job.trial < this.#startedUntil) listener.started(this.#cancels.size);
    const outcome = await this.#script(job, listener, cancelled);
    this.#cancels.delete(job.trial);
    return outcome;
  }

  cancel(trial: number): void {
    this.cancelled.push(trial);
    this.#cancels.get(trial)?.();
  }

  workers(): readonly WorkerState[] {
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Draws x = 0, 1, 2, … by the draw's number, up to `size` where there is one. */
export function countingSampler(size?: number): Sampler {
  return {
    name: 'counting',
    size,
    propose: ({ draw }) => (size !== undefined && draw >= size ? undefined : { x: draw }),
  };
}

export function noScheduler(): Scheduler {
  return {
    name: 'none',
    asks: false,
    report: () => 'continue',
    promote: () => undefined,
    end: () => undefined,
  };
}

/** Sets `train.x`; what `check` refuses is infeasible. */
export function templateOf(
  check: (assignments: JsonObject) => Result<string> = digestOf,
  largest = Infinity,
): TrialTemplate {
  return {
    assign: (point: Point) => ({
      assignments: { 'train.x': point['x']! },
      labels: { 'train.x': `${point['x']}` },
    }),
    pointOf: (assignments) => {
      const x = assignments['train.x'] as number;
      return x <= largest ? { x } : undefined;
    },
    check,
  };
}

export function digestOf(assignments: JsonObject): Result<string> {
  return ok(sha256(JSON.stringify(assignments)));
}

export function refuse(message: string): Result<string> {
  return failed({ code: 'constraint-violated', message });
}

function checkedSweep(changes: Partial<CheckedSweep> = {}): CheckedSweep {
  return {
    name: 'scripted',
    objectives: [{ metric: 'loss', goal: 'minimize' }],
    space: { parameters: [] },
    sampler: { kind: 'random' },
    scheduler: { kind: 'none' },
    budget: {},
    retries: 1,
    failFast: false,
    constraints: [],
    init: [],
    notify: { bell: false },
    settings: {},
    ...changes,
  };
}

function headerOf(sweep: CheckedSweep): SweepHeader {
  return {
    name: sweep.name,
    experiment: 'e',
    file: 'experiments/e.yaml',
    seed: 1,
    objectives: sweep.objectives,
    sampler: sweep.sampler.kind,
    scheduler: sweep.scheduler.kind,
    trials: sweep.trials,
    workers: 1,
    threads: 1,
    settings: sweep.settings,
    pid: process.pid,
  };
}

export const done = (loss: number): JobOutcome => ({ status: 'done', metrics: { loss } });

export const broken = (code = 'stage-threw'): JobOutcome => ({
  status: 'failed',
  stage: 'train',
  kind: 'train',
  problems: [{ code, message: 'it broke' }],
});

export const lost: JobOutcome = {
  status: 'lost',
  problem: { code: 'worker-crashed', message: 'the worker is gone' },
  output: 'last words',
};

/** What a job's trial sets. */
export const x = (job: Pick<TrialJob, 'assignments'>): number => job.assignments['train.x'] as number;

export const easy: Script = (job) => done(x(job));

/** The trials that ended, and as what, in order. */
export const ends = (events: readonly SweepEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === 'trial-ended' ? [[event.trial, event.state]] : []));

export interface Played {
  readonly outcome: SweepOutcome;
  readonly events: readonly SweepEvent[];
  readonly executor: ScriptedExecutor;
  /** What tracking would hand back. */
  readonly recorded: RecordedSweep;
}

type Changes = Partial<Omit<SweepParts, 'sweep' | 'executor' | 'scheduler'>> & {
  readonly sweep?: Partial<CheckedSweep>;
  readonly slots?: number;
  readonly startedUntil?: number;
  readonly scheduler?: (trials: readonly ScheduledTrial[]) => Scheduler;
};

/** Plays a whole sweep. */
export async function play(script: Script, changes: Changes = {}): Promise<Played> {
  const { sweep: sweepChanges, slots, startedUntil, ...rest } = changes;
  const sweep = checkedSweep(sweepChanges);
  const executor = new ScriptedExecutor(script, slots, startedUntil);
  const events: SweepEvent[] = [];
  const outcome = await new Sweep({
    sweep,
    header: headerOf(sweep),
    template: templateOf(),
    sampler: countingSampler(),
    scheduler: noScheduler,
    listen: (event) => events.push(event),
    signal: new AbortController().signal,
    ...rest,
    executor,
  }).run();
  return { outcome, events, executor, recorded: recordOf(events, changes.recorded) };
}

/** Applies events to what was recorded, as tracking does; cut the events short for what a kill leaves behind. */
export function recordOf(events: readonly SweepEvent[], before?: RecordedSweep): RecordedSweep {
  let record: RecordedSweep | undefined = before;
  const trials: RecordedTrial[] = [...(before?.trials ?? [])];
  const change = (number: number, changes: Partial<RecordedTrial>): void => {
    trials[number] = { ...trials[number]!, ...changes };
  };
  for (const event of events) {
    switch (event.type) {
      case 'sweep-started':
        record = { header: event.header, status: 'running', seconds: record?.seconds ?? 0, trials };
        break;
      case 'trial-proposed':
        trials.push({ ...event.trial, state: 'waiting', attempts: 0, epochs: 0, seconds: 0, reports: [] });
        break;
      case 'trial-started':
        change(event.trial, { state: 'running', attempts: event.attempt, problem: undefined });
        break;
      case 'trial-reported': {
        const { reports } = trials[event.trial]!;
        change(event.trial, {
          reports: [...reports, [event.epoch, event.value] as const].sort(([a], [b]) => a - b),
        });
        break;
      }
      case 'trial-ended': {
        const { state, values, epochs, problem } = event;
        change(event.trial, { state, values, epochs, problem });
        break;
      }
      case 'sweep-ended':
        record = { ...record!, status: event.status, seconds: record!.seconds + event.seconds };
        break;
      default:
    }
  }
  return { ...record!, trials };
}
