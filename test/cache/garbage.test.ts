import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../src/cache/artifact-cache.js';
import { chooseGarbage } from '../../src/cache/garbage-choice.js';
import { sha256 } from '../../src/core/digest.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { CacheRig, recordOf, writeFiles } from './cache-rig.js';

let rig: CacheRig;
beforeEach(() => (rig = new CacheRig()));
afterEach(() => rig[Symbol.dispose]());

const hour = 3600 * 1000;
const age = (path: string, milliseconds: number): void => {
  const then = new Date(Date.now() - milliseconds);
  utimesSync(path, then, then);
};
/** Entries by name, each with its size and how many hours ago it was used. */
async function fill(
  made: Record<string, readonly [content: string, hours: number]>,
): Promise<Record<string, CacheEntry>> {
  const entries: Record<string, CacheEntry> = {};
  for (const [name, [content, hours]] of Object.entries(made)) {
    entries[name] = await rig.make(name, { x: content });
    age(rig.entryPath(entries[name]), hours * hour);
  }
  return entries;
}
const names = (entries: readonly CacheEntry[]): unknown[] =>
  entries.map((entry) => entry.record.settings['name']);
const left = async (): Promise<unknown[]> => names((await rig.cache.list()).map(({ entry }) => entry)).sort();

describe('collecting', () => {
  it('removes nothing that the policy does not name', async () => {
    await fill({ a: ['1', 1000] });
    expect(await rig.cache.collect({})).toEqual({ removed: [], bytes: 0, leftovers: 0 });
    expect(await left()).toEqual(['a']);
  });

  it('removes what was not used for so long, and its files', async () => {
    const { a, b } = await fill({ a: ['1', 50], b: ['2', 10], c: ['3', 1] });
    const result = await rig.cache.collect({ olderThanMilliseconds: 5 * hour });
    expect(names(result.removed)).toEqual(['a', 'b']);
    expect(await left()).toEqual(['c']);
    expect([existsSync(rig.artifactPath(a!)), existsSync(rig.artifactPath(b!))]).toEqual([false, false]);
    expect((await rig.cache.verify({ drop: false })).problems).toEqual([]);
  });

  it('removes the least recently used until the rest is small enough', async () => {
    await fill({ a: ['x'.repeat(100), 1], b: ['y'.repeat(200), 3], c: ['z'.repeat(300), 2] });
    expect(names((await rig.cache.collect({ maxBytes: 400 })).removed)).toEqual(['b']);
    expect(names((await rig.cache.collect({ maxBytes: 399 })).removed)).toEqual(['c']);
    expect(await left()).toEqual(['a']);
  });

  it('keeps what a kept run used, whatever else is said', async () => {
    const { a, b } = await fill({ a: ['1', 50], b: ['2', 50], c: ['3', 50] });
    const keep = new Set([a!.fingerprint, b!.fingerprint]);
    expect(names((await rig.cache.collect({ unusedOnly: true, keep })).removed)).toEqual(['c']);
    expect((await rig.cache.collect({ olderThanMilliseconds: hour, maxBytes: 0, keep })).removed).toEqual([]);
    expect(await left()).toEqual(['a', 'b']);
  });

  it('removes an artifact of several entries only with the last of them', async () => {
    const { a, b } = await fill({ a: ['same', 50], b: ['same', 1] });
    expect(names((await rig.cache.collect({ olderThanMilliseconds: 5 * hour })).removed)).toEqual(['a']);
    expect(await rig.cache.open(b!)).toEqual({ ok: true, folder: rig.artifactPath(b!) });
    await rig.cache.collect({ unusedOnly: true });
    expect(existsSync(rig.artifactPath(a!))).toBe(false);
  });

  it('says what it would do, without doing it', async () => {
    const { a } = await fill({ a: ['1', 50], b: ['2', 1] });
    mkdirSync(join(rig.root, 'work', 'left-over'));
    const policy = { olderThanMilliseconds: hour } as const;
    const foretold = await rig.cache.collect({ ...policy, olderThanMilliseconds: 5 * hour, dryRun: true });
    expect(foretold).toMatchObject({ removed: [a], leftovers: 1 });
    expect(await left()).toEqual(['a', 'b']);
    expect(existsSync(join(rig.root, 'work', 'left-over'))).toBe(true);
    expect(await rig.cache.collect({ ...policy, olderThanMilliseconds: 5 * hour })).toEqual(foretold);
    expect(await left()).toEqual(['b']);
  });

  it('sweeps what dead processes and rot left, and counts it', async () => {
    const { a } = await fill({ a: ['1', 1], b: ['2', 1] });
    (await rig.cache.lock(a!.fingerprint)).release();
    writeFiles(rig.root, {
      'work/3f9a-1-ab/half.bin': 'x'.repeat(1000),
      [`artifacts/ab/ab${'0'.repeat(62)}/orphan`]: 'x'.repeat(500),
      [`entries/ab/ab${'0'.repeat(62)}.json`]: 'rotten',
      [`entries/ab/.tmp-ab.json-1-aaaa`]: 'half',
      [`latest/.tmp-x.json-999999999-aaaa`]: 'half',
      [`stamps/ab/ab${'0'.repeat(62)}.json`]: '{}',
    });
    expect(await rig.cache.collect({})).toEqual({ removed: [], bytes: 1000 + 500 + 6 + 4, leftovers: 4 });
    expect(readdirSync(join(rig.root, 'work'))).toEqual([]);
    expect(existsSync(join(rig.root, 'artifacts', 'ab'))).toBe(false);
    expect(existsSync(join(rig.root, 'entries', 'ab'))).toBe(false);
    expect(existsSync(join(rig.root, 'stamps', 'ab'))).toBe(false);
    expect(readdirSync(join(rig.root, 'latest'))).toEqual([]);
    expect(readdirSync(join(rig.root, 'locks')).sort()).toEqual(['hold.lock', 'store.lock']);
    expect(await left()).toEqual(['a', 'b']);
  });

  it('keeps checkpoints that training may go on from, until they are old or done with', async () => {
    const save = (name: string): Promise<void> =>
      rig.cache
        .checkpoints(fingerprintOf(recordOf(name)))
        .save(1, (folder) => writeFile(join(folder, 'w'), 'w'));
    const folderOf = (name: string): string => {
      const fingerprint = fingerprintOf(recordOf(name));
      return join(rig.root, 'checkpoints', fingerprint.slice(0, 2), fingerprint);
    };
    await save('young');
    await save('old');
    await save('done');
    await fill({ done: ['1', 0] });
    age(folderOf('old'), 15 * 24 * hour);
    expect((await rig.cache.collect({})).leftovers).toBe(2);
    expect(['young', 'old', 'done'].map((name) => existsSync(folderOf(name)))).toEqual([true, false, false]);
    age(folderOf('young'), 2 * hour);
    expect((await rig.cache.collect({ checkpointsOlderThanMilliseconds: hour })).leftovers).toBe(1);
  });
});

describe('what to collect', () => {
  const entryOf = (name: string, content: string, bytes: number): CacheEntry => ({
    fingerprint: sha256(name),
    record: recordOf(name),
    artifact: sha256(content),
    files: [{ path: 'x', bytes, sha256: sha256(content) }],
    summary: {},
    seconds: 1,
    madeBy: 'r',
    createdAt: 0,
  });
  const item = fc
    .record({ content: fc.nat(4), usedAt: fc.nat(100), kept: fc.boolean() })
    .map((made) => ({ ...made, bytes: 10 * (made.content + 1) }));

  it('fits the size unless what is kept alone does not, and spares the recently used', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.nat(150), (items, maxBytes) => {
        const entries = items.map(({ content, usedAt, bytes }, at) => ({
          entry: entryOf(String(at), String(content), bytes),
          usedAt,
        }));
        const keep = new Set(
          entries.filter((_, at) => items[at]!.kept).map(({ entry }) => entry.fingerprint),
        );
        const removed = new Set(chooseGarbage(entries, { maxBytes, keep }, 100));
        const staying = entries.filter(({ entry }) => !removed.has(entry));
        const sizeOf = (some: readonly { entry: CacheEntry }[]): number =>
          [...new Map(some.map(({ entry }) => [entry.artifact, entry.files[0]!.bytes])).values()].reduce(
            (a, b) => a + b,
            0,
          );
        const free = staying.filter(({ entry }) => !keep.has(entry.fingerprint));
        expect([...removed].some((entry) => keep.has(entry.fingerprint))).toBe(false);
        expect(sizeOf(staying) <= maxBytes || free.length === 0).toBe(true);
        // One that went was never used later than one that stayed although it could have gone.
        const newestGone = Math.max(
          ...entries.filter(({ entry }) => removed.has(entry)).map(({ usedAt }) => usedAt),
        );
        expect(free.every(({ usedAt }) => usedAt >= newestGone)).toBe(true);
      }),
    );
  });
});

describe('any mixture of commits, looks, damage and collections at once', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('commit' as const), name: fc.nat(3), content: fc.nat(2) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('find' as const), name: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('collect' as const), maxBytes: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const), name: fc.nat(3) }) },
  );

  it('never leaves an entry without its whole artifact', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
        async (batches) => {
          using own = new CacheRig();
          const fingerprint = (name: number): string => fingerprintOf(recordOf(String(name)));
          for (const batch of batches) {
            await Promise.all(
              batch.map(async (one) => {
                if (one.do === 'commit') await own.make(String(one.name), { x: String(one.content) });
                else if (one.do === 'collect') await own.cache.collect({ maxBytes: one.maxBytes });
                else {
                  const found = await own.cache.find(fingerprint(one.name));
                  expect(found.state).not.toBe('rotten');
                  if (one.do === 'open' && found.state === 'present') await own.cache.open(found.entry);
                }
              }),
            );
            expect((await own.cache.verify({ drop: false })).problems).toEqual([]);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
