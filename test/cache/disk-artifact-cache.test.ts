import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskArtifactCache } from '../../src/cache/disk-artifact-cache.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { CacheRig, flipByte, recordOf, writeFiles } from './cache-rig.js';

let rig: CacheRig;
beforeEach(() => (rig = new CacheRig()));
afterEach(() => rig[Symbol.dispose]());

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const files = { 'model.json': '{"layers":[]}\n', 'weights/a.bin': 'abcdef' };
const short = (name: string): string => fingerprintOf(recordOf(name)).slice(0, 12);

describe('committing', () => {
  it('makes an entry that says what its files are', async () => {
    const summary = { metrics: { accuracy: 0.5 }, note: 'two files' };
    const entry = await rig.make('a', files, summary);
    const listed = [
      { path: 'model.json', bytes: 14, sha256: hash('{"layers":[]}\n') },
      { path: 'weights/a.bin', bytes: 6, sha256: hash('abcdef') },
    ];
    expect(entry).toMatchObject({
      fingerprint: fingerprintOf(recordOf('a')),
      record: recordOf('a'),
      files: listed,
      summary,
      seconds: 1.5,
      madeBy: 'run-1',
      // The documented digest, worked out here by hand.
      artifact: hash(
        `[{"bytes":14,"path":"model.json","sha256":"${hash('{"layers":[]}\n')}"},` +
          `{"bytes":6,"path":"weights/a.bin","sha256":"${hash('abcdef')}"}]`,
      ),
    });
    expect(await rig.cache.find(entry.fingerprint)).toEqual({ state: 'present', entry });
    expect(await rig.cache.open(entry)).toEqual({ ok: true, folder: rig.artifactPath(entry) });
    expect(readFileSync(rig.artifactPath(entry, 'weights/a.bin'), 'utf8')).toBe('abcdef');
  });

  it('leaves no workspace behind', async () => {
    await rig.make('a', files);
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
  });

  it('protects the files from being edited by mistake', async () => {
    const entry = await rig.make('a', files);
    expect(statSync(rig.artifactPath(entry, 'model.json')).mode & 0o777).toBe(0o444);
  });

  it('stores equal outputs once, wherever they come from', async () => {
    const a = await rig.make('a', files);
    const b = await rig.make('b', files);
    expect(b.artifact).toBe(a.artifact);
    expect(readdirSync(join(rig.root, 'artifacts'))).toHaveLength(1);
    expect(await rig.cache.find(a.fingerprint)).toEqual({ state: 'present', entry: a });
    expect(await rig.cache.find(b.fingerprint)).toEqual({ state: 'present', entry: b });
  });

  it('gives the same digest whatever the order in which files were written', async () => {
    const a = await rig.make('a', { x: '1', 'y/z': '2' });
    const b = await rig.make('b', { 'y/z': '2', x: '1' });
    expect(b.artifact).toBe(a.artifact);
  });

  it('tells apart outputs whose names or contents differ', async () => {
    const made = [{ x: '1' }, { y: '1' }, { x: '2' }, { 'x/1': '' }, {}] as Record<string, string>[];
    const entries = await Promise.all(made.map((content, at) => rig.make(`m${at}`, content)));
    expect(new Set(entries.map((entry) => entry.artifact)).size).toBe(5);
  });

  it('keeps numbers that JSON has no word for', async () => {
    const summary = {
      metrics: { loss: NaN, best: Infinity, worst: -Infinity, ok: 1 },
      epochs: [{ epoch: 1, step: 2, metrics: { loss: NaN } }],
    };
    const entry = await rig.make('a', files, summary);
    expect(await rig.cache.find(entry.fingerprint)).toEqual({ state: 'present', entry });
    expect(entry.summary.metrics?.['loss']).toBeNaN();
  });

  it('refuses a link in the output, and leaves nothing', async () => {
    const workspace = await rig.cache.workspace(fingerprintOf(recordOf('a')));
    mkdirSync(join(workspace.folder, 'sub'));
    symlinkSync('/etc/hostname', join(workspace.folder, 'sub', 'host'));
    await expect(
      workspace.commit({ record: recordOf('a'), summary: {}, seconds: 1, madeBy: 'r' }),
    ).rejects.toThrow(
      'expected a stage\'s output to hold plain files and folders only, got a symbolic link: "sub/host"',
    );
    expect(existsSync(workspace.folder)).toBe(false);
    expect(await rig.cache.find(fingerprintOf(recordOf('a')))).toEqual({ state: 'absent' });
  });

  it('refuses a record of another fingerprint, which is a bug of the caller', async () => {
    const workspace = await rig.cache.workspace(fingerprintOf(recordOf('a')));
    const commit = workspace.commit({ record: recordOf('b'), summary: {}, seconds: 1, madeBy: 'r' });
    await expect(commit).rejects.toThrow('the record is not that of the fingerprint');
    await workspace.discard();
  });

  it('leaves nothing of a discarded workspace', async () => {
    const workspace = await rig.cache.workspace(fingerprintOf(recordOf('a')));
    writeFiles(workspace.folder, files);
    await workspace.discard();
    await workspace.discard();
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
    expect(await rig.cache.list()).toEqual([]);
  });
});

describe('a rotten entry', () => {
  it('is found by a look when a file is gone, and dropped', async () => {
    const entry = await rig.make('a', files);
    unlinkSync(rig.artifactPath(entry, 'weights/a.bin'));
    expect(await rig.cache.find(entry.fingerprint)).toEqual({
      state: 'rotten',
      problem: {
        code: 'rotten-cache-entry',
        message: `expected "weights/a.bin" of the cached train (${short('a')}) to be a file of 6 bytes, got nothing`,
        fix: 'nothing to do: it was dropped, and the next run makes it anew',
      },
    });
    expect(await rig.cache.find(entry.fingerprint)).toEqual({ state: 'absent' });
    expect(existsSync(rig.artifactPath(entry))).toBe(false);
  });

  it('is found by a look when a file is short', async () => {
    const entry = await rig.make('a', files);
    rmSync(rig.artifactPath(entry, 'model.json'));
    writeFileSync(rig.artifactPath(entry, 'model.json'), '{');
    const lookup = await rig.cache.find(entry.fingerprint);
    expect(lookup.state === 'rotten' && lookup.problem.message).toBe(
      `expected "model.json" of the cached train (${short('a')}) to be a file of 14 bytes, got 1`,
    );
  });

  it('is found by a look when a file was changed and its times set back', async () => {
    const entry = await rig.make('a', files);
    const path = rig.artifactPath(entry, 'weights/a.bin');
    const { atime, mtime } = statSync(path);
    flipByte(path, 0);
    utimesSync(path, atime, mtime);
    const lookup = await rig.cache.find(entry.fingerprint);
    expect(lookup.state === 'rotten' && lookup.problem.message).toBe(
      `expected "weights/a.bin" of the cached train (${short('a')}) to have the SHA-256 ${hash('abcdef')}, got ${hash('`bcdef')}`,
    );
  });

  it('is found by opening even where the file system says that nothing changed', async () => {
    const entry = await rig.make('a', files);
    flipByte(rig.artifactPath(entry, 'weights/a.bin'), 0);
    // As bytes rot on a disk: stamps that fit what lies there now.
    const folder = rig.artifactPath(entry);
    const stamps = Object.fromEntries(
      entry.files.map(({ path }) => {
        const status = statSync(join(folder, path), { bigint: true });
        return [path, `${status.size} ${status.mtimeNs} ${status.ctimeNs} ${status.ino}`];
      }),
    );
    writeFileSync(
      join(rig.root, 'stamps', entry.artifact.slice(0, 2), `${entry.artifact}.json`),
      JSON.stringify(stamps),
    );
    expect((await rig.cache.find(entry.fingerprint)).state).toBe('present');
    const opened = await rig.cache.open(entry);
    expect(opened).toEqual({
      ok: false,
      problem: {
        code: 'rotten-cache-entry',
        message: `expected "weights/a.bin" of the cached train (${short('a')}) to have the SHA-256 ${hash('abcdef')}, got ${hash('`bcdef')}`,
        fix: 'nothing to do: it was dropped, and the next run makes it anew',
      },
    });
    expect(await rig.cache.find(entry.fingerprint)).toEqual({ state: 'absent' });
  });

  it('takes every other entry of the same artifact with it', async () => {
    const a = await rig.make('a', files);
    const b = await rig.make('b', files);
    flipByte(rig.artifactPath(a, 'model.json'), 3);
    expect((await rig.cache.find(a.fingerprint)).state).toBe('rotten');
    expect(await rig.cache.find(b.fingerprint)).toEqual({ state: 'absent' });
  });

  it('is found at every byte of every stored file, and mended by making it anew', async () => {
    const summary = { metrics: { loss: NaN }, note: 'größer' };
    const entry = await rig.make('a', { m: 'xy' }, summary);
    const [entryFile, artifactFile] = [rig.entryPath(entry), rig.artifactPath(entry, 'm')];
    const written = readFileSync(entryFile);
    for (const path of [artifactFile, entryFile]) {
      for (let at = 0; at < statSync(path).size; at++) {
        flipByte(path, at);
        expect((await rig.cache.find(entry.fingerprint)).state, `${path} at byte ${at}`).toBe('rotten');
        expect(existsSync(entryFile)).toBe(false);
        // Making it anew takes its time; each so many bytes will do for the entry.
        if (path === artifactFile || at % 64 === 0) {
          const again = await rig.make('a', { m: 'xy' }, summary);
          expect(await rig.cache.open(again)).toEqual({ ok: true, folder: rig.artifactPath(entry) });
        }
        writeFileSync(entryFile, written);
        expect(await rig.cache.find(entry.fingerprint)).toEqual({ state: 'present', entry });
      }
    }
  });

  it('says what is wrong with the entry file itself', async () => {
    const entry = await rig.make('a', files);
    const path = rig.entryPath(entry);
    writeFileSync(path, '{}');
    const lookup = await rig.cache.find(entry.fingerprint);
    expect(lookup.state === 'rotten' && lookup.problem.message).toBe(
      `expected cache entry ${path} to be as it was written, got 2 bytes that its checksum does not fit`,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('is seen in an entry that lies under the name of another', async () => {
    const a = await rig.make('a', files);
    const other = fingerprintOf(recordOf('b'));
    const path = join(rig.root, 'entries', other.slice(0, 2), `${other}.json`);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(rig.entryPath(a), path);
    const lookup = await rig.cache.find(other);
    expect(lookup.state === 'rotten' && lookup.problem.message).toBe(
      `expected cache entry ${path} to be that of its file name, got the entry of ${a.fingerprint}`,
    );
    expect((await rig.cache.find(a.fingerprint)).state).toBe('present');
  });

  it('never hides behind a commit: a rotten artifact with the same digest is replaced', async () => {
    const a = await rig.make('a', files);
    flipByte(rig.artifactPath(a, 'model.json'), 0);
    const b = await rig.make('b', files);
    expect(await rig.cache.open(b)).toEqual({ ok: true, folder: rig.artifactPath(b) });
    expect(readFileSync(rig.artifactPath(b, 'model.json'), 'utf8')).toBe('{"layers":[]}\n');
  });

  it('leaves files whole or missing to somebody who has the folder already', async () => {
    const entry = await rig.make('a', files);
    const opened = await rig.cache.open(entry);
    unlinkSync(rig.artifactPath(entry, 'model.json'));
    await createDiskArtifactCache(rig.root).find(entry.fingerprint);
    expect(opened.ok && existsSync(join(opened.folder, 'weights/a.bin'))).toBe(false);
    await rig.make('a', files);
    expect(opened.ok && readFileSync(join(opened.folder, 'weights/a.bin'), 'utf8')).toBe('abcdef');
  });

  it('is told from one that another process dropped before', async () => {
    const entry = await rig.make('a', files);
    rmSync(rig.entryPath(entry));
    renameSync(rig.artifactPath(entry), join(rig.folder, 'elsewhere'));
    const opened = await rig.cache.open(entry);
    expect(!opened.ok && opened.problem.message).toBe(
      `expected the cached train (${short('a')}) to be in ${rig.artifactPath(entry)}, got nothing whole`,
    );
  });
});

describe('looking', () => {
  it('finds nothing in a folder that is not there, and makes none', async () => {
    expect(await rig.cache.find(fingerprintOf(recordOf('a')))).toEqual({ state: 'absent' });
    expect(await rig.cache.list()).toEqual([]);
    expect(await rig.cache.verify({ drop: true })).toEqual({ checked: 0, problems: [] });
    expect(await rig.cache.collect({ unusedOnly: true })).toEqual({ removed: [], bytes: 0, leftovers: 0 });
    expect(rig.cache.lastUsed('a/train')).toBeUndefined();
    expect(existsSync(rig.root)).toBe(false);
  });

  it('hashes again when stamps are lost or damaged, and finds all well', async () => {
    const entry = await rig.make('a', files);
    const stamps = join(rig.root, 'stamps', entry.artifact.slice(0, 2), `${entry.artifact}.json`);
    const kept = readFileSync(stamps, 'utf8');
    for (const damage of ['', '[]', '{', kept.replace('1', '2')]) {
      writeFileSync(stamps, damage);
      expect(await rig.cache.find(entry.fingerprint)).toEqual({ state: 'present', entry });
      expect(readFileSync(stamps, 'utf8')).toBe(kept);
    }
  });

  it('remembers the entry last used for a key, whatever the key', async () => {
    const a = await rig.make('a', files);
    const b = await rig.make('b', { x: '1' });
    for (const key of ['mnist/train', '../../etc', '<script>', '']) {
      rig.cache.remember(key, a);
      expect(rig.cache.lastUsed(key)).toEqual(a);
      rig.cache.remember(key, b);
      expect(rig.cache.lastUsed(key)).toEqual(b);
    }
    expect(rig.cache.lastUsed('mnist/evaluate')).toBeUndefined();
    rmSync(rig.entryPath(b));
    expect(rig.cache.lastUsed('mnist/train')).toBeUndefined();
  });

  it('counts as used what is remembered or opened', async () => {
    const entry = await rig.make('a', files);
    const old = new Date('2020-01-01');
    const usedAt = async () => (await rig.cache.list())[0]!.usedAt;
    utimesSync(rig.entryPath(entry), old, old);
    await rig.cache.find(entry.fingerprint);
    expect(await usedAt()).toBe(old.getTime());
    rig.cache.remember('k', entry);
    expect(await usedAt()).toBeGreaterThan(old.getTime());
    utimesSync(rig.entryPath(entry), old, old);
    await rig.cache.open(entry);
    expect(await usedAt()).toBeGreaterThan(old.getTime());
  });
});

describe('verifying', () => {
  it('reads everything and says what is rotten, without touching it', async () => {
    const a = await rig.make('a', files);
    const b = await rig.make('b', { x: '12' });
    await rig.make('c', { y: '1' });
    flipByte(rig.artifactPath(b, 'x'), 1);
    flipByte(rig.entryPath(a), 90);
    const { checked, problems } = await rig.cache.verify({ drop: false });
    expect(checked).toBe(3);
    expect(problems.map(({ code, message, fix }) => `${code}: ${message}; ${fix}`).sort()).toEqual(
      [
        `rotten-cache-entry: expected cache entry ${rig.entryPath(a)} to be as it was written, got ${statSync(rig.entryPath(a)).size} bytes that its checksum does not fit; nothing to do: the next run that needs it drops it and makes it anew`,
        `rotten-cache-entry: expected "x" of the cached train (${short('b')}) to have the SHA-256 ${hash('12')}, got ${hash('13')}; nothing to do: the next run that needs it drops it and makes it anew`,
      ].sort(),
    );
    expect((await rig.cache.verify({ drop: false })).problems).toHaveLength(2);
  });

  it('drops what is rotten when told to', async () => {
    const a = await rig.make('a', files);
    const b = await rig.make('b', { x: '12' });
    flipByte(rig.artifactPath(b, 'x'), 1);
    expect((await rig.cache.verify({ drop: true })).problems).toHaveLength(1);
    expect(await rig.cache.verify({ drop: true })).toEqual({ checked: 1, problems: [] });
    expect((await rig.cache.list()).map(({ entry, bytes }) => [entry, bytes])).toEqual([[a, 20]]);
  });
});
