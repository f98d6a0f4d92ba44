/** Writes a sweep's events into the tables, one by one. Knows no transactions, timing or failures: `write-behind.ts` does. */
import type { RunStatus } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { SweepEvent, SweepHeader, TrialHeader, TrialState } from '../core/sweep-events.js';
import type { Database } from './database.js';
import { interruptSweep } from './interrupted-runs.js';
import { processIdentity } from './process-identity.js';
import { RunWriter } from './run-writer.js';
import { Statements } from './statements.js';
import { putClaim } from './sweep-claim.js';
import type { EventWriter } from './write-behind.js';

type EventOf<Type extends SweepEvent['type']> = Extract<SweepEvent, { readonly type: Type }>;

/** What a run has become whose process died in it, by what became of its trial. */
const lostRunStatus: Readonly<Record<Exclude<TrialState, 'running'>, Exclude<RunStatus, 'running'>>> = {
  waiting: 'interrupted',
  paused: 'paused',
  pruned: 'pruned',
  failed: 'failed',
  infeasible: 'failed',
  done: 'done',
};

export class SweepWriter implements EventWriter<SweepEvent> {
  readonly #database: Database;
  readonly #statements: Statements;
  readonly #runs: RunWriter;
  /** Row numbers by name. */
  readonly #sweeps = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#runs = new RunWriter(database);
  }

  forget(): void {
    this.#sweeps.clear();
    this.#runs.forget();
  }

  mayBeDropped(event: SweepEvent): boolean {
    return event.type === 'trial-run-event' && this.#runs.mayBeDropped(event.event);
  }

  /** Writes one event. Events of a sweep whose `sweep-started` is not in the database are passed over. */
  write(event: SweepEvent): void {
    if (event.type === 'trial-run-event') {
      this.#runs.write(event.event);
      return;
    }
    if (event.type === 'sweep-started') {
      this.#begin(event.header, event.time);
      return;
    }
    const sweep = this.#sweep(event.sweep);
    if (sweep === undefined) return;
    switch (event.type) {
      case 'trial-proposed':
        this.#propose(sweep, event.trial, event.time);
        break;
      case 'trial-started':
        this.#statements.run(
          // Why the attempt before failed was told with its end; one that is cut off has failed of nothing.
          `UPDATE trials SET state = 'running', attempts = ?, worker = ?, started = ?, ended = NULL, problem = NULL
           WHERE sweep = ? AND number = ?`,
          ...[event.attempt, event.worker, event.time, sweep, event.trial],
        );
        this.#statements.run(
          `INSERT OR REPLACE INTO trial_spans (trial, started, worker)
           SELECT id, ?, ? FROM trials WHERE sweep = ? AND number = ?`,
          ...[event.time, event.worker, sweep, event.trial],
        );
        break;
      case 'trial-reported':
        // An epoch that is told again after a crash says nothing new.
        this.#statements.run(
          `INSERT OR IGNORE INTO reports (trial, epoch, value)
           SELECT id, ?, ? FROM trials WHERE sweep = ? AND number = ?`,
          ...[event.epoch, event.value, sweep, event.trial],
        );
        break;
      case 'trial-ended':
        this.#endTrial(sweep, event);
        break;
      case 'warning':
        this.#problem(sweep, event.time, event.problem);
        break;
      case 'sweep-ended':
        this.#end(sweep, event);
        break;
      case 'workers-changed':
        break;
    }
  }

  #begin(header: SweepHeader, time: number): void {
    const statements = this.#statements;
    statements.run(
      `INSERT INTO experiments (name, file) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET file = excluded.file WHERE file <> excluded.file`,
      ...[header.experiment, header.file],
    );
    // Whoever did not claim it before does so now.
    const left = statements.number(
      `SELECT number FROM sweeps WHERE name = ? AND status = 'running'`,
      header.name,
    );
    if (left !== undefined) interruptSweep(this.#database, left);
    const identity = processIdentity(header.pid);
    putClaim(this.#database, header.name, identity);
    const number = statements.number(
      `INSERT INTO sweeps (name, experiment, file, seed, objectives, sampler, scheduler, trials, epochs, workers, threads,
         settings, status, started, resumed, host, pid, process)
       VALUES (?, (SELECT id FROM experiments WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET experiment = excluded.experiment, file = excluded.file, seed = excluded.seed,
         objectives = excluded.objectives, sampler = excluded.sampler, scheduler = excluded.scheduler,
         trials = excluded.trials, epochs = excluded.epochs, workers = excluded.workers, threads = excluded.threads,
         settings = excluded.settings, status = 'running', reason = NULL, resumed = excluded.resumed, ended = NULL,
         host = excluded.host, pid = excluded.pid, process = excluded.process
       RETURNING number`,
      ...[header.name, header.experiment, header.file, header.seed, JSON.stringify(header.objectives)],
      ...[header.sampler, header.scheduler, header.trials ?? null, header.epochs ?? null],
      ...[header.workers, header.threads, JSON.stringify(header.settings), time, time],
      ...[identity.host, identity.pid, identity.process],
    )!;
    this.#sweeps.set(header.name, number);
  }

  #propose(sweep: number, trial: TrialHeader, time: number): void {
    // A trial that is there already was proposed before a crash of which the sweep knows nothing.
    this.#statements.run(
      `INSERT INTO trials (sweep, number, run, draw, rejected_infeasible, rejected_repeated, assignments, labels,
         configuration, state, proposed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)
       ON CONFLICT (sweep, number) DO NOTHING`,
      ...[sweep, trial.number, trial.run, trial.draw, trial.rejected.infeasible, trial.rejected.repeated],
      ...[JSON.stringify(trial.assignments), JSON.stringify(trial.labels), trial.configuration, time],
    );
  }

  #endTrial(sweep: number, event: EventOf<'trial-ended'>): void {
    const { values, problem, output, seconds, time } = event;
    const ended = this.#statements.row(
      `UPDATE trials SET state = ?, epochs = ?, seconds = seconds + ?, ended = ?, worker = NULL, value = ?,
         objective_values = ?, problem = ?, output = coalesce(?, output)
       WHERE sweep = ? AND number = ? RETURNING id, run`,
      ...[event.state, event.epochs, seconds, time, values?.[0] ?? null],
      ...[values === undefined ? null : JSON.stringify(values)],
      ...[problem === undefined ? null : JSON.stringify(problem), output ?? null],
      ...[sweep, event.trial],
    ) as { readonly id: number; readonly run: string } | undefined;
    if (ended === undefined) return;
    // The last one alone: how long an attempt lasted whose process died is not known.
    this.#statements.run(
      `UPDATE trial_spans SET ended = ?
       WHERE trial = ? AND started = (SELECT max(started) FROM trial_spans WHERE trial = ?)`,
      ...[time, ended.id, ended.id],
    );
    this.#runs.lose(ended.run, lostRunStatus[event.state], { time, seconds, problem });
  }

  #problem(sweep: number, time: number, { code, message, fix }: Problem): void {
    this.#statements.run(
      'INSERT INTO sweep_problems (sweep, time, code, message, fix) VALUES (?, ?, ?, ?, ?)',
      ...[sweep, time, code, message, fix ?? null],
    );
  }

  /** The time it took is that since it last began, whatever the event's own seconds count from. */
  #end(sweep: number, event: EventOf<'sweep-ended'>): void {
    this.#statements.run(
      `UPDATE sweeps SET status = ?, reason = ?, ended = ?, seconds = seconds + (? - resumed) / 1000.0 WHERE number = ?`,
      ...[event.status, event.reason, event.time, event.time, sweep],
    );
    this.#statements.run('DELETE FROM sweep_claims WHERE name = ?', event.sweep);
  }

  #sweep(name: string): number | undefined {
    const known = this.#sweeps.get(name);
    if (known !== undefined) return known;
    const number = this.#statements.number('SELECT number FROM sweeps WHERE name = ?', name);
    if (number !== undefined) this.#sweeps.set(name, number);
    return number;
  }
}
