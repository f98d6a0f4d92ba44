import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/problem.js';
import { openTracking } from '../../src/tracking/tracking.js';
import { prepareScripts, type Scripts } from './processes.js';
import { at, header, problemOf, quickRun, temporaryFolder, trackingWith, valueOf } from './support.js';

let scripts: Scripts;
beforeAll(() => {
  scripts = prepareScripts();
});
afterAll(() => {
  scripts.remove();
});

const databaseOf = (folder: string): string => join(folder, 'assay.sqlite');

/** A record with a run in it, closed. */
function recorded(): { folder: string; file: string } {
  const folder = temporaryFolder();
  trackingWith(folder, { id: 'first', metrics: { accuracy: 0.5 } }).close();
  return { folder, file: databaseOf(folder) };
}

describe('a database locked by another process', () => {
  const holdLock = `
    const database = new Sqlite(folder + '/assay.sqlite');
    database.exec('BEGIN IMMEDIATE');
    say('locked');
    setInterval(() => {}, 1000);`;

  const lockedBy = (file: string) => ({
    code: 'tracking-locked',
    message: `${file} is locked by another program`,
    fix: `close what has it open for writing (\`fuser ${file}\` lists processes), then try again`,
  });

  it('is waited for, then said to be locked; when it is free again it opens', async () => {
    const { folder, file } = recorded();
    const holder = scripts.start(holdLock, folder);
    await holder.printed('locked');
    expect(problemOf(openTracking(folder, { busyMilliseconds: 50 }))).toEqual(lockedBy(file));
    const reading = valueOf(openTracking(folder, { readOnly: true, busyMilliseconds: 50 }));
    expect(valueOf(await reading.runs()).rows).toHaveLength(1);
    reading.close();
    holder.process.kill('SIGKILL');
    await holder.ended;
    valueOf(openTracking(folder, { busyMilliseconds: 50 })).close();
  });

  it('in the middle of a run costs one warning, and nothing once it is free again', async () => {
    const { folder, file } = recorded();
    const tracking = valueOf(openTracking(folder, { busyMilliseconds: 50 }));
    const problems: Problem[] = [];
    const recorder = tracking.recorder({ onProblem: (problem) => problems.push(problem) });
    const [start, end] = quickRun({ id: 'second', metrics: { accuracy: 0.75 } });
    recorder.listen(start!);
    const holder = scripts.start(holdLock, folder);
    await holder.printed('locked');
    for (const epoch of [1, 2, 3]) {
      recorder.listen(
        at('second', epoch, {
          type: 'stage-event',
          stage: 'train',
          event: {
            type: 'epoch-ended',
            record: { epoch, step: epoch, metrics: { loss: 1 / epoch } },
            epochs: 3,
            seconds: 1,
          },
        }),
      );
    }
    const locked = lockedBy(file);
    expect(problems).toEqual([
      { ...locked, message: `the run goes on, but is not being recorded: ${locked.message}` },
    ]);
    holder.process.kill('SIGKILL');
    await holder.ended;
    recorder.listen(end!);
    recorder.close();
    expect(problems).toHaveLength(1);
    expect(valueOf(await tracking.run('second'))).toMatchObject({
      status: 'done',
      metrics: { accuracy: 0.75 },
    });
    expect(valueOf(await tracking.history('second'))[0]).toMatchObject({
      steps: [1, 2, 3],
      values: [1, 0.5, 1 / 3],
    });
    tracking.close();
  });
});

describe('a file that is no database of ours', () => {
  const damaged = (file: string, why: string) => ({
    code: 'tracking-corrupt',
    message: `${file} is damaged: ${why}`,
    fix: `move it away together with its -wal and -shm files, if any (\`mv ${file} ${file}.damaged\`): the next run starts a new one; artifacts and reports are not in it`,
  });

  it('is refused when it is something else, and left as it is', () => {
    const folder = temporaryFolder();
    const text = 'this is not a database, but long enough to have a header'.repeat(10);
    writeFileSync(databaseOf(folder), text);
    expect(problemOf(openTracking(folder))).toEqual(damaged(databaseOf(folder), 'file is not a database'));
    expect(readFileSync(databaseOf(folder), 'utf8')).toBe(text);
  });

  it('is refused when its end is missing', () => {
    const { folder, file } = recorded();
    truncateSync(file, 5000);
    const before = readFileSync(file);
    expect(problemOf(openTracking(folder))).toEqual(damaged(file, 'database disk image is malformed'));
    expect(readFileSync(file)).toEqual(before);
  });

  it('is said to be damaged when that shows only on reading', async () => {
    const { folder, file } = recorded();
    const bytes = readFileSync(file);
    const pageSize = bytes.readUInt16BE(16);
    // All but the first page, which holds the schema's beginning.
    bytes.fill(0xa5, pageSize);
    writeFileSync(file, bytes);
    const opened = openTracking(folder, { readOnly: true });
    if (opened.ok) {
      expect(problemOf(await opened.value.runs()).code).toBe('tracking-corrupt');
      opened.value.close();
    } else expect(opened.problems[0]!.code).toBe('tracking-corrupt');
  });

  it('never makes opening throw, whichever byte is wrong', async () => {
    const { folder, file } = recorded();
    const good = readFileSync(file);
    const codes = new Set<string>();
    for (let index = 0; index < good.length; index += index < 120 ? 3 : 1777) {
      const bytes = Buffer.from(good);
      bytes[index]! ^= 0xff;
      writeFileSync(file, bytes);
      const opened = openTracking(folder, { busyMilliseconds: 0 });
      if (!opened.ok) codes.add(opened.problems[0]!.code);
      else {
        const listed = await opened.value.runs();
        if (!listed.ok) codes.add(listed.problems[0]!.code);
        opened.value.close();
      }
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
    }
    expect([...codes].sort()).toContain('tracking-corrupt');
    for (const code of codes)
      expect(code).toMatch(/^tracking-(corrupt|foreign|too-new|io-error|not-writable|failed)$/);
  });

  it('is refused when another program made it, and left as it is', () => {
    const folder = temporaryFolder();
    const other = new Sqlite(databaseOf(folder));
    other.exec('CREATE TABLE bookmarks (url TEXT)');
    other.close();
    const before = readFileSync(databaseOf(folder));
    expect(problemOf(openTracking(folder))).toEqual({
      code: 'tracking-foreign',
      message: `${databaseOf(folder)} is a database of another program`,
      fix: 'move it away: the next run starts a new one',
    });
    expect(readFileSync(databaseOf(folder))).toEqual(before);
  });

  it('is refused when a newer Assay wrote it', () => {
    const { folder, file } = recorded();
    const newer = new Sqlite(file);
    newer.pragma('user_version = 99');
    newer.close();
    expect(problemOf(openTracking(folder))).toEqual({
      code: 'tracking-too-new',
      message: `${file} was written by a newer Assay: expected its version to be at most 3, got 99`,
      fix: 'update Assay in this project, or move the file away to start a new one',
    });
  });

  it('opens when it is empty: what is left of a process that was killed while making it', () => {
    const folder = temporaryFolder();
    writeFileSync(databaseOf(folder), '');
    trackingWith(folder, { id: 'first' }).close();
  });

  it('is refused when a folder stands in its place', () => {
    const folder = temporaryFolder();
    mkdirSync(databaseOf(folder));
    expect(problemOf(openTracking(folder))).toMatchObject({
      code: 'tracking-not-writable',
      message: `${databaseOf(folder)} can't be opened for writing`,
    });
  });
});

/** Root may write anywhere, so the tests of read-only folders become somebody else. */
const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
/** Not where the checkout lies in a folder that only root may enter. */
const canBeNobody = spawnSync('test', ['-r', import.meta.filename], nobody).status === 0;

describe('a folder that cannot be written', () => {
  const openBoth = `
    const show = (opened) => {
      if (!opened.ok) return say(JSON.stringify(opened.problems[0]));
      return opened.value.runs().then((list) => say(JSON.stringify(list.ok ? list.value.rows.map(({ id }) => id) : list.problems[0])));
    };
    await show(openTracking(folder));
    await show(openTracking(folder, { readOnly: true }));`;

  const readOnlyRecord = (): { folder: string; file: string } => {
    const made = recorded();
    chmodSync(made.file, 0o444);
    chmodSync(made.folder, 0o555);
    return made;
  };

  it.skipIf(!canBeNobody)('is said to be so when writing, and read nevertheless', async () => {
    const { folder, file } = readOnlyRecord();
    const { output, errors } = await scripts.start(openBoth, folder, nobody).ended;
    expect(errors).toBe('');
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        code: 'tracking-not-writable',
        message: `${file} can't be opened for writing`,
        fix: 'give yourself write permission to it and to its folder',
      },
      ['first'],
    ]);
  });

  it.skipIf(!canBeNobody)('is said to be so when there is no database in it yet', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o555);
    const { output } = await scripts.start(openBoth, folder, nobody).ended;
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toMatchObject({ code: 'tracking-not-writable' });
    expect(lines[1]).toEqual([]);
    expect(existsSync(databaseOf(folder))).toBe(false);
  });

  it.skipIf(!canBeNobody)('is said to be so when it cannot even be made', async () => {
    const parent = temporaryFolder();
    chmodSync(parent, 0o555);
    const { output } = await scripts.start(openBoth, join(parent, 'runs'), nobody).ended;
    expect(JSON.parse(output.split('\n')[0]!)).toMatchObject({ code: 'tracking-not-writable' });
  });
});

/** A file system of 600 kB, seen by one process alone. */
const smallDisk = (folder: string): string[] => [
  ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
  ...[`mount -t tmpfs -o size=600k assay-test '${folder}' && exec "$@"`, 'sh'],
];
const canMount = ((): boolean => {
  const folder = mkdtempSync('/tmp/assay-mount-');
  const [command, ...args] = [...smallDisk(folder), 'true'];
  const mounted = spawnSync(command, args).status === 0;
  rmSync(folder, { recursive: true, force: true });
  return mounted;
})();

describe('a full disk', () => {
  it.skipIf(!canMount)('costs one warning, and the database stays whole', async () => {
    const folder = temporaryFolder();
    const code = `
      import { writeFileSync } from 'node:fs';
      const tracking = openTracking(folder).value;
      const problems = [];
      const recorder = tracking.recorder({ onProblem: (problem) => problems.push(problem) });
      const at = (body) => recorder.listen({ ...body, runId: 'full', time: 1000 });
      at({ type: 'run-started', run: ${JSON.stringify(header('full'))} });
      for (let epoch = 1; epoch <= 50; epoch++) {
        const metrics = Object.fromEntries(Array.from({ length: 500 }, (_, i) => ['metric' + i, epoch]));
        const record = { epoch, step: epoch, metrics };
        at({ type: 'stage-event', stage: 'train', event: { type: 'epoch-ended', record, epochs: 50, seconds: 1 } });
      }
      at({ type: 'run-ended', status: 'done', seconds: 1, metrics: { accuracy: 0.5 } });
      recorder.close();
      say(JSON.stringify(problems));
      tracking.close();
      const again = new Sqlite(folder + '/assay.sqlite');
      say(JSON.stringify([again.pragma('integrity_check', { simple: true }), again.prepare('SELECT status FROM runs').all()]));`;
    const { output, errors } = await scripts.start(code, folder, { wrap: smallDisk(folder) }).ended;
    expect(errors).toBe('');
    const [problems, state] = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const file = databaseOf(folder);
    expect(problems).toEqual([
      {
        code: 'tracking-disk-full',
        message: `the run goes on, but is not being recorded: there is no space left on the disk for ${file}`,
        fix: 'make room, for example with `assay cache gc`',
      },
    ]);
    expect(state).toEqual(['ok', [{ status: 'running' }]]);
  });

  it.skipIf(!canMount)('is said to be so when there is no room to begin', async () => {
    const folder = temporaryFolder();
    const code = `
      import { writeFileSync } from 'node:fs';
      try { writeFileSync(folder + '/ballast', Buffer.alloc(1e6)); } catch {}
      say(JSON.stringify(openTracking(folder)));`;
    const { output } = await scripts.start(code, folder, { wrap: smallDisk(folder) }).ended;
    expect(JSON.parse(output)).toEqual({
      ok: false,
      problems: [
        {
          code: 'tracking-disk-full',
          message: `there is no space left on the disk for ${databaseOf(folder)}`,
          fix: 'make room, for example with `assay cache gc`',
        },
      ],
    });
  });
});

describe('several processes at once', () => {
  it('make the database once and record all their runs', async () => {
    const folder = temporaryFolder();
    const code = (id: string): string => `
      const opened = openTracking(folder);
      if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
      const recorder = opened.value.recorder({ onProblem: (problem) => { throw new Error(problem.message); } });
      for (const event of ${JSON.stringify(quickRun({ id, metrics: { accuracy: 0.5 } }))}) recorder.listen(event);
      recorder.close();
      opened.value.close();`;
    const ids = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
    const ends = await Promise.all(ids.map((id) => scripts.start(code(id), folder).ended));
    expect(ends).toEqual(ids.map(() => ({ code: 0, output: '', errors: '' })));
    const tracking = valueOf(openTracking(folder));
    expect(valueOf(await tracking.runs({ sort: 'id' })).rows.map(({ id, status }) => [id, status])).toEqual(
      ids.map((id) => [id, 'done']),
    );
    tracking.close();
  });
});

describe('a process killed while it writes', () => {
  it('leaves a whole file in which each epoch is whole, and its run is found to be interrupted', async () => {
    const folder = temporaryFolder();
    const code = `
      const tracking = openTracking(folder).value;
      const recorder = tracking.recorder({ onProblem: (problem) => { throw new Error(problem.message); } });
      const id = 'killed-' + process.pid;
      const at = (body) => recorder.listen({ ...body, runId: id, time: Date.now() });
      at({ type: 'run-started', run: { ...${JSON.stringify(header(''))}, id, pid: process.pid } });
      at({ type: 'stage-started', stage: 'train', fingerprint: 'f', why: [] });
      say('started');
      for (let step = 1; ; step++) {
        const metrics = { a: step, b: step, c: step };
        at({ type: 'stage-event', stage: 'train', event: { type: 'step-ended', epoch: step, step, metrics } });
        at({ type: 'stage-event', stage: 'train', event: { type: 'epoch-ended', record: { epoch: step, step, metrics }, epochs: 9, seconds: 1 } });
      }`;
    for (const delay of [0, 3, 11, 40, 90]) {
      const child = scripts.start(code, folder);
      await child.printed('started');
      await new Promise((done) => setTimeout(done, delay));
      const alive = valueOf(openTracking(folder));
      expect(valueOf(alive.markInterrupted())).toEqual([]);
      alive.close();
      child.process.kill('SIGKILL');
      expect((await child.ended).code).toBe('SIGKILL');

      const raw = new Sqlite(databaseOf(folder));
      expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(raw.pragma('foreign_key_check')).toEqual([]);
      const torn = raw
        .prepare('SELECT run, scope, step FROM metrics GROUP BY run, scope, step HAVING count(*) <> 3')
        .all();
      expect(torn).toEqual([]);
      raw.close();

      const tracking = valueOf(openTracking(folder));
      const id = `killed-${child.process.pid}`;
      expect(valueOf(tracking.markInterrupted())).toEqual([id]);
      const run = valueOf(await tracking.run(id));
      expect(run.status).toBe('interrupted');
      expect(run.stages.map(({ status }) => status)).toEqual(['pending', 'interrupted']);
      expect(run.ended).toBeGreaterThanOrEqual(run.started);
      expect(run.seconds).toBe((run.ended! - run.started) / 1000);
      expect(valueOf(tracking.markInterrupted())).toEqual([]);
      tracking.close();
    }
    expect(statSync(databaseOf(folder)).size).toBeGreaterThan(0);
  });
});
