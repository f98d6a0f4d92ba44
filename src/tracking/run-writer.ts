/** Writes a run's events into the tables, one by one. Knows no transactions, timing or failures: `write-behind.ts` does. */
import type { EpochRecord, Metrics, RunEvent, RunStatus, StageSummary } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { Database } from './database.js';
import { openRun, type OpenedRun } from './run-opening.js';
import { Statements } from './statements.js';
import type { EventWriter } from './write-behind.js';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;

interface OpenRun extends OpenedRun {
  readonly id: string;
  readonly series: Map<string, number>;
}

const pointColumns = 'INTO points (series, step, epoch, elapsed, value) VALUES (?, ?, ?, ?, ?)';
const insertPoint = {
  ignore: `INSERT OR IGNORE ${pointColumns}`,
  replace: `INSERT OR REPLACE ${pointColumns}`,
} as const;

interface LostEnd {
  readonly time: number;
  /** Of this attempt. */
  readonly seconds: number;
  readonly problem?: Problem | undefined;
}

export class RunWriter implements EventWriter<RunEvent> {
  readonly #statements: Statements;
  readonly #runs = new Map<string, OpenRun>();

  constructor(database: Database) {
    this.#statements = new Statements(database);
  }

  /** Forgets the row numbers it knows: they are void when the transaction in which they came about is rolled back. */
  forget(): void {
    this.#runs.clear();
  }

  /** Of steps there is most. */
  mayBeDropped(event: RunEvent): boolean {
    return event.type === 'stage-event' && event.event.type === 'step-ended';
  }

  /** Writes one event. Events of a run whose `run-started` is not in the database are passed over. */
  write(event: RunEvent): void {
    if (event.type === 'run-started') {
      const opened = openRun(this.#statements, event.run, event.time);
      this.#runs.set(event.runId, { ...opened, id: event.runId, series: new Map() });
      return;
    }
    const run = this.#run(event.runId);
    if (run === undefined) return;
    switch (event.type) {
      case 'stage-started':
        this.#statements.run(
          // Seconds from before are of the same work where it goes on from its checkpoint.
          `UPDATE stages SET status = 'running', seconds = CASE WHEN fingerprint = ? THEN seconds END,
             fingerprint = ?, started = ? WHERE run = ? AND name = ?`,
          ...[event.fingerprint, event.fingerprint, event.time, run.number, event.stage],
        );
        break;
      case 'engine-changed':
        this.#statements.run(
          'UPDATE runs SET engine = ?, versions = ?, machine = ? WHERE number = ?',
          ...[event.engine, JSON.stringify(event.versions), JSON.stringify(event.machine), run.number],
        );
        this.#problem(run, null, 'warning', event.time, event.because);
        break;
      case 'stage-cached':
        this.#stageCached(run, event);
        break;
      case 'stage-ended':
        this.#stageEnded(run, event);
        break;
      case 'stage-failed':
        this.#statements.run(
          `UPDATE stages SET status = 'failed', seconds = coalesce(seconds, 0) + ? WHERE run = ? AND name = ?`,
          ...[event.seconds, run.number, event.stage],
        );
        for (const problem of event.problems) this.#problem(run, event.stage, 'error', event.time, problem);
        break;
      case 'stage-event':
        this.#stageEvent(run, event);
        break;
      case 'warning':
        this.#problem(run, null, 'warning', event.time, event.problem);
        break;
      case 'run-ended':
        this.#end(run, event);
        break;
      case 'stage-waiting':
        break;
    }
  }

  /**
   * The attempt at a run is over. Where the run itself did not say so, as its process is gone (which another process may
   * have noticed and marked), it ends with `status`, and with why. Nothing happens to a run that has ended.
   */
  lose(id: string, status: Exclude<RunStatus, 'running'>, end: LostEnd): void {
    const run = this.#run(id);
    if (run === undefined) return;
    const changed = this.#statements.run(
      `UPDATE runs SET status = ?, ended = ?, seconds = seconds_before + ?
       WHERE number = ? AND status IN ('running', 'interrupted')`,
      ...[status, end.time, end.seconds, run.number],
    );
    if (changed > 0) {
      this.#interruptStages(run, end.time);
      if (end.problem !== undefined) this.#problem(run, null, 'error', end.time, end.problem);
    }
    this.#runs.delete(id);
  }

  #stageCached(run: OpenRun, event: EventOf<'stage-cached'>): void {
    // A run that goes on finds in the cache what it made itself: that it ran says more.
    const isOwn =
      event.madeBy === run.id &&
      this.#statements.number(
        `SELECT 1 FROM stages WHERE run = ? AND name = ? AND status = 'ran' AND artifact = ?`,
        ...[run.number, event.stage, event.artifact],
      ) !== undefined;
    if (!isOwn)
      this.#finishStage(run, event, { status: 'cached', seconds: 0, bytes: null, madeBy: event.madeBy });
    this.#replay(run, event.stage, event.summary);
  }

  #stageEnded(run: OpenRun, event: EventOf<'stage-ended'>): void {
    const { seconds, bytes } = event;
    this.#finishStage(run, event, { status: 'ran', seconds, bytes, madeBy: event.runId });
    // A stage that went on from a checkpoint told this run of its last epochs only; the others stand in its summary.
    this.#replay(run, event.stage, event.summary);
  }

  #finishStage(
    run: OpenRun,
    event: EventOf<'stage-cached'> | EventOf<'stage-ended'>,
    facts: { status: 'ran' | 'cached'; seconds: number; bytes: number | null; madeBy: string },
  ): void {
    this.#statements.run(
      `INSERT INTO artifacts (digest, bytes, kind, made_by)
       VALUES (?, ?, (SELECT kind FROM stages WHERE run = ? AND name = ?), ?)
       ON CONFLICT (digest) DO UPDATE SET bytes = coalesce(bytes, excluded.bytes)`,
      ...[event.artifact, facts.bytes, run.number, event.stage, facts.madeBy],
    );
    this.#statements.run(
      `UPDATE stages SET status = ?, fingerprint = ?, artifact = ?, made_by = ?, started = coalesce(started, ?),
         seconds = CASE ? WHEN 'ran' THEN coalesce(seconds, 0) ELSE 0 END + ?, summary = ?
       WHERE run = ? AND name = ?`,
      ...[facts.status, event.fingerprint, event.artifact, facts.madeBy, event.time],
      ...[facts.status, facts.seconds],
      ...[JSON.stringify(event.summary), run.number, event.stage],
    );
  }

  #stageEvent(run: OpenRun, { stage, time, event }: EventOf<'stage-event'>): void {
    if (event.type === 'step-ended') this.#points(run, stage, 'step', event, time - run.started);
    else if (event.type === 'epoch-ended')
      this.#points(run, stage, 'epoch', event.record, time - run.started);
    else if (event.type === 'warning') this.#problem(run, stage, 'warning', time, event.problem);
  }

  #replay(run: OpenRun, stage: string, { epochs = [] }: StageSummary): void {
    for (const record of epochs) this.#points(run, stage, 'epoch', record, null);
  }

  /** `elapsed` null: measured by an earlier process, so this run has no time for it, nor a better value. */
  #points(
    run: OpenRun,
    stage: string,
    scope: 'step' | 'epoch',
    record: EpochRecord,
    elapsed: number | null,
  ): void {
    const { step, epoch, metrics } = record;
    const sql = elapsed === null ? insertPoint.ignore : insertPoint.replace;
    for (const key in metrics) {
      this.#statements.run(sql, this.#series(run, stage, scope, key), step, epoch, elapsed, metrics[key]!);
    }
  }

  #series(run: OpenRun, stage: string, scope: string, key: string): number {
    const name = `${scope} ${stage} ${key}`;
    let id = run.series.get(name);
    if (id === undefined) {
      // The update of nothing makes RETURNING return the row that was there.
      const sql = `INSERT INTO series (run, stage, scope, key) VALUES (?, ?, ?, ?)
                   ON CONFLICT (run, stage, scope, key) DO UPDATE SET key = excluded.key RETURNING id`;
      id = this.#statements.number(sql, run.number, stage, scope, key)!;
      run.series.set(name, id);
    }
    return id;
  }

  #problem(
    run: OpenRun,
    stage: string | null,
    severity: 'warning' | 'error',
    time: number,
    problem: Problem,
  ): void {
    this.#statements.run(
      'INSERT INTO problems (run, stage, severity, time, code, message, fix) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[run.number, stage, severity, time, problem.code, problem.message, problem.fix ?? null],
    );
  }

  #end(run: OpenRun, event: EventOf<'run-ended'>): void {
    this.#statements.run(
      'UPDATE runs SET status = ?, ended = ?, seconds = seconds_before + ?, report = ? WHERE number = ?',
      ...[event.status, event.time, event.seconds, event.report ?? null, run.number],
    );
    this.#interruptStages(run, event.time);
    this.#finalMetrics(run, event.metrics);
    // A sweep has thousands of them.
    this.#runs.delete(run.id);
  }

  #interruptStages(run: OpenRun, time: number): void {
    this.#statements.run(
      `UPDATE stages SET status = 'interrupted', seconds = coalesce(seconds, 0) + (? - started) / 1000.0
       WHERE run = ? AND status = 'running'`,
      ...[time, run.number],
    );
  }

  #finalMetrics(run: OpenRun, metrics: Metrics): void {
    for (const [key, value] of Object.entries(metrics)) {
      this.#statements.run(
        'INSERT OR REPLACE INTO final_metrics (run, key, value) VALUES (?, ?, ?)',
        run.number,
        key,
        value,
      );
    }
  }

  #run(id: string): OpenRun | undefined {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    // After its end, and after `forget`: its beginning was written before the transaction that failed.
    const stored = this.#statements.row('SELECT number, started FROM runs WHERE id = ?', id) as
      OpenedRun | undefined;
    if (stored === undefined) return undefined;
    const run = { ...stored, id, series: new Map<string, number>() };
    this.#runs.set(id, run);
    return run;
  }
}
