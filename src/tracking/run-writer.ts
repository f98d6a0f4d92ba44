/** Writes a run's events into the tables, one by one. Knows no transactions, timing or failures: `recorder.ts` does. */
import type { Statement } from 'better-sqlite3';
import type { EpochRecord, Metrics, RunEvent, RunHeader, StageSummary } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { Database } from './database.js';
import { flattenSettings } from './flatten-settings.js';
import { processIdentity } from './process-identity.js';

type Value = string | number | bigint | null;
type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;

interface OpenRun {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly series: Map<string, number>;
}

/** A whole number as an INTEGER: a column of any type would keep JavaScript's 64 as 64.0. */
function storable(value: string | number | null): Value {
  return Number.isSafeInteger(value) ? BigInt(value!) : value;
}

/** Statements are prepared when first needed: a cached run needs few of them. */
class Statements {
  readonly #database: Database;
  readonly #prepared = new Map<string, Statement<Value[]>>();

  constructor(database: Database) {
    this.#database = database;
  }

  run(sql: string, ...values: Value[]): void {
    this.#of(sql).run(...values);
  }

  number(sql: string, ...values: Value[]): number {
    return this.#of(sql)
      .pluck()
      .get(...values) as number;
  }

  #of(sql: string): Statement<Value[]> {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) this.#prepared.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

export class RunWriter {
  readonly #statements: Statements;
  readonly #runs = new Map<string, OpenRun>();

  constructor(database: Database) {
    this.#statements = new Statements(database);
  }

  /** Forgets the row numbers it knows: they are void when the transaction in which they came about is rolled back. */
  forget(): void {
    this.#runs.clear();
  }

  /** Writes one event. Events of a run whose `run-started` is not in the database are passed over. */
  write(event: RunEvent): void {
    if (event.type === 'run-started') {
      this.#begin(event.run, event.time);
      return;
    }
    const run = this.#run(event.runId);
    if (run === undefined) return;
    switch (event.type) {
      case 'stage-started':
        this.#statements.run(
          `UPDATE stages SET status = 'running', fingerprint = ?, started = ? WHERE run = ? AND name = ?`,
          ...[event.fingerprint, event.time, run.number, event.stage],
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
          `UPDATE stages SET status = 'failed', seconds = ? WHERE run = ? AND name = ?`,
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

  #begin(header: RunHeader, time: number): void {
    const statements = this.#statements;
    statements.run(
      'INSERT INTO experiments (name, file) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET file = excluded.file',
      ...[header.experiment, header.file],
    );
    const identity = processIdentity(header.pid);
    const made = statements.number(
      `INSERT INTO runs (id, experiment, file, seed, engine, status, started, git_commit, git_dirty, config, versions,
         machine, host, pid, process)
       VALUES (?, (SELECT id FROM experiments WHERE name = ?), ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?)
       RETURNING number`,
      ...[header.id, header.experiment, header.file, header.seed, header.engine, time],
      ...[header.git?.commit ?? null, header.git === undefined ? null : Number(header.git.dirty)],
      ...[header.config, header.versions, header.machine].map((value) => JSON.stringify(value)),
      ...[identity.host, identity.pid, identity.process],
    );
    for (const { path, kind, value } of flattenSettings(header.config)) {
      statements.run(
        'INSERT INTO settings (run, path, kind, value) VALUES (?, ?, ?, ?)',
        made,
        path,
        kind,
        storable(value),
      );
    }
    header.stages.forEach(({ name, kind, needs }, position) => {
      statements.run(
        `INSERT INTO stages (run, position, name, kind, needs, status) VALUES (?, ?, ?, ?, ?, 'pending')`,
        ...[made, position, name, kind, JSON.stringify(needs)],
      );
    });
    this.#runs.set(header.id, { number: made, started: time, series: new Map() });
  }

  #stageCached(run: OpenRun, event: EventOf<'stage-cached'>): void {
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
         seconds = ?, summary = ?
       WHERE run = ? AND name = ?`,
      ...[facts.status, event.fingerprint, event.artifact, facts.madeBy, event.time, facts.seconds],
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
    const verb = elapsed === null ? 'INSERT OR IGNORE' : 'INSERT OR REPLACE';
    const sql = `${verb} INTO points (series, step, epoch, elapsed, value) VALUES (?, ?, ?, ?, ?)`;
    for (const [key, value] of Object.entries(record.metrics)) {
      this.#statements.run(
        sql,
        this.#series(run, stage, scope, key),
        record.step,
        record.epoch,
        elapsed,
        value,
      );
    }
  }

  #series(run: OpenRun, stage: string, scope: string, key: string): number {
    const name = `${scope} ${stage} ${key}`;
    let id = run.series.get(name);
    if (id === undefined) {
      // The update of nothing makes RETURNING return the row that was there.
      const sql = `INSERT INTO series (run, stage, scope, key) VALUES (?, ?, ?, ?)
                   ON CONFLICT (run, stage, scope, key) DO UPDATE SET key = excluded.key RETURNING id`;
      id = this.#statements.number(sql, run.number, stage, scope, key);
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
      'UPDATE runs SET status = ?, ended = ?, seconds = ?, report = ? WHERE number = ?',
      ...[event.status, event.time, event.seconds, event.report ?? null, run.number],
    );
    this.#statements.run(
      `UPDATE stages SET status = 'interrupted' WHERE run = ? AND status = 'running'`,
      run.number,
    );
    this.#finalMetrics(run, event.metrics);
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
    // Only after `forget`: the run's beginning was written before the transaction that failed.
    const number = this.#statements.number('SELECT number FROM runs WHERE id = ?', id) as number | undefined;
    if (number === undefined) return undefined;
    const started = this.#statements.number('SELECT started FROM runs WHERE number = ?', number);
    const run = { number, started, series: new Map<string, number>() };
    this.#runs.set(id, run);
    return run;
  }
}
