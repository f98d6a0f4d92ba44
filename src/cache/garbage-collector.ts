/**
 * Removes what a policy says and what dead processes left. Works only while nobody uses the cache, by a lock that every
 * run shares and it takes for itself; entries go before the artifacts they name.
 */
import { existsSync, lstatSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryPrefix } from '../core/atomic-write.js';
import type { CacheEntry, GarbagePolicy, GarbageResult, Lock } from './artifact-cache.js';
import { hexDigest, type CacheLayout } from './cache-layout.js';
import { entryFingerprints, namesIn, readEntries } from './entry-file.js';
import { tryFileLock } from './file-lock.js';
import { chooseGarbage } from './garbage-choice.js';
import { isOfLivingProcess } from './leftovers.js';
import { throwAway } from './trash.js';

const checkpointAgeMilliseconds = 14 * 24 * 3600 * 1000;

const nothing = { removed: [], bytes: 0, leftovers: 0 } as const;

export async function collectGarbage(layout: CacheLayout, policy: GarbagePolicy): Promise<GarbageResult> {
  if (!existsSync(layout.root)) return nothing;
  const lock = await lockOut(layout);
  if (lock === undefined) {
    const message = `expected nobody to be using ${layout.root}, got a run under way: nothing was removed`;
    return { ...nothing, busy: { code: 'cache-busy', message, fix: 'try again when it has ended' } };
  }
  try {
    return new GarbageCollector(layout, policy.dryRun === true).collect(policy);
  } finally {
    lock.release();
  }
}

async function lockOut(layout: CacheLayout): Promise<Lock | undefined> {
  // More than once: two who ask in the same instant can turn each other away, and looking at a plan holds it briefly.
  for (let tries = 1; ; tries++) {
    const lock = tryFileLock(layout.holdLock, 'exclusive');
    if (lock !== undefined || tries === 5) return lock;
    await sleep(20 * tries);
  }
}

class GarbageCollector {
  readonly #layout: CacheLayout;
  readonly #dryRun: boolean;
  #bytes = 0;
  #leftovers = 0;

  constructor(layout: CacheLayout, dryRun: boolean) {
    this.#layout = layout;
    this.#dryRun = dryRun;
  }

  collect(policy: GarbagePolicy): GarbageResult {
    const layout = this.#layout;
    const entries = readEntries(layout);
    const removed = chooseGarbage(entries, policy);
    for (const entry of removed) this.#remove(layout.entry(entry.fingerprint));
    this.#sweepRottenEntries(new Set(entries.map(({ entry }) => entry.fingerprint)));
    const gone = new Set(removed.map((entry) => entry.fingerprint));
    const staying = entries.map(({ entry }) => entry).filter((entry) => !gone.has(entry.fingerprint));
    this.#sweepArtifacts(staying, removed);
    this.#sweepWork();
    this.#sweepCheckpoints(staying, policy.checkpointsOlderThanMilliseconds ?? checkpointAgeMilliseconds);
    this.#sweepHints(staying);
    return { removed, bytes: this.#bytes, leftovers: this.#leftovers };
  }

  /** Removes a file or folder and counts what it took. */
  #remove(path: string): void {
    this.#bytes += sizeOf(path);
    if (!this.#dryRun) throwAway(this.#layout, path);
  }

  #sweep(path: string): void {
    this.#leftovers += 1;
    this.#remove(path);
  }

  #sweepRottenEntries(whole: ReadonlySet<string>): void {
    for (const fingerprint of entryFingerprints(this.#layout)) {
      if (!whole.has(fingerprint)) this.#sweep(this.#layout.entry(fingerprint));
    }
    this.#eachIn(this.#layout.entries, (path, name) => {
      // Entries are written only by who holds the cache; nobody does now.
      if (name.startsWith(temporaryPrefix)) this.#sweep(path);
    });
  }

  #sweepArtifacts(staying: readonly CacheEntry[], removed: readonly CacheEntry[]): void {
    const used = new Set(staying.map((entry) => entry.artifact));
    const unused = new Set(removed.map((entry) => entry.artifact));
    this.#eachIn(this.#layout.artifacts, (path, name) => {
      if (used.has(name)) return;
      if (unused.has(name)) this.#remove(path);
      else this.#sweep(path);
    });
  }

  #sweepWork(): void {
    // Who has a workspace holds the cache; nobody does now, so all of these are left over.
    for (const name of namesIn(this.#layout.work)) {
      const path = join(this.#layout.work, name);
      this.#leftovers += 1;
      this.#bytes += sizeOf(path);
      if (!this.#dryRun) rmSync(path, { recursive: true, force: true });
    }
  }

  #sweepCheckpoints(staying: readonly CacheEntry[], age: number): void {
    const finished = new Set(staying.map((entry) => entry.fingerprint));
    this.#eachIn(this.#layout.checkpoints, (path, name) => {
      if (finished.has(name) || Date.now() - statSync(path).mtimeMs > age) this.#sweep(path);
    });
  }

  /** Stamps of what is gone, temporary files beside hints, lock files: small, and not worth telling of. */
  #sweepHints(staying: readonly CacheEntry[]): void {
    if (this.#dryRun) return;
    const layout = this.#layout;
    const artifacts = new Set(staying.map((entry) => `${entry.artifact}.json`));
    this.#eachIn(layout.stamps, (path, name) => {
      if (!artifacts.has(name) && !isOfLivingProcess(path)) rmSync(path, { force: true });
    });
    for (const name of namesIn(layout.latest)) {
      if (name.startsWith(temporaryPrefix) && !isOfLivingProcess(join(layout.latest, name)))
        rmSync(join(layout.latest, name), { force: true });
    }
    for (const name of namesIn(layout.locks)) {
      // Who has one of these open holds the cache as well.
      if (hexDigest.test(name.replace('.lock', ''))) rmSync(join(layout.locks, name), { force: true });
    }
  }

  /** Every item of a folder of two levels; groups left empty go. */
  #eachIn(folder: string, look: (path: string, name: string) => void): void {
    for (const group of namesIn(folder)) {
      const names = namesIn(join(folder, group));
      for (const name of names) look(join(folder, group, name), name);
      if (!this.#dryRun && namesIn(join(folder, group)).length === 0) removeEmpty(join(folder, group));
    }
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody who only looks put a stamp there just now.
  }
}

function sizeOf(path: string): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.size;
  return namesIn(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
