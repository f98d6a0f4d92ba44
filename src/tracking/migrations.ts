/**
 * The database's schema, as the steps that led to it: a file of any older version is brought up to date by the steps it
 * lacks. A step, once released, is never edited. Documented for users in docs/tracking.md.
 */

const version1 = `
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  file TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  file TEXT NOT NULL,
  seed INTEGER NOT NULL,
  engine TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'interrupted')),
  started INTEGER NOT NULL,
  ended INTEGER,
  seconds REAL,
  report TEXT,
  git_commit TEXT,
  git_dirty INTEGER CHECK (git_dirty IN (0, 1)),
  config TEXT NOT NULL CHECK (json_valid(config)),
  versions TEXT NOT NULL CHECK (json_valid(versions)),
  machine TEXT NOT NULL CHECK (json_valid(machine)),
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process TEXT
) STRICT;
CREATE INDEX runs_by_experiment ON runs (experiment, started);
CREATE INDEX runs_by_start ON runs (started);
CREATE INDEX runs_running ON runs (host) WHERE status = 'running';

CREATE TABLE settings (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('number', 'text', 'boolean', 'null')),
  value ANY,
  PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX settings_by_path ON settings (path);

CREATE TABLE artifacts (
  digest TEXT PRIMARY KEY,
  bytes INTEGER,
  kind TEXT NOT NULL,
  made_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stages (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  needs TEXT NOT NULL CHECK (json_valid(needs)),
  status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'ran', 'cached', 'failed', 'interrupted')),
  fingerprint TEXT,
  artifact TEXT REFERENCES artifacts (digest),
  made_by TEXT,
  started INTEGER,
  seconds REAL,
  summary TEXT CHECK (json_valid(summary)),
  PRIMARY KEY (run, position),
  UNIQUE (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX stages_by_fingerprint ON stages (fingerprint);
CREATE INDEX stages_by_artifact ON stages (artifact);

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('step', 'epoch')),
  key TEXT NOT NULL,
  UNIQUE (run, stage, scope, key)
) STRICT;

CREATE TABLE points (
  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  elapsed INTEGER,
  value REAL,
  PRIMARY KEY (series, step)
) STRICT, WITHOUT ROWID;

CREATE VIEW metrics AS
SELECT runs.id AS run, series.stage, series.scope, series.key, points.step, points.epoch,
       runs.started + points.elapsed AS time, points.value
FROM points JOIN series ON series.id = points.series JOIN runs ON runs.number = series.run;

CREATE TABLE final_metrics (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value REAL,
  PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX final_metrics_by_key ON final_metrics (key, value);

CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  stage TEXT,
  severity TEXT NOT NULL CHECK (severity IN ('warning', 'error')),
  time INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  fix TEXT
) STRICT;
CREATE INDEX problems_by_run ON problems (run);
`;

/**
 * Runs that a sweep's scheduler paused or pruned, runs that go on under the same id, and sweeps. SQLite can't change a
 * CHECK, so `runs` is made anew under another name and takes the old one's place; `migrate` sees to it that nothing
 * follows the old table when it goes. Which settings there are is kept by itself: the index that told it before cost each
 * run a page for every setting.
 */
const version2 = `
DROP VIEW metrics;

CREATE TABLE runs_of_version_2 (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  file TEXT NOT NULL,
  seed INTEGER NOT NULL,
  engine TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'interrupted', 'paused', 'pruned')),
  started INTEGER NOT NULL,
  resumed INTEGER,
  ended INTEGER,
  seconds_before REAL NOT NULL DEFAULT 0,
  seconds REAL,
  report TEXT,
  git_commit TEXT,
  git_dirty INTEGER CHECK (git_dirty IN (0, 1)),
  config TEXT NOT NULL CHECK (json_valid(config)),
  versions TEXT NOT NULL CHECK (json_valid(versions)),
  machine TEXT NOT NULL CHECK (json_valid(machine)),
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process TEXT
) STRICT;
INSERT INTO runs_of_version_2 (number, id, experiment, file, seed, engine, status, started, ended, seconds, report,
  git_commit, git_dirty, config, versions, machine, host, pid, process)
SELECT number, id, experiment, file, seed, engine, status, started, ended, seconds, report,
  git_commit, git_dirty, config, versions, machine, host, pid, process FROM runs;
DROP TABLE runs;
ALTER TABLE runs_of_version_2 RENAME TO runs;
CREATE INDEX runs_by_experiment ON runs (experiment, started);
CREATE INDEX runs_by_start ON runs (started);
CREATE INDEX runs_running ON runs (host) WHERE status = 'running';

CREATE VIEW metrics AS
SELECT runs.id AS run, series.stage, series.scope, series.key, points.step, points.epoch,
       runs.started + points.elapsed AS time, points.value
FROM points JOIN series ON series.id = points.series JOIN runs ON runs.number = series.run;

CREATE TABLE setting_paths (
  path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO setting_paths (path) SELECT DISTINCT path FROM settings;
DROP INDEX settings_by_path;

CREATE TABLE sweeps (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  experiment INTEGER NOT NULL REFERENCES experiments (id),
  file TEXT NOT NULL,
  seed INTEGER NOT NULL,
  objectives TEXT NOT NULL CHECK (json_valid(objectives)),
  sampler TEXT NOT NULL,
  scheduler TEXT NOT NULL,
  trials INTEGER,
  epochs INTEGER,
  workers INTEGER NOT NULL,
  threads INTEGER NOT NULL,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'interrupted', 'failed')),
  reason TEXT,
  started INTEGER NOT NULL,
  resumed INTEGER NOT NULL,
  ended INTEGER,
  seconds REAL NOT NULL DEFAULT 0,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process TEXT
) STRICT;
CREATE INDEX sweeps_by_start ON sweeps (resumed);
CREATE INDEX sweeps_running ON sweeps (host) WHERE status = 'running';

CREATE TABLE sweep_claims (
  name TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process TEXT,
  seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE trials (
  id INTEGER PRIMARY KEY,
  sweep INTEGER NOT NULL REFERENCES sweeps (number) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  run TEXT NOT NULL UNIQUE,
  draw INTEGER NOT NULL,
  rejected_infeasible INTEGER NOT NULL,
  rejected_repeated INTEGER NOT NULL,
  assignments TEXT NOT NULL CHECK (json_valid(assignments)),
  labels TEXT NOT NULL CHECK (json_valid(labels)),
  configuration TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('waiting', 'running', 'paused', 'done', 'pruned', 'failed', 'infeasible')),
  attempts INTEGER NOT NULL DEFAULT 0,
  worker INTEGER,
  epochs INTEGER NOT NULL DEFAULT 0,
  seconds REAL NOT NULL DEFAULT 0,
  proposed INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  value REAL,
  objective_values TEXT CHECK (json_valid(objective_values)),
  problem TEXT CHECK (json_valid(problem)),
  output TEXT,
  UNIQUE (sweep, number)
) STRICT;
CREATE INDEX trials_by_state ON trials (sweep, state, value);

CREATE TABLE reports (
  trial INTEGER NOT NULL REFERENCES trials (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep_problems (
  id INTEGER PRIMARY KEY,
  sweep INTEGER NOT NULL REFERENCES sweeps (number) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  fix TEXT
) STRICT;
CREATE INDEX sweep_problems_by_sweep ON sweep_problems (sweep);
`;

/**
 * For comparisons: the command line that makes a run again, and which worker each trial was on and when. Of what was
 * recorded before, neither is known.
 */
const version3 = `
ALTER TABLE runs ADD COLUMN command TEXT;

CREATE TABLE trial_spans (
  trial INTEGER NOT NULL REFERENCES trials (id) ON DELETE CASCADE,
  started INTEGER NOT NULL,
  ended INTEGER,
  worker INTEGER NOT NULL,
  PRIMARY KEY (trial, started)
) STRICT, WITHOUT ROWID;
`;

/** Step i leads from user_version i to i + 1. */
export const migrations: readonly string[] = [version1, version2, version3];

/** `Asay` in ASCII: SQLite's application_id, by which `file` and we know the database as ours. */
export const applicationId = 0x41736179;
