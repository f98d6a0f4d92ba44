import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskArtifactCache } from '../../src/cache/disk-artifact-cache.js';
import { ProblemError } from '../../src/core/problem.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { CacheRig, recordOf, writeFiles } from './cache-rig.js';

const fingerprint = fingerprintOf(recordOf('a'));
const info = { record: recordOf('a'), seconds: 1, madeBy: 'r' };

function system(program: 'mount' | 'umount', ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}

/** Only the superuser may mount; everywhere else these tests show as skipped. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'assay-mount-'));
  try {
    system('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder);
    system('umount', folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function problemOf(work: Promise<unknown> | (() => unknown)): Promise<[string, string]> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem] = error.problems;
    return [problem!.code, problem!.message];
  }
  throw new Error('expected a problem');
}

let rig: CacheRig;
beforeEach(() => (rig = new CacheRig()));
afterEach(() => rig[Symbol.dispose]());

describe.skipIf(!canMount())('on a disk of 1 MiB', () => {
  beforeEach(() => {
    mkdirSync(rig.root);
    system('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', rig.root);
  });
  afterEach(() => {
    system('umount', rig.root);
  });

  const freeBytes = (): number => statfsSync(rig.root).bavail * statfsSync(rig.root).bsize;
  const fillBut = (left: number): void =>
    writeFileSync(join(rig.root, 'filler'), Buffer.alloc(freeBytes() - left));
  const full = (path: string): string =>
    `expected room on the disk of ${rig.root}, got no space left on the disk (ENOSPC, ${path})`;

  it('a commit that finds no room for its entry leaves no artifact either', async () => {
    const workspace = await rig.cache.workspace(fingerprint);
    writeFiles(workspace.folder, { x: 'x'.repeat(400_000) });
    fillBut(100_000);
    // The entry's own file is what does not fit.
    const failed = await problemOf(workspace.commit({ ...info, summary: { note: 'n'.repeat(300_000) } }));
    expect(failed).toEqual(['disk-full', full(rig.root)]);
    expect(await rig.cache.list()).toEqual([]);
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
    expect(
      readdirSync(join(rig.root, 'artifacts')).flatMap((at) => readdirSync(join(rig.root, 'artifacts', at))),
    ).toEqual([]);
    expect(
      readdirSync(join(rig.root, 'entries')).flatMap((at) => readdirSync(join(rig.root, 'entries', at))),
    ).toEqual([]);
    rmSync(join(rig.root, 'filler'));
    const entry = await rig.make('a', { x: '1' });
    expect(await rig.cache.find(fingerprint)).toEqual({ state: 'present', entry });
  });

  it('a discarded workspace gives its room back', async () => {
    const before = freeBytes();
    const workspace = await rig.cache.workspace(fingerprint);
    expect(() => writeFileSync(join(workspace.folder, 'x'), Buffer.alloc(2_000_000))).toThrow('ENOSPC');
    await workspace.discard();
    expect(before - freeBytes()).toBeLessThan(50_000);
  });

  it('a checkpoint that does not fit leaves the one before', async () => {
    const checkpoints = rig.cache.checkpoints(fingerprint);
    const save = (step: number, bytes: number): Promise<void> =>
      checkpoints.save(step, async (folder) => {
        await writeFile(join(folder, 'w'), Buffer.alloc(bytes));
      });
    await save(1, 1000);
    const [code, message] = await problemOf(save(2, 2_000_000));
    expect(code).toBe('disk-full');
    expect(message).toBe(full(rig.root));
    expect((await checkpoints.latest())?.step).toBe(1);
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
  });

  it('what is cached is found and opened all the same', async () => {
    const entry = await rig.make('a', { x: '1' });
    fillBut(0);
    expect(await rig.cache.find(fingerprint)).toEqual({ state: 'present', entry });
    expect((await rig.cache.open(entry)).ok).toBe(true);
    expect(await problemOf(() => rig.cache.remember('k', entry))).toEqual(['disk-full', full(rig.root)]);
    expect(rig.cache.lastUsed('k')).toBeUndefined();
  });

  it('a disk mounted read-only is read, and is not written without saying so', async () => {
    const entry = await rig.make('a', { x: '1' });
    rig.cache.remember('k', entry);
    system('mount', '-o', 'remount,ro', rig.root);
    expect(await rig.cache.find(fingerprint)).toEqual({ state: 'present', entry });
    expect((await rig.cache.open(entry)).ok).toBe(true);
    expect(rig.cache.lastUsed('k')).toEqual(entry);
    rig.cache.remember('k', entry);
    const readOnly = (code: string, why: string, path: string): [string, string] => [
      'cache-not-writable',
      `expected ${rig.root} to be a folder that can be read and written, got ${why} (${code}, ${path})`,
    ];
    const other = fingerprintOf(recordOf('b'));
    expect(await problemOf(rig.cache.lock(other))).toEqual(
      readOnly('EROFS', 'a read-only file system', join(rig.root, 'locks', `${other}.lock`)),
    );
    expect((await problemOf(rig.cache.workspace(other)))[0]).toBe('cache-not-writable');
    expect((await problemOf(rig.cache.checkpoints(other).save(1, () => Promise.resolve())))[0]).toBe(
      'cache-not-writable',
    );
    expect((await problemOf(rig.cache.collect({ unusedOnly: true })))[0]).toBe('cache-not-writable');
    expect((await problemOf(() => rig.cache.remember('other', entry)))[0]).toBe('cache-not-writable');
  });
});

describe('a file where the cache folder belongs', () => {
  it('is said, whatever is tried first', async () => {
    writeFileSync(rig.root, 'mine');
    const cache = createDiskArtifactCache(rig.root);
    const said = [
      'cache-not-writable',
      `expected ${rig.root} to be a folder that can be read and written, got a file where a folder belongs (ENOTDIR, ${join(rig.root, 'locks')})`,
    ];
    expect(await cache.find(fingerprint)).toEqual({ state: 'absent' });
    expect(await problemOf(cache.hold())).toEqual(said);
    expect(await problemOf(cache.lock(fingerprint))).toEqual(said);
    expect(await problemOf(cache.workspace(fingerprint))).toEqual(said);
    expect(await problemOf(cache.collect({}))).toEqual(said);
    expect(existsSync(rig.root)).toBe(true);
  });
});
