import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiskCheckpoints } from '../../src/cache/artifact-cache.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { CacheRig, flipByte, recordOf, writeFiles } from './cache-rig.js';

let rig: CacheRig;
let checkpoints: DiskCheckpoints;
const fingerprint = fingerprintOf(recordOf('a'));
beforeEach(() => {
  rig = new CacheRig();
  checkpoints = rig.cache.checkpoints(fingerprint);
});
afterEach(() => rig[Symbol.dispose]());

const folder = (): string => join(rig.root, 'checkpoints', fingerprint.slice(0, 2), fingerprint);
async function save(step: number, content = `step ${step}`): Promise<void> {
  await checkpoints.save(step, (output) => {
    writeFiles(output, { 'weights.bin': content, 'state/optimizer.json': '{}' });
    return Promise.resolve();
  });
}
async function read(): Promise<[number, string] | undefined> {
  const latest = await checkpoints.latest();
  return latest && [latest.step, readFileSync(join(latest.folder, 'weights.bin'), 'utf8')];
}

describe('checkpoints', () => {
  it('are none at first', async () => {
    expect(await checkpoints.latest()).toBeUndefined();
    expect(existsSync(rig.root)).toBe(false);
  });

  it('give the newest back, and keep the one before', async () => {
    for (const step of [9, 10, 100]) await save(step);
    expect(await read()).toEqual([100, 'step 100']);
    expect(readdirSync(folder())).toEqual(['000000000010', '000000000100']);
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
  });

  it('fall back to the one before at a flip of any byte of the newest', async () => {
    await save(1);
    await save(2);
    const newest = join(folder(), '000000000002');
    for (const name of ['files/weights.bin', 'files/state/optimizer.json', 'checkpoint.json']) {
      const size = readFileSync(join(newest, name)).length;
      for (let at = 0; at < size; at++) {
        flipByte(join(newest, name), at);
        // The line break at the end of the list says nothing; every other byte counts.
        const harmless = name === 'checkpoint.json' && at === size - 1;
        if (!harmless) expect(await read(), `${name} at byte ${at}`).toEqual([1, 'step 1']);
        flipByte(join(newest, name), at);
      }
    }
    expect(await read()).toEqual([2, 'step 2']);
  });

  it('are nothing when both are rotten', async () => {
    await save(1);
    await save(2);
    unlinkSync(join(folder(), '000000000001', 'files', 'weights.bin'));
    writeFileSync(join(folder(), '000000000002', 'checkpoint.json'), '');
    expect(await checkpoints.latest()).toBeUndefined();
  });

  it('replace a rotten one of the same step, and drop rotten ones of later steps', async () => {
    for (const step of [1, 2]) await save(step);
    flipByte(join(folder(), '000000000002', 'files', 'weights.bin'), 0);
    mkdirSync(join(folder(), '000000000009'));
    await save(2, 'again');
    expect(await read()).toEqual([2, 'again']);
    expect(readdirSync(folder())).toEqual(['000000000001', '000000000002']);
  });

  it('leave nothing of one whose writing failed', async () => {
    await save(1);
    const failing = checkpoints.save(2, (output) => {
      writeFiles(output, { 'weights.bin': 'half' });
      return Promise.reject(new Error('interrupted'));
    });
    await expect(failing).rejects.toThrow('interrupted');
    expect(await read()).toEqual([1, 'step 1']);
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
  });

  it('belong to one fingerprint, and go when cleared', async () => {
    await save(1);
    const others = rig.cache.checkpoints(fingerprintOf(recordOf('b')));
    expect(await others.latest()).toBeUndefined();
    await others.clear();
    expect(await read()).toEqual([1, 'step 1']);
    await checkpoints.clear();
    expect(await checkpoints.latest()).toBeUndefined();
    expect(existsSync(folder())).toBe(false);
  });
});
