import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/tracking/database.js';
import { migrations } from '../../src/tracking/migrations.js';
import { temporaryFolder, trackingWith } from './support.js';

/** A file as this version leaves it, opened without Assay, as a later version would find it. */
function oldFile(): Sqlite.Database {
  const folder = temporaryFolder();
  trackingWith(folder, { id: 'old', metrics: { accuracy: 0.5 } }).close();
  return new Sqlite(join(folder, 'assay.sqlite'));
}

const nextStep = `
  ALTER TABLE runs ADD COLUMN sweep TEXT;
  CREATE TABLE tags (run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE, tag TEXT NOT NULL) STRICT;
  UPDATE runs SET sweep = 'none';`;

const version = (database: Sqlite.Database): unknown => database.pragma('user_version', { simple: true });

describe('a file of an older version', () => {
  it('is brought up to date by the steps that it lacks, with what stands in it', () => {
    const database = oldFile();
    expect(version(database)).toBe(migrations.length);
    migrate(database, [...migrations, nextStep]);
    expect(version(database)).toBe(migrations.length + 1);
    const rows = database
      .prepare('SELECT id, status, sweep, key, value FROM runs JOIN final_metrics ON run = number')
      .all();
    expect(rows).toEqual([{ id: 'old', status: 'done', sweep: 'none', key: 'accuracy', value: 0.5 }]);
    expect(database.prepare('SELECT * FROM tags').all()).toEqual([]);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');

    migrate(database, [...migrations, nextStep]);
    expect(version(database)).toBe(migrations.length + 1);
    database.close();
  });

  it('stays as it was when a step fails half-way', () => {
    const database = oldFile();
    const schema = () => database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const before = schema();
    expect(() => migrate(database, [...migrations, `${nextStep} CREATE TABLE runs (again TEXT);`])).toThrow(
      'table runs already exists',
    );
    expect(version(database)).toBe(migrations.length);
    expect(schema()).toEqual(before);
    expect(database.inTransaction).toBe(false);
    database.close();
  });
});

describe('the schema', () => {
  it('is the same whether it was made now or step by step', () => {
    const shape = (database: Sqlite.Database) =>
      database
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        .all();
    const stepwise = new Sqlite(':memory:');
    migrations.forEach((_, index) => migrate(stepwise, migrations.slice(0, index + 1)));
    const now = oldFile();
    expect(shape(stepwise)).toEqual(shape(now));
    now.close();
    stepwise.close();
  });

  it('has strict tables only, and forgets all of a run with the run', () => {
    const database = oldFile();
    const tables = database.pragma('table_list') as {
      schema: string;
      name: string;
      type: string;
      strict: number;
    }[];
    const loose = tables.filter(
      ({ schema, name, type, strict }) =>
        schema === 'main' && type === 'table' && strict === 0 && !name.startsWith('sqlite_'),
    );
    expect(loose).toEqual([]);
    database.pragma('foreign_keys = ON');
    database.prepare('DELETE FROM runs').run();
    for (const table of ['settings', 'stages', 'series', 'points', 'final_metrics', 'problems']) {
      expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
    }
    database.close();
  });
});
