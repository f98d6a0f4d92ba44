/**
 * The contract of the cache: artifacts by content, entries by fingerprint. Whole or absent, verified when read, made by
 * one process at a time. Types only; `disk-artifact-cache.ts` keeps them in `.assay/`.
 */
import type { StageSummary } from '../core/events.js';
import type { Problem } from '../core/problem.js';
import type { FingerprintRecord } from '../plan/fingerprint.js';
import type { Checkpoints } from '../stages/stage.js';

export interface ArtifactFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CacheEntry {
  readonly fingerprint: string;
  readonly record: FingerprintRecord;
  /** Digest of the artifact: SHA-256 over its sorted files' path, bytes and sha256. */
  readonly artifact: string;
  readonly files: readonly ArtifactFile[];
  readonly summary: StageSummary;
  /** Wall seconds that making it took. */
  readonly seconds: number;
  /** The run that made it. */
  readonly madeBy: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export type Lookup =
  | { readonly state: 'present'; readonly entry: CacheEntry }
  | { readonly state: 'absent' }
  /** Found broken and dropped; the problem says which file and how. */
  | { readonly state: 'rotten'; readonly problem: Problem };

export type Opened =
  { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly problem: Problem };

export interface Lock {
  /** Lets go; again is harmless. */
  release(): void;
}

export interface WaitOptions {
  /** Ends the waiting: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, when the lock is not to be had at once. */
  readonly onWait?: (() => void) | undefined;
}

/** What an entry says beside its files. */
export interface CommitInfo {
  /** Its fingerprint must be the one that the workspace was asked for; anything else is a bug and throws. */
  readonly record: FingerprintRecord;
  readonly summary: StageSummary;
  readonly seconds: number;
  readonly madeBy: string;
}

/** A folder to fill, which becomes an artifact by one rename or leaves no trace. Garbage collection waits for its end. */
export interface Workspace {
  readonly folder: string;
  /**
   * Makes the folder's files an artifact and the fingerprint's entry refer to it. Ends the workspace, also by failing.
   * @throws {ProblemError} `disk-full`, `cache-not-writable`, `unusable-output`.
   */
  commit(info: CommitInfo): Promise<CacheEntry>;
  /** Removes the folder; after `commit` it does nothing. */
  discard(): Promise<void>;
}

export interface DiskCheckpoints extends Checkpoints {
  /** Removes all checkpoints of the fingerprint: once its artifact is committed, or to begin anew. */
  clear(): Promise<void>;
}

export interface CacheListItem {
  readonly entry: CacheEntry;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  /** Of all its files; entries with the same artifact share them. */
  readonly bytes: number;
}

export interface GarbagePolicy {
  /** Remove entries not used for this long. */
  readonly olderThanMilliseconds?: number | undefined;
  /** Remove the least recently used until all artifacts together are no larger. */
  readonly maxBytes?: number | undefined;
  /** Fingerprints that stay whatever else is said (used by a kept run). */
  readonly keep?: ReadonlySet<string> | undefined;
  /** Remove all that is not in `keep`. */
  readonly unusedOnly?: boolean | undefined;
  /** Remove checkpoints of unfinished training not written to for this long; 14 days unless said. */
  readonly checkpointsOlderThanMilliseconds?: number | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface GarbageResult {
  readonly removed: readonly CacheEntry[];
  /** What the removed artifacts and leftovers took on the disk. */
  readonly bytes: number;
  /** Temporary files, workspaces of dead processes, old checkpoints and artifacts without an entry swept up. */
  readonly leftovers: number;
  /** Set when a run is under way: nothing was touched. */
  readonly busy?: Problem | undefined;
}

export interface ArtifactCache {
  /**
   * Cheap check, enough to call a stage cached: files are there with the size and the time stamps (mtime, ctime) under
   * which they were last hashed; one whose stamps differ is hashed again.
   */
  find(fingerprint: string): Promise<Lookup>;
  /**
   * Verifies every file and returns the artifact's absolute folder for reading. Drops a rotten entry. A file that this
   * process hashed before is hashed again only if its stamps say that it was touched since.
   */
  open(entry: CacheEntry): Promise<Opened>;
  /**
   * Absolute path of an artifact's folder, whether it is there or not: for people. Nothing is verified. Nothing for what is
   * no digest.
   */
  folderOf(artifact: string): string | undefined;
  /**
   * The right to make this fingerprint's artifact, held by the operating system for this caller alone, so it ends with
   * the process, however it dies. Excludes other callers in the same process too. Implies `hold`.
   */
  lock(fingerprint: string, options?: WaitOptions): Promise<Lock>;
  /** An empty folder to make the artifact in. Implies `hold` until it is committed or discarded. */
  workspace(fingerprint: string): Promise<Workspace>;
  checkpoints(fingerprint: string): DiskCheckpoints;
  /** While held, garbage collection keeps its hands off. Shared by all runs under way; waits only for a collection. */
  hold(options?: WaitOptions): Promise<Lock>;
  /** The entry last used for a key such as `mnist-cnn/train`: what `plan` compares against. */
  lastUsed(key: string): CacheEntry | undefined;
  /** Makes the entry the one last used for the key, and as young as can be for `collect`. */
  remember(key: string, entry: CacheEntry): void;
  list(): Promise<readonly CacheListItem[]>;
  /** Hashes every file of every entry; `drop` removes what is rotten. `checked` counts entries. */
  verify(options: {
    readonly drop: boolean;
  }): Promise<{ readonly checked: number; readonly problems: readonly Problem[] }>;
  /** Removes what the policy says, and leftovers. Never under a run: then `busy` is set. */
  collect(policy: GarbagePolicy): Promise<GarbageResult>;
  /**
   * Removes workspaces and temporary files of processes that are dead; how many. Cheap, and safe beside processes that
   * live, which `collect` is not.
   */
  sweepLeftovers(): Promise<number>;
}
