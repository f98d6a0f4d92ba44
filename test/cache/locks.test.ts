import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../src/cache/artifact-cache.js';
import type { Lock } from '../../src/cache/artifact-cache.js';
import { tryFileLock } from '../../src/cache/file-lock.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { CacheRig, recordOf } from './cache-rig.js';

let rig: CacheRig;
beforeEach(() => (rig = new CacheRig()));
afterEach(() => rig[Symbol.dispose]());

const fingerprint = fingerprintOf(recordOf('a'));
const other = fingerprintOf(recordOf('b'));
const lockFile = (): string => join(rig.root, 'locks', `${fingerprint}.lock`);

/** Whether somebody has the fingerprint's lock: whoever asks has to wait. */
async function isTaken(): Promise<boolean> {
  const patience = new AbortController();
  const { signal } = patience;
  try {
    (
      await rig.cache.lock(fingerprint, { signal, onWait: () => patience.abort(new Error('had to wait')) })
    ).release();
    return false;
  } catch (error) {
    expect(error).toBe(signal.reason);
    return true;
  }
}

const lockAndTell = `await cache.lock(input.fingerprint); console.log('locked'); await sleep(60_000);`;

describe('the lock of a fingerprint', () => {
  it('excludes other callers in the same process until it is released', async () => {
    const events: string[] = [];
    const first = await rig.cache.lock(fingerprint);
    let second: Promise<Lock> | undefined;
    await new Promise<void>((waits) => {
      const onWait = (): void => {
        events.push('waits');
        waits();
      };
      second = rig.cache.lock(fingerprint, { onWait }).then((lock) => {
        events.push('has it');
        return lock;
      });
    });
    expect(await isTaken()).toBe(true);
    events.push('released');
    first.release();
    first.release();
    (await second)?.release();
    expect(events).toEqual(['waits', 'released', 'has it']);
  });

  it('lets every one of many callers in, one at a time', async () => {
    let inside = 0;
    let turns = 0;
    const visit = async (): Promise<void> => {
      const lock = await rig.cache.lock(fingerprint);
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      turns++;
      lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    expect(turns).toBe(8);
  });

  it('leaves other fingerprints alone, and does not say it waits when it need not', async () => {
    let waited = false;
    const first = await rig.cache.lock(fingerprint);
    const second = await rig.cache.lock(other, { onWait: () => (waited = true) });
    first.release();
    second.release();
    expect(waited).toBe(false);
  });

  it('is not asked for once the signal is aborted', async () => {
    const reason = new Error('Ctrl-C');
    await expect(rig.cache.lock(fingerprint, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await isTaken()).toBe(false);
  });

  it('excludes other processes, also after this one asked in vain for what it has', async () => {
    const lock = await rig.cache.lock(fingerprint);
    // Closing a descriptor of the file would end this process's own lock, were SQLite not in between.
    expect(await isTaken()).toBe(true);
    const program = `
      const patience = new AbortController();
      const options = { signal: patience.signal, onWait: () => patience.abort('had to wait') };
      await cache.lock(input.fingerprint, options).then(() => console.log('had'), (reason) => console.log(reason));`;
    expect(await rig.start(program, { fingerprint }).ended).toEqual({ code: 0, output: 'had to wait\n' });
    lock.release();
    expect(await rig.start(program, { fingerprint }).ended).toEqual({ code: 0, output: 'had\n' });
  });

  it('ends with the process that has it, killed outright', async () => {
    const { child, ended } = rig.start(lockAndTell, { fingerprint });
    await CacheRig.spoke(child);
    expect(await isTaken()).toBe(true);
    child.kill('SIGKILL');
    expect((await ended).code).toBe('SIGKILL');
    expect(await isTaken()).toBe(false);
  });

  it('stays with a process that forgot about it', async () => {
    const program = `
      import v8 from 'node:v8';
      import vm from 'node:vm';
      v8.setFlagsFromString('--expose-gc');
      await cache.lock(input.fingerprint);
      for (let i = 0; i < 5; i++) { vm.runInNewContext('gc')(); await sleep(10); }
      console.log('collected');
      await sleep(60_000);`;
    const { child } = rig.start(program, { fingerprint });
    await CacheRig.spoke(child);
    expect(await isTaken()).toBe(true);
    child.kill('SIGKILL');
  });

  it('refuses a lock file with something in it, in words', async () => {
    (await rig.cache.lock(fingerprint)).release();
    appendFileSync(lockFile(), 'x'.repeat(2000));
    await expect(rig.cache.lock(fingerprint)).rejects.toThrow(
      `expected ${rig.root} to be a folder that can be read and written, got a lock file with something in it (SQLITE_NOTADB, ${rig.root})`,
    );
  });
});

describe('processes that need the same artifact at once', () => {
  it('make it once, and all get the same', async () => {
    const log = join(rig.folder, 'log');
    const program = `
      const record = recordOf('a');
      const lock = await cache.lock(fingerprintOf(record), { onWait: () => appendFileSync(input.log, 'waits\\n') });
      let found = await cache.find(fingerprintOf(record));
      if (found.state !== 'present') {
        appendFileSync(input.log, 'made\\n');
        const workspace = await cache.workspace(fingerprintOf(record));
        writeFileSync(join(workspace.folder, 'pid'), String(process.pid));
        await sleep(400);
        found = { entry: await workspace.commit({ record, summary: {}, seconds: 1, madeBy: String(process.pid) }) };
      }
      lock.release();
      const opened = await cache.open(found.entry);
      console.log(JSON.stringify([found.entry, opened]));`;
    const all = await Promise.all(Array.from({ length: 5 }, () => rig.start(program, { log }).ended));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    const outputs = all.map(({ output }) => JSON.parse(output) as [CacheEntry, unknown]);
    for (const output of outputs) expect(output).toEqual(outputs[0]);
    const said = readFileSync(log, 'utf8').trim().split('\n');
    expect(said.filter((line) => line === 'made')).toHaveLength(1);
    const [entry] = outputs[0]!;
    expect(readFileSync(rig.artifactPath(entry, 'pid'), 'utf8')).toBe(entry.madeBy);
  });
});

describe('holding the cache', () => {
  const busy = () => ({
    removed: [],
    bytes: 0,
    leftovers: 0,
    busy: {
      code: 'cache-busy',
      message: `expected nobody to be using ${rig.root}, got a run under way: nothing was removed`,
      fix: 'try again when it has ended',
    },
  });

  it('is shared, and keeps collection off until the last lets go', async () => {
    await rig.make('a', { x: '1' });
    const [first, second] = [await rig.cache.hold(), await rig.cache.hold()];
    expect(await rig.cache.collect({ unusedOnly: true })).toEqual(busy());
    first.release();
    expect(await rig.cache.collect({ unusedOnly: true })).toEqual(busy());
    expect((await rig.cache.find(fingerprint)).state).toBe('present');
    second.release();
    expect((await rig.cache.collect({ unusedOnly: true })).removed).toHaveLength(1);
  });

  it('comes with a lock and with a workspace', async () => {
    const lock = await rig.cache.lock(fingerprint);
    expect(await rig.cache.collect({})).toEqual(busy());
    lock.release();
    const workspace = await rig.cache.workspace(fingerprint);
    expect(await rig.cache.collect({})).toEqual(busy());
    expect(existsSync(workspace.folder)).toBe(true);
    await workspace.discard();
    expect((await rig.cache.collect({})).busy).toBeUndefined();
  });

  it('by another process counts too, until that is killed', async () => {
    const { child, ended } = rig.start(`await cache.hold(); console.log('holds'); await sleep(60_000);`);
    await CacheRig.spoke(child);
    expect(await rig.cache.collect({ dryRun: true })).toEqual(busy());
    child.kill('SIGKILL');
    await ended;
    expect((await rig.cache.collect({ dryRun: true })).busy).toBeUndefined();
  });

  it('waits for a collection to end', async () => {
    (await rig.cache.hold()).release();
    const collecting = tryFileLock(join(rig.root, 'locks', 'hold.lock'), 'exclusive');
    const events: string[] = [];
    const hold = rig.cache.hold({ onWait: () => events.push('waits') }).then((lock) => {
      events.push('holds');
      lock.release();
    });
    await expect(rig.cache.hold({ signal: AbortSignal.timeout(150) })).rejects.toThrow('timeout');
    events.push('collected');
    collecting?.release();
    await hold;
    expect(events).toEqual(['waits', 'collected', 'holds']);
  });
});
