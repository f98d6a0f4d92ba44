/**
 * The cache on the disk, in a project's `.assay/`: keeps what `artifact-cache.ts` promises. Puts the parts beside it
 * together; what a fingerprint is made of is not its concern. Cheap to make: nothing is read or written until used.
 */
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { canonicalJson, isJsonObject } from '../core/json.js';
import { makeFolder } from '../core/make-folder.js';
import type { Problem } from '../core/problem.js';
import type {
  ArtifactCache,
  CacheEntry,
  CacheListItem,
  DiskCheckpoints,
  GarbagePolicy,
  GarbageResult,
  Lock,
  Lookup,
  Opened,
  WaitOptions,
  Workspace,
} from './artifact-cache.js';
import { findFault } from './artifact-files.js';
import { cacheLayout, hexDigest, type CacheLayout } from './cache-layout.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import { DiskWorkspace } from './disk-workspace.js';
import { cachedFileNamer, dropIfRotten, examine, looksWhole, rottenEntry } from './entry-examination.js';
import { entryFingerprints, readEntries, readEntry } from './entry-file.js';
import { takeFileLock, takeSharedLock } from './file-lock.js';
import { asFileProblem } from './file-problem.js';
import { collectGarbage } from './garbage-collector.js';
import { sweepLeftovers } from './leftovers.js';
import { bytesOf } from './garbage-choice.js';
import { VerifiedArtifacts } from './verified-artifacts.js';

class DiskArtifactCache implements ArtifactCache {
  readonly #layout: CacheLayout;
  readonly #verified = new VerifiedArtifacts();

  constructor(folder: string) {
    this.#layout = cacheLayout(resolve(folder));
  }

  find(fingerprint: string): Promise<Lookup> {
    return this.#explained(async () => {
      const reading = readEntry(this.#layout, fingerprint);
      if (reading.state === 'absent') return reading;
      if (reading.state === 'present') {
        const { entry } = reading;
        if (looksWhole(this.#layout, entry) || (await examine(this.#layout, entry)) === undefined) {
          return { state: 'present', entry };
        }
      }
      return await dropIfRotten(this.#layout, fingerprint);
    });
  }

  open(entry: CacheEntry): Promise<Opened> {
    return this.#explained(async () => {
      const folder = this.#layout.artifact(entry.artifact);
      const isWhole = () =>
        this.#verified.check(
          entry,
          folder,
          async () => (await findFault(folder, entry.files, cachedFileNamer(entry))) === undefined,
        );
      if (await isWhole()) {
        this.#touch(entry);
        return { ok: true, folder };
      }
      const lookup = await dropIfRotten(this.#layout, entry.fingerprint);
      if (lookup.state === 'rotten') return { ok: false, problem: lookup.problem };
      // Another process mended it, or dropped it, while we looked.
      if (await isWhole()) return { ok: true, folder };
      const name = `the cached ${entry.record.kind} (${entry.fingerprint.slice(0, 12)})`;
      return { ok: false, problem: rottenEntry(`expected ${name} to be in ${folder}, got nothing whole`) };
    });
  }

  folderOf(artifact: string): string | undefined {
    return hexDigest.test(artifact) ? this.#layout.artifact(artifact) : undefined;
  }

  lock(fingerprint: string, options: WaitOptions = {}): Promise<Lock> {
    return this.#explained(async () => {
      const hold = await takeSharedLock(this.#layout.holdLock, { signal: options.signal });
      try {
        const lock = await takeFileLock(this.#layout.lock(fingerprint), 'exclusive', options);
        return {
          release: () => {
            lock.release();
            hold.release();
          },
        };
      } catch (error) {
        hold.release();
        throw error;
      }
    });
  }

  hold(options: WaitOptions = {}): Promise<Lock> {
    return this.#explained(() => takeSharedLock(this.#layout.holdLock, options));
  }

  workspace(fingerprint: string): Promise<Workspace> {
    return DiskWorkspace.create(this.#layout, fingerprint);
  }

  checkpoints(fingerprint: string): DiskCheckpoints {
    return new CheckpointFolder(this.#layout, fingerprint);
  }

  lastUsed(key: string): CacheEntry | undefined {
    const fingerprint = this.#pointedAt(key);
    if (fingerprint === undefined) return undefined;
    const reading = readEntry(this.#layout, fingerprint);
    return reading.state === 'present' ? reading.entry : undefined;
  }

  remember(key: string, entry: CacheEntry): void {
    this.#touch(entry);
    if (this.#pointedAt(key) === entry.fingerprint) return;
    try {
      const path = this.#layout.pointer(key);
      makeFolder(dirname(path));
      // A hint, written with every stage: nothing is known while there is none. Neither truncated nor renamed over, for
      // ext4 takes both as a wish to have the data on the disk at once, which takes milliseconds.
      rmSync(path, { force: true });
      writeFileSync(path, `${canonicalJson({ key, fingerprint: entry.fingerprint })}\n`, { flag: 'wx' });
    } catch (error) {
      // Another process that used the same stage was faster.
      if ((error as { code?: unknown }).code === 'EEXIST') return;
      throw asFileProblem(error, this.#layout.root);
    }
  }

  list(): Promise<readonly CacheListItem[]> {
    return this.#explained(() => {
      const items = readEntries(this.#layout).map(({ entry, usedAt }) => ({
        entry,
        usedAt,
        bytes: bytesOf(entry),
      }));
      return Promise.resolve(items);
    });
  }

  verify(options: {
    readonly drop: boolean;
  }): Promise<{ readonly checked: number; readonly problems: readonly Problem[] }> {
    return this.#explained(async () => {
      const problems: Problem[] = [];
      const fingerprints = entryFingerprints(this.#layout);
      const hold = fingerprints.length === 0 ? undefined : await this.hold();
      try {
        for (const fingerprint of fingerprints) {
          const problem = await this.#verifyOne(fingerprint, options.drop);
          if (problem !== undefined) problems.push(problem);
        }
      } finally {
        hold?.release();
      }
      return { checked: fingerprints.length, problems };
    });
  }

  collect(policy: GarbagePolicy): Promise<GarbageResult> {
    return this.#explained(() => collectGarbage(this.#layout, policy));
  }

  async #verifyOne(fingerprint: string, drop: boolean): Promise<Problem | undefined> {
    const reading = readEntry(this.#layout, fingerprint);
    if (reading.state === 'absent') return undefined;
    const fault = reading.state === 'rotten' ? reading.message : await examine(this.#layout, reading.entry);
    if (fault === undefined) return undefined;
    if (!drop)
      return rottenEntry(fault, 'nothing to do: the next run that needs it drops it and makes it anew');
    const lookup = await dropIfRotten(this.#layout, fingerprint);
    return lookup.state === 'rotten' ? lookup.problem : undefined;
  }

  sweepLeftovers(): Promise<number> {
    return this.#explained(() => Promise.resolve(sweepLeftovers(this.#layout)));
  }

  /** When an entry was last used is its file's time. Best effort: it only decides who goes first. */
  #touch(entry: CacheEntry): void {
    const now = new Date();
    try {
      utimesSync(this.#layout.entry(entry.fingerprint), now, now);
    } catch {
      // Dropped by another process just now, or not ours to touch.
    }
  }

  #pointedAt(key: string): string | undefined {
    try {
      const pointer: unknown = JSON.parse(readFileSync(this.#layout.pointer(key), 'utf8'));
      if (!isJsonObject(pointer) || pointer['key'] !== key) return undefined;
      const { fingerprint } = pointer;
      return typeof fingerprint === 'string' && hexDigest.test(fingerprint) ? fingerprint : undefined;
    } catch {
      // Never used before, or not as it was written: then nothing is known of it.
      return undefined;
    }
  }

  /** Says what went wrong on the disk in the user's terms. */
  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asFileProblem(error, this.#layout.root);
    }
  }
}

/** The cache in a folder (a project's `.assay/`), which need not be there yet. */
export function createDiskArtifactCache(folder: string): ArtifactCache {
  return new DiskArtifactCache(folder);
}
