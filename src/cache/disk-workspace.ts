/**
 * A workspace on the disk and how it becomes an artifact: files flushed, hashed, the folder renamed into its place, then
 * the entry written. Killed between any two of these, the entry is absent, and at worst a folder is left for `collect`.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../core/make-folder.js';
import { fingerprintOf } from '../plan/fingerprint.js';
import type { ArtifactFile, CacheEntry, CommitInfo, Lock, Workspace } from './artifact-cache.js';
import { artifactDigest, findFault, flush, flushFolder, hashFiles, listFolder } from './artifact-files.js';
import type { CacheLayout } from './cache-layout.js';
import { cachedFileNamer, dropArtifact, lockStore } from './entry-examination.js';
import { writeEntry } from './entry-file.js';
import { takeSharedLock } from './file-lock.js';
import { asFileProblem } from './file-problem.js';
import { keepStamps, stampFiles, untilStampsSettle, type FileStamps } from './file-stamps.js';
import { freshWorkPath, throwAway } from './trash.js';

// What was made in less than this many seconds is not worth waiting for the disk: should a power cut spoil it, its hashes
// tell, and it is made anew.
const quickSeconds = 1;

// Against editing an artifact by mistake; removing one needs only its folders, which stay writable.
const readOnly = 0o444;

export class DiskWorkspace implements Workspace {
  readonly folder: string;
  readonly #layout: CacheLayout;
  readonly #fingerprint: string;
  readonly #hold: Lock;
  #ended = false;

  private constructor(layout: CacheLayout, fingerprint: string, folder: string, hold: Lock) {
    this.#layout = layout;
    this.#fingerprint = fingerprint;
    this.folder = folder;
    this.#hold = hold;
  }

  /** An empty workspace. Throws `ProblemError` when the cache's folder can't be written. */
  static async create(layout: CacheLayout, fingerprint: string): Promise<DiskWorkspace> {
    try {
      const hold = await takeSharedLock(layout.holdLock);
      try {
        const folder = freshWorkPath(layout, fingerprint.slice(0, 12));
        mkdirSync(folder);
        return new DiskWorkspace(layout, fingerprint, folder, hold);
      } catch (error) {
        hold.release();
        throw error;
      }
    } catch (error) {
      throw asFileProblem(error, layout.root);
    }
  }

  async commit(info: CommitInfo): Promise<CacheEntry> {
    if (this.#ended) throw new Error('this workspace was committed or discarded before');
    if (fingerprintOf(info.record) !== this.#fingerprint)
      throw new Error('the record is not that of the fingerprint');
    try {
      const durable = info.seconds >= quickSeconds;
      const { files, stamps } = await this.#seal(durable);
      const entry: CacheEntry = {
        fingerprint: this.#fingerprint,
        record: info.record,
        artifact: artifactDigest(files),
        files,
        summary: info.summary,
        seconds: info.seconds,
        madeBy: info.madeBy,
        createdAt: Date.now(),
      };
      const store = await lockStore(this.#layout);
      try {
        await this.#publish(entry, stamps, durable);
      } finally {
        store.release();
      }
      return entry;
    } catch (error) {
      throw asFileProblem(error, this.#layout.root);
    } finally {
      await this.discard();
    }
  }

  discard(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      try {
        rmSync(this.folder, { recursive: true, force: true });
      } finally {
        this.#hold.release();
      }
    }
    return Promise.resolve();
  }

  /** Makes the files read-only and known by their hashes; durable ones safe on the disk, and known by their stamps. */
  async #seal(durable: boolean): Promise<{ files: readonly ArtifactFile[]; stamps: FileStamps | undefined }> {
    const content = listFolder(this.folder);
    for (const path of content.files) chmodSync(join(this.folder, path), readOnly);
    if (!durable) return { files: await hashFiles(this.folder, content.files), stamps: undefined };
    flushFolder(this.folder, content);
    const stamps = stampFiles(
      this.folder,
      content.files.map((path) => ({ path })),
    );
    await untilStampsSettle(stamps);
    return { files: await hashFiles(this.folder, content.files), stamps };
  }

  /** The artifact first, then the entry that names it. Wants the store locked. */
  async #publish(entry: CacheEntry, stamps: FileStamps | undefined, durable: boolean): Promise<void> {
    const layout = this.#layout;
    const home = layout.artifact(entry.artifact);
    const made = await this.#settle(entry, home, stamps);
    try {
      const path = layout.entry(entry.fingerprint);
      writeEntry(path, entry, durable);
      if (durable) flush(dirname(path));
    } catch (error) {
      // Nobody else can have come to rely on it: the store is locked.
      if (made) throwAway(layout, home);
      throw error;
    }
  }

  /** Moves the folder to its home, unless a whole artifact with the same content lives there. Whether it moved. */
  async #settle(entry: CacheEntry, home: string, stamps: FileStamps | undefined): Promise<boolean> {
    if (existsSync(home)) {
      if ((await findFault(home, entry.files, cachedFileNamer(entry))) === undefined) return false;
      // Ours has the content that it should have; its other entries come back when next they are needed.
      dropArtifact(this.#layout, entry.artifact);
    }
    makeFolder(dirname(home));
    renameSync(this.folder, home);
    if (stamps === undefined) return true;
    flush(dirname(home));
    keepStamps(this.#layout.stamp(entry.artifact), stamps);
    return true;
  }
}
