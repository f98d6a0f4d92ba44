/**
 * `fixtures/version-1.sqlite.gz` was written by Assay as it was before sweeps: four runs (done, failed, interrupted,
 * running on another machine) with two stages, two curves by epoch and one by step each.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../src/tracking/migrations.js';
import { openTracking } from '../../src/tracking/tracking.js';
import { prepareScripts, type Scripts } from './processes.js';
import { header, quickRun, record, temporaryFolder, valueOf } from './support.js';
import { beginSweep, recordSweep } from './sweep-support.js';

const content = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures/version-1.sqlite.gz')));
const done = 'quickstart-20261123-094105-3f9a';

let scripts: Scripts;
beforeAll(() => {
  scripts = prepareScripts();
});
afterAll(() => {
  scripts.remove();
});

function oldRecord(folder = temporaryFolder()): { folder: string; file: string } {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'assay.sqlite');
  writeFileSync(file, content);
  return { folder, file };
}

/** All rows of the tables that version 1 had, with the columns that it had. */
function contentOf(file: string): unknown {
  const database = new Sqlite(file, { readonly: true });
  const rows = (sql: string): unknown[] => database.prepare(sql).raw().all();
  const all = {
    runs: rows(`SELECT number, id, experiment, file, seed, engine, status, started, ended, seconds, report, git_commit,
      git_dirty, config, versions, machine, host, pid, process FROM runs ORDER BY number`),
    settings: rows('SELECT * FROM settings ORDER BY run, path'),
    stages: rows('SELECT * FROM stages ORDER BY run, position'),
    series: rows('SELECT * FROM series ORDER BY id'),
    points: rows('SELECT * FROM points ORDER BY series, step'),
    metrics: rows('SELECT * FROM metrics ORDER BY run, stage, scope, key, step'),
    finalMetrics: rows('SELECT * FROM final_metrics ORDER BY run, key'),
    problems: rows('SELECT * FROM problems ORDER BY id'),
    artifacts: rows('SELECT * FROM artifacts ORDER BY digest'),
    experiments: rows('SELECT * FROM experiments'),
  };
  database.close();
  return all;
}

const versionOf = (file: string): unknown => {
  const database = new Sqlite(file, { readonly: true });
  const version = database.pragma('user_version', { simple: true });
  database.close();
  return version;
};

describe('a record of before sweeps', () => {
  it('has everything that stood in it when it is opened, and can hold what it could not', async () => {
    const { folder, file } = oldRecord();
    const before = contentOf(file);
    const tracking = valueOf(openTracking(folder));
    expect(contentOf(file)).toEqual(before);
    expect(valueOf(await tracking.runs()).rows.map(({ status }) => status)).toEqual([
      ...['running', 'interrupted', 'failed', 'done'],
    ]);
    expect(valueOf(await tracking.run(done))).toMatchObject({ metrics: { accuracy: 0.75 }, seconds: 0.05 });
    expect(
      valueOf(await tracking.runs({ where: 'train.batchSize = 64 and accuracy > 0.5' })).rows,
    ).toHaveLength(1);
    record(tracking, quickRun({ id: 'paused', status: 'paused' }));
    recordSweep(tracking, [beginSweep()]);
    expect(valueOf(await tracking.sweeps())).toHaveLength(1);
    tracking.close();

    const database = new Sqlite(file);
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
    expect(() => database.prepare("UPDATE runs SET status = 'odd'").run()).toThrow('CHECK constraint failed');
    // What refers to runs refers to the new table.
    database.pragma('foreign_keys = ON');
    expect(() =>
      database.prepare("INSERT INTO final_metrics (run, key, value) VALUES (99, 'a', 1)").run(),
    ).toThrow('FOREIGN KEY constraint failed');
    database.prepare('DELETE FROM runs').run();
    for (const table of ['settings', 'stages', 'series', 'points', 'final_metrics', 'problems'])
      expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
    database.close();
  });

  it('keeps views that the user added, and works though one of them was broken', async () => {
    const { folder, file } = oldRecord();
    const database = new Sqlite(file);
    database.exec(`CREATE VIEW best AS SELECT id FROM runs WHERE status = 'done';
      CREATE VIEW broken AS SELECT something FROM nowhere;`);
    database.close();
    const tracking = valueOf(openTracking(folder));
    expect(valueOf(await tracking.runs()).rows).toHaveLength(4);
    tracking.close();
    const after = new Sqlite(file, { readonly: true });
    expect(after.prepare('SELECT * FROM best').all()).toEqual([{ id: done }]);
    after.close();
  });

  it('is brought up to date by one of several processes that open it at once', async () => {
    const { folder, file } = oldRecord();
    const before = contentOf(file) as { runs: unknown[] };
    const code = (id: string): string => `
      const opened = openTracking(folder);
      if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
      const recorder = opened.value.recorder({ onProblem: (problem) => { throw new Error(problem.message); } });
      for (const event of ${JSON.stringify(quickRun({ id, status: 'pruned' }))}) recorder.listen(event);
      recorder.close();
      opened.value.close();`;
    const ids = ['p1', 'p2', 'p3', 'p4', 'p5'];
    const ends = await Promise.all(ids.map((id) => scripts.start(code(id), folder).ended));
    expect(ends).toEqual(ids.map(() => ({ code: 0, output: '', errors: '' })));
    const after = contentOf(file) as { runs: unknown[] };
    expect(after.runs.slice(0, 4)).toEqual(before.runs);
    expect(after.runs).toHaveLength(9);
    expect(versionOf(file)).toBe(migrations.length);
  });

  it('killed while it is brought up to date, is whole: of the one version or of the other', async () => {
    const { folder, file } = oldRecord();
    // As many runs as make the step long enough to be hit.
    const database = new Sqlite(file);
    database.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO runs (id, experiment, file, seed, engine, status, started, config, versions, machine, host, pid)
      SELECT 'many-' || i, 1, 'e.yaml', i, 'onnx', 'done', i, json_object('a', hex(zeroblob(300))), '{}', '{}', 'h', 1 FROM n;
      INSERT INTO final_metrics (run, key, value) SELECT number, 'accuracy', 0.5 FROM runs WHERE id LIKE 'many-%';`);
    database.close();
    const big = readFileSync(file);
    const before = JSON.stringify(contentOf(file));
    const hit = { before: 0, after: 0 };
    for (let attempt = 0; attempt < 7; attempt++) {
      for (const end of ['', '-wal', '-shm']) writeFileSync(`${file}${end}`, end === '' ? big : '');
      const child = scripts.start(`say('ready'); say(String(openTracking(folder).ok));`, folder);
      await child.printed('ready');
      await new Promise((later) => setTimeout(later, attempt * 30));
      child.process.kill('SIGKILL');
      await child.ended;
      // A reader of SQLite's own first finds what was left behind.
      const left = new Sqlite(file);
      expect(left.pragma('integrity_check', { simple: true })).toBe('ok');
      const version = left.pragma('user_version', { simple: true });
      const names = left.prepare(
        "SELECT name FROM sqlite_schema WHERE name IN ('trials', 'runs_of_version_2')",
      );
      expect(names.pluck().all()).toEqual(version === migrations.length ? ['trials'] : []);
      left.close();
      hit[version === migrations.length ? 'after' : 'before']++;
      expect(JSON.stringify(contentOf(file)) === before).toBe(true);
    }
    expect(hit.before).toBeGreaterThan(0);
    valueOf(openTracking(folder)).close();
    expect(versionOf(file)).toBe(migrations.length);
    expect(JSON.stringify(contentOf(file)) === before).toBe(true);
  });

  it('goes on with a run that was in it', async () => {
    const { folder } = oldRecord();
    const tracking = valueOf(openTracking(folder));
    const [start, end] = quickRun({
      id: done,
      header: header(done),
      started: 600_000,
      seconds: 2,
      metrics: { accuracy: 0.875 },
    });
    record(tracking, [start!, end!]);
    expect(valueOf(await tracking.run(done))).toMatchObject({
      status: 'done',
      seconds: 2.05,
      metrics: { accuracy: 0.875 },
    });
    expect(valueOf(await tracking.history(done))).toHaveLength(2);
    tracking.close();
  });
});
