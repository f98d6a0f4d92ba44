/**
 * The rows of a run at its beginning: made when it is new; when it goes on under the same id (a trial promoted, or tried
 * again after a crash), taken up where they were.
 */
import type { RunHeader } from '../core/events.js';
import { flattenSettings } from './flatten-settings.js';
import { lastSign } from './last-sign.js';
import { processIdentity } from './process-identity.js';
import { storable, type Statements, type Value } from './statements.js';

export interface OpenedRun {
  readonly number: number;
  /** When it first began, in milliseconds since 1970. */
  readonly started: number;
}

/** Makes a run's rows, or continues those that are there. */
export function openRun(statements: Statements, header: RunHeader, time: number): OpenedRun {
  statements.run(
    `INSERT INTO experiments (name, file) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET file = excluded.file WHERE file <> excluded.file`,
    ...[header.experiment, header.file],
  );
  const earlier = statements.row('SELECT number, started, config FROM runs WHERE id = ?', header.id) as
    (OpenedRun & { readonly config: string }) | undefined;
  return earlier === undefined
    ? newRun(statements, header, time)
    : continuedRun(statements, header, time, earlier);
}

/** What may be different each time a process takes the run up; in the order of the columns below. */
function factsOf(header: RunHeader, config: string): Value[] {
  const identity = processIdentity(header.pid);
  return [
    ...[
      header.engine,
      header.git?.commit ?? null,
      header.git === undefined ? null : Number(header.git.dirty),
    ],
    ...[config, JSON.stringify(header.versions), JSON.stringify(header.machine)],
    ...[identity.host, identity.pid, identity.process, header.command ?? null],
  ];
}

function newRun(statements: Statements, header: RunHeader, time: number): OpenedRun {
  const number = statements.number(
    `INSERT INTO runs (id, experiment, file, seed, status, started,
       engine, git_commit, git_dirty, config, versions, machine, host, pid, process, command)
     VALUES (?, (SELECT id FROM experiments WHERE name = ?), ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     RETURNING number`,
    ...[header.id, header.experiment, header.file, header.seed, time],
    ...factsOf(header, JSON.stringify(header.config)),
  )!;
  addSettings(statements, header, number);
  addStages(statements, header, number);
  return { number, started: time };
}

/** Points and problems stay; what the last attempt ended with goes. */
function continuedRun(
  statements: Statements,
  header: RunHeader,
  time: number,
  { number, started, config: before }: OpenedRun & { readonly config: string },
): OpenedRun {
  const config = JSON.stringify(header.config);
  // An attempt that died said no word about its end: it lasted until its last sign of life.
  statements.run(
    `UPDATE runs SET
       seconds_before = coalesce(seconds, seconds_before + (${lastSign} - coalesce(resumed, started)) / 1000.0),
       status = 'running', resumed = ?, ended = NULL, seconds = NULL, report = NULL,
       engine = ?, git_commit = ?, git_dirty = ?, config = ?, versions = ?, machine = ?, host = ?, pid = ?, process = ?,
       command = ?
     WHERE number = ?`,
    ...[time, ...factsOf(header, config), number],
  );
  statements.run('DELETE FROM final_metrics WHERE run = ?', number);
  if (config !== before) {
    statements.run('DELETE FROM settings WHERE run = ?', number);
    addSettings(statements, header, number);
  }
  const same = statements.number(
    'SELECT group_concat(name, ?) FROM (SELECT name FROM stages WHERE run = ? ORDER BY position)',
    ...['\n', number],
  ) as string | null | undefined;
  if ((same ?? '') === header.stages.map(({ name }) => name).join('\n')) {
    // What is finished stays finished until an event says otherwise; seconds of an unfinished stage add up.
    statements.run(
      `UPDATE stages SET status = 'pending', started = NULL WHERE run = ? AND status NOT IN ('ran', 'cached', 'pending')`,
      number,
    );
  } else {
    statements.run('DELETE FROM stages WHERE run = ?', number);
    addStages(statements, header, number);
  }
  return { number, started };
}

function addSettings(statements: Statements, header: RunHeader, run: number): void {
  for (const { path, kind, value } of flattenSettings(header.config)) {
    statements.run('INSERT OR IGNORE INTO setting_paths (path) VALUES (?)', path);
    statements.run(
      'INSERT INTO settings (run, path, kind, value) VALUES (?, ?, ?, ?)',
      ...[run, path, kind, storable(value)],
    );
  }
}

function addStages(statements: Statements, header: RunHeader, run: number): void {
  header.stages.forEach(({ name, kind, needs }, position) => {
    statements.run(
      `INSERT INTO stages (run, position, name, kind, needs, status) VALUES (?, ?, ?, ?, ?, 'pending')`,
      ...[run, position, name, kind, JSON.stringify(needs)],
    );
  });
}
