/**
 * Looking at an entry and the artifact it names: quickly by stamps, fully by hashes, and once more under lock before
 * anything is dropped. Owns how what is rotten goes; making entries is `disk-workspace.ts`'s.
 */
import { rmSync } from 'node:fs';
import type { Problem } from '../core/problem.js';
import type { CacheEntry, Lock, Lookup, WaitOptions } from './artifact-cache.js';
import type { FileNamer } from './artifact-files.js';
import type { CacheLayout } from './cache-layout.js';
import { readEntries, readEntry } from './entry-file.js';
import { takeFileLock, takeSharedLock } from './file-lock.js';
import { findFaultAndStamp, stampsMatch } from './file-stamps.js';
import { throwAway } from './trash.js';

const madeAnew = 'nothing to do: it was dropped, and the next run makes it anew';

export function rottenEntry(message: string, fix = madeAnew): Problem {
  return { code: 'rotten-cache-entry', message, fix };
}

/** Names a cached file for people: `"weights.bin" of the cached train (1a2b3c4d5e6f)`. */
export function cachedFileNamer(entry: CacheEntry): FileNamer {
  return (path) => `"${path}" of the cached ${entry.record.kind} (${entry.fingerprint.slice(0, 12)})`;
}

/** By stamps alone; hashes nothing, changes nothing. */
export function looksWhole(layout: CacheLayout, entry: CacheEntry): boolean {
  return stampsMatch(layout.stamp(entry.artifact), layout.artifact(entry.artifact), entry.files);
}

/** By hashing: what is wrong with the entry, in a sentence, or nothing. Changes nothing but stamps. */
export async function examine(layout: CacheLayout, entry: CacheEntry): Promise<string | undefined> {
  const folder = layout.artifact(entry.artifact);
  const fault = await findFaultAndStamp(
    layout.stamp(entry.artifact),
    folder,
    entry.files,
    cachedFileNamer(entry),
  );
  return fault?.message;
}

/** The right to change which artifacts and entries there are: no collection, and no other such change, goes on. */
export async function lockStore(layout: CacheLayout, options: WaitOptions = {}): Promise<Lock> {
  const hold = await takeSharedLock(layout.holdLock, options);
  try {
    const store = await takeFileLock(layout.storeLock, 'exclusive');
    return {
      release: () => {
        store.release();
        hold.release();
      },
    };
  } catch (error) {
    hold.release();
    throw error;
  }
}

/**
 * Removes an artifact's entries, then moves its folder out of the way in one rename: who reads it meanwhile finds files
 * whole or missing. Entries go first, so none ever names an artifact that is not there. Wants the store locked.
 */
export function dropArtifact(layout: CacheLayout, digest: string): void {
  for (const { entry } of readEntries(layout)) {
    if (entry.artifact === digest) rmSync(layout.entry(entry.fingerprint), { force: true });
  }
  rmSync(layout.stamp(digest), { force: true });
  throwAway(layout, layout.artifact(digest));
}

/**
 * Looks again with the store locked, since somebody may have mended the entry between our look and our lock, and drops
 * it if it is rotten still, with every other entry of the same artifact.
 */
export async function dropIfRotten(layout: CacheLayout, fingerprint: string): Promise<Lookup> {
  const store = await lockStore(layout);
  try {
    const reading = readEntry(layout, fingerprint);
    if (reading.state === 'absent') return reading;
    if (reading.state === 'rotten') {
      // Its artifact, if any, is left: it may serve another entry, or the one that will be made in place of this.
      rmSync(layout.entry(fingerprint), { force: true });
      return { state: 'rotten', problem: rottenEntry(reading.message) };
    }
    const fault = await examine(layout, reading.entry);
    if (fault === undefined) return { state: 'present', entry: reading.entry };
    dropArtifact(layout, reading.entry.artifact);
    return { state: 'rotten', problem: rottenEntry(fault) };
  } finally {
    store.release();
  }
}
